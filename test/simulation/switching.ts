import type { Desk } from '../../src/core/desk.ts';
import type { EmergencyOrder } from '../../src/core/emergency-order.ts';
import type { Faults } from './faults.ts';
import type { Asked } from './people.ts';
import type { Random } from './random.ts';
import { drawWatchedScenario, type Scenario } from './scenario.ts';

/** Flags that are turned up with new versions, and somebody who switches them off in an emergency meanwhile. */
export function drawSwitchedScenario(random: Random, faults: Faults): Scenario {
  const scenario = drawWatchedScenario(random, faults);
  // Nobody finds anything bad here: what is on its way gets to its flags.
  const services = scenario.services.map(({ watching: _, ...service }) => ({
    ...service,
    isWatched: false,
    flagPercents: random.pick([[100], [30, 100], [10, 50]]),
  }));
  const orders = scenario.orders.map(({ atMs, asked }) => ({
    atMs,
    asked: asked.kind === 'deploy' ? { ...asked, ref: 'v2' } : asked,
  }));
  const pulls = Array.from({ length: random.int(1, 3) }, () => {
    const flag = `flag-${random.pick(services).name}`;
    const kind = random.pick(['kill', 'kill', 'switch-on'] as const);
    const first = { atMs: random.between(4_000, 45_000), asked: { kind, by: 'U4', flag } as const };
    if (random.chance(0.4)) return [first];
    // Somebody thinks again, sooner or later.
    const other = kind === 'kill' ? 'switch-on' : 'kill';
    const atMs =
      first.atMs +
      random.pick([
        random.between(20, 3_000),
        random.between(3_000, 40_000),
        random.between(62_000, 100_000),
      ]);
    return [first, { atMs, asked: { kind: other, by: 'U4', flag } as const }];
  }).flat();
  return { ...scenario, services, orders: [...orders, ...pulls] };
}

type Pulled = Extract<Asked, { kind: 'kill' | 'switch-on' }>;

/** Looked at first, as everybody has to. */
export async function switched(desk: Desk, { kind, flag }: Pulled) {
  const where = { flag, service: null, environment: null, why: 'it burns', incident: 'INC-1' };
  const order = (plan: string | null): EmergencyOrder =>
    kind === 'kill' ? { ...where, kind: 'kill-switch', plan } : { ...where, kind, id: null, plan };
  const shown = await desk.emergency(order(null));
  const text = shown.kind === 'answer' ? (shown.offers?.[0]?.text ?? '') : '';
  const plan = /--plan (\S+)/.exec(text)?.[1] ?? null;
  return plan === null ? shown : desk.emergency(order(plan));
}
