import { hashOf } from '../core/canonical.ts';
import { openDoorOut } from '../http/door.ts';
import { openMetric } from '../metric/index.ts';
import type { Around, MetricSource } from '../metric/metric.ts';
import { clock } from './clock.ts';
import type { Settings } from './settings.ts';

const PLATFORM = { name: 'platform', kind: 'platform', settings: {} };

type Opened = { readonly hash: string; readonly source: MetricSource };

/** Where numbers come from: each opened when it is first asked for, and anew when its settings have changed since. */
export function metricsFor({
  configuration,
  secrets,
  redact,
  processes,
}: Settings): (name: string) => MetricSource | null {
  const around: Around = {
    door: openDoorOut({ clock, random: Math.random, redact, processes }),
    secret: (reference, how) => (how === 'again' ? secrets.readAgain(reference) : secrets.read(reference)),
    redact,
    clock,
  };
  const open = new Map<string, Opened>();
  return (name) => {
    const configured = [PLATFORM, ...(configuration.current().catalog.metrics ?? [])].find(
      (each) => each.name === name,
    );
    if (configured === undefined) return null;
    const hash = hashOf('slipway/metric/v1', configured);
    const known = open.get(name);
    if (known?.hash === hash) return known.source;
    const source = openMetric(configured, around);
    open.set(name, { hash, source });
    return source;
  };
}
