import { alertmanager } from './metric-alertmanager.ts';
import { judgesElsewhere, windowed } from './metric-clouds.ts';
import type { JudgingMember, MetricMember } from './metric-member.ts';
import { platform } from './metric-platform.ts';
import { prometheus, prometheusAlerts } from './metric-prometheus.ts';

/** Every source that counts; how to become one is told in `metric-member.ts`. */
export const members: readonly MetricMember[] = [platform, prometheus, ...windowed];

/** Every source that judges for itself. */
export const judges: readonly JudgingMember[] = [prometheusAlerts, alertmanager, ...judgesElsewhere];
