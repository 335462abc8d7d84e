export { prometheusAlerts } from './alerts.ts';
export { prometheus } from './prometheus.ts';
