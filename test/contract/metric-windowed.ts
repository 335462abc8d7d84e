import type { Asked, MetricSource } from '../../src/metric/metric.ts';
import type { Traffic } from '../stand-in/traffic.ts';
import type { StandIn } from '../support/stand-in/index.ts';
import { askedAt } from './metric-asked.ts';
import type { MetricMember, Served, Way } from './metric-member.ts';

const BEGIN_MS = Date.UTC(2026, 10, 20, 12);

export type Opened = {
  readonly standIn: Pick<StandIn, 'close'> & { readonly traffic: Traffic };
  source(): MetricSource;
  readonly query: unknown;
  /** What versions are called where the numbers are. */
  readonly labels: { readonly canary: string; readonly stable: string };
  /** Where releases are not called as `askedAt` does it. */
  readonly arms?: Pick<Asked, 'canary' | 'stable'>;
};

/**
 * A source that sums up by itself, in windows of this length, each read four windows later: as the suite gives four
 * rounds of silence to everybody, no window of silence is ever asked for while nothing is broken.
 */
export function windowedMember(
  name: string,
  stepMs: number,
  open: (way: Way) => Promise<Opened>,
): MetricMember {
  return {
    name,
    async open(way) {
      const { standIn, source, query, labels, arms = {} } = await open(way);
      const { traffic } = standIn;
      const gone = new Set<string>();
      let nowMs = BEGIN_MS;
      const serve = (label: string, { requests, errors }: Served, latencyMs: number) => {
        if (requests > 0 && !gone.has(label)) {
          traffic.serve(label, nowMs, nowMs + 1_000, { requests, errors, latencyMs });
        }
      };
      return {
        isOverHttp: true,
        roundMs: stepMs,
        source,
        nowMs: () => nowMs,
        asked: () => askedAt(nowMs, query, arms),
        pass(ms, served) {
          serve(labels.canary, served.canary, 900);
          serve(labels.stable, served.stable, 90);
          nowMs += ms;
        },
        troubles: ['gone', 'stable-gone', 'negative', 'unit'],
        trouble(what) {
          if (what === 'gone') gone.add(labels.canary);
          if (what === 'stable-gone') gone.add(labels.stable);
          if (what === 'negative') traffic.factors.set(labels.canary, -1);
          if (what === 'unit') traffic.factors.set(labels.canary, 1_000);
        },
        calm() {
          gone.clear();
          traffic.factors.clear();
        },
        close: () => standIn.close(),
      };
    },
  };
}
