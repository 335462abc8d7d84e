import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What the program counts about itself. Every name, label and unit is fixed here, so that none can grow without end. */
export type Metrics = {
  /** A delivery was answered: how long that took. */
  acked(kind: Delivery, ms: number): void;
  /** A delivery was dealt with, or thrown away. */
  handled(kind: Delivery, how: 'done' | 'refused' | 'failed'): void;
  /** One visit to one deployment. */
  advanced(how: 'waiting' | 'ended' | 'fenced' | 'failed', ms: number): void;
  /** A mutating call to a platform, and what became of it. */
  effect(
    kind: 'release' | 'route' | 'retire',
    how: 'confirmed' | 'found' | 'absent' | 'refused' | 'unknown',
  ): void;
  /** A call to Slack. */
  told(how: 'sent' | 'limited' | 'failed', ms: number): void;
  /** What waits to be told, and how long the oldest has waited. */
  outbox(waiting: number, oldestMs: number): void;
  /** The text that Prometheus reads, version 0.0.4. */
  exposition(): Promise<string>;
  readonly contentType: string;
};

export type Delivery = 'command' | 'action' | 'view' | 'shortcut' | 'event' | 'options';

/** Milliseconds in, seconds out: Prometheus' base unit. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Each call opens its own registry, so that tests and several programs in one process do not meet. */
export function openMetrics(): Metrics {
  const register = new Registry();
  // Memory, processor time and the lag of the event loop.
  collectDefaultMetrics({ register, prefix: 'slipway_' });
  const registers = [register];
  const histogram = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Histogram({
      name: `slipway_${name}_seconds`,
      help,
      labelNames: [...labelNames],
      buckets: SECONDS,
      registers,
    });
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: `slipway_${name}_total`, help, labelNames: [...labelNames], registers });
  const gauge = (name: string, help: string) => new Gauge({ name: `slipway_${name}`, help, registers });

  const acks = histogram('ack', 'From a delivery to its answer.', ['kind']);
  const deliveries = counter('deliveries', 'Deliveries that were dealt with.', ['kind', 'how']);
  const visits = histogram('advance', 'One visit to one deployment.', ['how']);
  const effects = counter('effects', 'Mutating calls to platforms.', ['kind', 'how']);
  const calls = histogram('slack_call', 'Calls to Slack.', ['how']);
  const waiting = gauge('outbox_waiting', 'Notices that were not told yet.');
  const oldest = gauge('outbox_oldest_seconds', 'How long the oldest notice has waited.');

  return {
    acked: (kind, ms) => acks.observe({ kind }, ms / 1_000),
    handled: (kind, how) => deliveries.inc({ kind, how }),
    advanced: (how, ms) => visits.observe({ how }, ms / 1_000),
    effect: (kind, how) => effects.inc({ kind, how }),
    told: (how, ms) => calls.observe({ how }, ms / 1_000),
    outbox(count, oldestMs) {
      waiting.set(count);
      oldest.set(oldestMs / 1_000);
    },
    exposition: () => register.metrics(),
    contentType: register.contentType,
  };
}
