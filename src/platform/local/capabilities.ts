import type { Capabilities } from '../../core/capability.ts';
import { BEGIN_WITHIN_MS } from './protocol.ts';
import { LINES_MAX } from './runner/log-ring.ts';
import { isUsageKnown } from './runner/usage.ts';

/** What this machine can do with a process behind a proxy. It is all there is: no plan and no token decides here. */
export const capabilities: Capabilities = {
  staged: { can: true, how: {}, caveats: [] },
  traffic: {
    can: true,
    how: { kind: 'weights', stepPercent: 1, settleMs: 0 },
    caveats: ['requests are shared out one by one: somebody who comes back may get the other version'],
  },
  rollback: {
    can: true,
    how: {
      kind: 'start-kept-artefact',
      how: 'start the version before it again beside this one and give it the traffic back',
      horizon: 'every version that is still in the folder of its service',
      leaves: ['whatever the version wrote outside its own process'],
    },
    caveats: [],
  },
  logs: {
    can: true,
    how: {
      build: false,
      runtime: true,
      retention: `the last ${LINES_MAX.toLocaleString('en')} lines of a release, and of the ten that ended last, while the runner runs`,
    },
    caveats: ['nothing is built here, so there is no log of a build'],
  },
  metrics: {
    can: true,
    how: {
      signals: isUsageKnown
        ? ['requests', 'errors', 'latency', 'cpu', 'memory']
        : ['requests', 'errors', 'latency'],
      splitBy: 'version',
    },
    caveats: [
      'counters begin at zero when the runner is started again',
      ...(isUsageKnown
        ? []
        : ['this machine does not tell what a process uses: no processor or memory numbers']),
    ],
  },
  maintenance: { can: true, how: {}, caveats: [] },
  once: { kind: 'marker', settleMs: BEGIN_WITHIN_MS + 500 },
};
