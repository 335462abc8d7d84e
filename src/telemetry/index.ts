export { type Log, type LogSettings, openLog, type PartLog } from './log.ts';
export { type Metrics, openMetrics } from './metrics.ts';
