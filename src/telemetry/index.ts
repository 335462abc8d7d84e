export { type Log, type LogSettings, openLog } from './log.ts';
export { type Metrics, openMetrics } from './metrics.ts';
