import type { Command } from '../src/command/index.ts';
import { deployCompare } from './deploy-compare/command.ts';
import { deployHealth } from './deploy-health/command.ts';
import { deployLogs } from './deploy-logs/command.ts';
import { deployRollback } from './deploy-rollback/command.ts';
import { deployStaging } from './deploy-staging/command.ts';
import { deployStatus } from './deploy-status/command.ts';

/** Every slash command. manifest.yml, help and the README's table are written from this list. */
export const commands: readonly Command[] = [
  deployStaging,
  deployStatus,
  deployRollback,
  deployHealth,
  deployLogs,
  deployCompare,
];
