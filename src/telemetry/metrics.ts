import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What the program counts about itself. Every name, label and unit is fixed here, so that none can grow without end. */
export type Metrics = {
  /** One visit to one deployment, and how it ended. */
  visited(how: 'busy' | 'waiting' | 'ended' | 'lost', ms: number): void;
  /** What waits to be told, and how long the oldest has waited. */
  outbox(waiting: number, oldestMs: number): void;
  /** The text that Prometheus reads, version 0.0.4. */
  exposition(): Promise<string>;
  readonly contentType: string;
};

/** Milliseconds in, seconds out: Prometheus' base unit. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Each call opens its own registry, so that tests and several programs in one process do not meet. */
export function openMetrics(): Metrics {
  const register = new Registry();
  // Memory, processor time and the lag of the event loop.
  collectDefaultMetrics({ register, prefix: 'slipway_' });
  const registers = [register];
  const visits = new Histogram({
    name: 'slipway_visit_seconds',
    help: 'One visit to one deployment.',
    labelNames: ['how'],
    buckets: SECONDS,
    registers,
  });
  const gauge = (name: string, help: string) => new Gauge({ name: `slipway_${name}`, help, registers });
  const waiting = gauge('outbox_waiting', 'Notices that were not told yet.');
  const oldest = gauge('outbox_oldest_seconds', 'How long the oldest notice has waited.');

  return {
    visited: (how, ms) => visits.observe({ how }, ms / 1_000),
    outbox(count, oldestMs) {
      waiting.set(count);
      oldest.set(oldestMs / 1_000);
    },
    exposition: () => register.metrics(),
    contentType: register.contentType,
  };
}
