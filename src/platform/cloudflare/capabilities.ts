import type { Can, Capabilities } from '../../core/capability.ts';
import { VERSIONS_KEPT } from './names.ts';
import type { ScriptSettings } from './schema.ts';

/** A deployment is read back at once; what is lost on the way shows within this, or never. */
const SETTLE_MS = 3_000;
/** Until every place of Cloudflare goes by a new table. */
const SPREAD_MS = 10_000;

/** What had to be asked. */
export type Learnt = {
  /** Whether anything has ever been deployed there. */
  readonly isDeployed: boolean;
  readonly logs: Capabilities['logs'];
  readonly metrics: Capabilities['metrics'];
};

export function capabilitiesOf({ isDeployed, logs, metrics }: Learnt): Capabilities {
  return {
    takes: 'listed',
    staged: isDeployed
      ? {
          can: true,
          how: {},
          caveats: ['Cloudflare does not look whether a version without traffic works'],
        }
      : {
          can: false,
          why: 'platform',
          say: 'The first deployment of a Worker has to give one version all the traffic.',
        },
    replace: {
      can: true,
      how: { how: 'gives the uploaded version all the traffic at once', canCancel: false },
      caveats: [],
    },
    traffic: {
      can: true,
      how: { kind: 'weights', stepPercent: 0.01, settleMs: SPREAD_MS },
      caveats: [
        'requests are shared out one by one, unless they carry a Cloudflare-Workers-Version-Key',
        'a deployment has two versions at most, and each one replaces the whole table of shares',
      ],
    },
    rollback: {
      can: true,
      how: {
        kind: 'pointer',
        keepsReady: true,
        how: 'deploy the version before it again, which Cloudflare keeps',
        horizon: `the last ${VERSIONS_KEPT} versions; not across a migration of Durable Objects, a binding whose resource is gone, or a secret that has changed since`,
        leaves: [
          'what was written to KV, R2, D1, queues and Durable Objects',
          'routes, domains and cron triggers, which belong to the Worker and not to a version',
        ],
      },
      caveats: [],
    },
    logs,
    metrics,
    maintenance: {
      can: false,
      why: 'platform',
      say: 'Cloudflare has no maintenance page for a Worker: deploy a version that shows one.',
    },
    settings: { can: true, how: { readsValues: 'some' }, caveats: ['secrets are compared by name alone'] },
    previews: {
      can: false,
      why: 'platform',
      say: 'Every version that is uploaded has a preview address of its own, which wrangler shows.',
    },
    once: { kind: 'marker', settleMs: SETTLE_MS },
  };
}

/** Logs of the past are only there where the Worker says so; a live tail is a websocket for people. */
export function logsOf({ observability }: ScriptSettings): Capabilities['logs'] {
  const isOn = observability?.enabled === true || observability?.logs?.enabled === true;
  if (!isOn || observability?.logs?.enabled === false) {
    return {
      can: false,
      why: 'not-configured',
      say: 'Workers Logs are not switched on for this Worker: set observability.enabled in its wrangler file, or watch it with `wrangler tail`.',
    };
  }
  const rate = observability.logs?.head_sampling_rate ?? observability.head_sampling_rate ?? 1;
  return {
    can: true,
    how: { build: false, runtime: true, retention: 'three days, or seven on a paid plan' },
    caveats: rate < 1 ? [`only ${Math.round(rate * 100)} % of the requests are logged`] : [],
  };
}

export const countsRequests: Can<{ signals: ('requests' | 'errors')[]; splitBy: 'version' }> = {
  can: true,
  how: { signals: ['requests', 'errors'], splitBy: 'version' },
  caveats: [
    'numbers are a minute or two late, estimated from samples, and begin at zero each midnight UTC',
    'an error is an invocation that failed, not an answer with status 500',
  ],
};

export const mayNotCount: Capabilities['metrics'] = {
  can: false,
  why: 'permission',
  say: 'The API token may not read analytics: give it the permission Account Analytics: Read.',
};
