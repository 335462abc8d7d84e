import type { Capabilities, Takes } from '../../core/capability.ts';

type OfArm = { readonly name: string; readonly can: Capabilities };

/** What the arms and the router can together. What one of them cannot, all of them cannot. */
export function composedCapabilities(
  router: Pick<Capabilities, 'traffic' | 'metrics'>,
  arms: readonly OfArm[],
): Capabilities {
  const takes = takesOf(arms);
  return {
    ...(takes === null ? {} : { takes }),
    staged: stagedOf(arms),
    replace: {
      can: false,
      why: 'not-configured',
      say: 'A version comes up on the arm that nobody uses, and is given the traffic then.',
    },
    traffic: router.traffic,
    rollback: {
      can: true,
      how: {
        kind: 'pointer',
        how: 'give the traffic back to the arm that had it, where the version before it still runs',
        horizon: 'until something else is brought up on that arm',
        leaves: [...new Set(arms.flatMap(({ can }) => (can.rollback.can ? can.rollback.how.leaves : [])))],
      },
      caveats: [],
    },
    logs: logsOf(arms),
    metrics: metricsOf(router.metrics, arms),
    maintenance: {
      can: false,
      why: 'platform',
      say: 'A service behind a router has no maintenance page of its own: switch it at the router.',
    },
    ...(arms.every(({ can }) => can.settings?.can === true) && arms[0]?.can.settings !== undefined
      ? { settings: arms[0].can.settings }
      : {}),
    once: onceOf(arms),
  };
}

function takesOf(arms: readonly OfArm[]): Takes | null {
  const [first, ...others] = arms.map(({ can }) => can.takes ?? null);
  return first !== undefined && others.every((each) => each === first) ? first : null;
}

function stagedOf(arms: readonly OfArm[]): Capabilities['staged'] {
  for (const { name, can } of arms) {
    if (can.replace?.can === true) continue;
    const why =
      can.replace === undefined
        ? 'Its platform does not say that it can replace what runs.'
        : can.replace.say;
    return { can: false, why: 'platform', say: `Nothing can be brought up on ${name}. ${why}` };
  }
  const own = arms.flatMap(({ can }) => (can.replace?.can === true ? can.replace.caveats : []));
  return {
    can: true,
    how: {},
    caveats: [
      ...new Set(own),
      'the arm that is left goes on running what it ran, and costs what it costs: it is only taken out of the router',
    ],
  };
}

function logsOf(arms: readonly OfArm[]): Capabilities['logs'] {
  const some = arms.find(({ can }) => !can.logs.can) ?? arms[0];
  return some?.can.logs ?? { can: false, why: 'not-configured', say: 'There is no arm.' };
}

/** One arm runs one version, so that what is counted of an arm is counted of a version. */
function metricsOf(router: Capabilities['metrics'], arms: readonly OfArm[]): Capabilities['metrics'] {
  if (router.can) return { ...router, how: { ...router.how, splitBy: 'version' } };
  const able = arms.flatMap(({ can }) => (can.metrics.can ? [can.metrics] : []));
  const [first, ...others] = able;
  if (first === undefined || able.length < arms.length) return router;
  const signals = first.how.signals.filter((signal) =>
    others.every(({ how }) => how.signals.includes(signal)),
  );
  const caveats = [...new Set(able.flatMap((each) => each.caveats))];
  return { can: true, how: { signals, splitBy: 'version' }, caveats };
}

/** As weak as the weakest arm: a search says more about what may happen than a marker does. */
function onceOf(arms: readonly OfArm[]): Capabilities['once'] {
  const all = arms.map(({ can }) => can.once);
  const kind = all.find((once) => once.kind === 'search')?.kind ?? all[0]?.kind ?? 'search';
  return { kind, settleMs: Math.max(0, ...all.map(({ settleMs }) => settleMs)) };
}
