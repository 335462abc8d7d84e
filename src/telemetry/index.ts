export { forPeople } from './for-people.ts';
export { type Log, type LogSettings, openLog, type PartLog } from './log.ts';
export { logFile } from './log-file.ts';
export { type Metrics, openMetrics } from './metrics.ts';
