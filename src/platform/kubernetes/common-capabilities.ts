import type { Capabilities } from '../../core/capability.ts';

/**
 * The API server gives a request up when its connection is gone, so what has not been done soon after is not done. Should
 * a proxy in between keep one all the same, it comes too late: whatever was sent since has changed the object, and a
 * change of an older version of it is a conflict.
 */
const SETTLE_MS = 3_000;

/** What every way of changing versions has in common. */
export const common = {
  takes: 'any-name',
  logs: {
    can: true,
    how: {
      build: false,
      runtime: true,
      retention: 'what the node of a pod still has: the last container that ran and the one before it',
    },
    caveats: [
      'the log of a pod goes with the pod',
      'a line has the level that it names itself, and none where it names none',
    ],
  },
  metrics: {
    can: false,
    why: 'platform',
    say: 'A cluster counts neither requests nor errors of a version; a Prometheus that scrapes the pods does, as a source of numbers of its own.',
  },
  maintenance: {
    can: false,
    why: 'platform',
    say: 'A cluster has no page of its own to show instead of a service.',
  },
  settings: { can: true, how: { readsValues: 'some' }, caveats: [] },
  previews: {
    can: false,
    why: 'not-configured',
    say: 'A copy of a Deployment would need a Service, a route and a name of its own, and nothing here says which.',
  },
  once: { kind: 'marker', settleMs: SETTLE_MS },
} as const satisfies Partial<Capabilities>;

/** What taking a version back leaves as it is, in every mode. */
export const leaves = [
  'ConfigMaps, Secrets and custom resources',
  'whatever the version wrote outside its own pods',
] as const;
