import type { Command } from '../src/command/index.ts';
import { deployApprove } from './deploy-approve/command.ts';
import { deployBlueGreen } from './deploy-blue-green/command.ts';
import { deployCanary } from './deploy-canary/command.ts';
import { deployCompare } from './deploy-compare/command.ts';
import { deployDisasterRecovery } from './deploy-disaster-recovery/command.ts';
import { deployEmergency } from './deploy-emergency/command.ts';
import { deployHealth } from './deploy-health/command.ts';
import { deployLogs } from './deploy-logs/command.ts';
import { deployMaintenance } from './deploy-maintenance/command.ts';
import { deployMetrics } from './deploy-metrics/command.ts';
import { deployPreview } from './deploy-preview/command.ts';
import { deployProduction } from './deploy-production/command.ts';
import { deployRollback } from './deploy-rollback/command.ts';
import { deploySchedule } from './deploy-schedule/command.ts';
import { deployStaging } from './deploy-staging/command.ts';
import { deployStatus } from './deploy-status/command.ts';

/** Every slash command. manifest.yml, help and the README's table are written from this list. */
export const commands: readonly Command[] = [
  deployStaging,
  deployProduction,
  deployCanary,
  deployBlueGreen,
  deploySchedule,
  deployApprove,
  deployStatus,
  deployRollback,
  deployHealth,
  deployLogs,
  deployCompare,
  deployPreview,
  deployMetrics,
  deployEmergency,
  deployMaintenance,
  deployDisasterRecovery,
];
