import type { Capabilities } from '../../core/capability.ts';

/**
 * For how long after it was sent a change may still happen: the ten seconds of a call, and the thirty that an admission
 * webhook may take at most when a proxy in between goes on without us
 * (https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#timeouts).
 */
export const SETTLE_MS = 40_000;

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
    say: 'a cluster counts no requests and no errors of a version: name a Prometheus that does as its source of numbers',
  },
  maintenance: {
    can: false,
    why: 'platform',
    say: 'a cluster has no page of its own to show instead of a service',
  },
  settings: { can: true, how: { readsValues: 'some' }, caveats: [] },
  previews: {
    can: false,
    why: 'not-configured',
    say: 'a copy of a Deployment would need a Service, a route and a name of its own, which nobody has described here',
  },
  once: { kind: 'marker', settleMs: SETTLE_MS },
} as const satisfies Partial<Capabilities>;

/** What taking a version back leaves as it is, in every mode. */
export const leaves = [
  'ConfigMaps, Secrets and custom resources',
  'whatever the version wrote outside its own pods',
] as const;
