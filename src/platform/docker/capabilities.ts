import type { Capabilities } from '../../core/capability.ts';
import type { Address } from './address.ts';

const no = (why: 'platform' | 'plan', say: string) => ({ can: false, why, say }) as const;

export const noStaging =
  'Docker gives a container its ports alone: a second version beside it needs a router.';
export const noTraffic =
  'Docker shares no traffic out: that takes two containers behind a router, such as HAProxy.';
const noNumbers = 'Docker counts no requests: a router before the container does, or the service itself.';

/** Absence is believed after this long: the engine finishes what it was told when nobody waits for it any more. */
const SETTLE_MS = 2_000;
/** Beside the one that runs. */
export const KEPT = 3;

/** `surplus` is how many more containers than are kept are there: they could not be taken away so far. */
export function capabilitiesOf({ stopSeconds }: Pick<Address, 'stopSeconds'>, surplus: number): Capabilities {
  return {
    takes: 'any-name',
    staged: no('platform', noStaging),
    replace: {
      can: true,
      how: {
        how: `Docker pulls the image, stops what runs (${stopSeconds} s at most) and starts the new container in its place: nobody answers from then until it is up`,
        canCancel: true,
      },
      caveats: [
        'there is an interruption, because the ports of the one before have to be free first',
        'an image without a health check passes for healthy as soon as its container runs',
        ...(surplus === 0 ? [] : [sayLeft(surplus)]),
      ],
    },
    traffic: no('platform', noTraffic),
    rollback: {
      can: true,
      how: {
        kind: 'start-kept-artefact',
        how: 'stop the new container and start the one of before again, which was only stopped',
        horizon: `the last ${KEPT} containers, which are kept; older ones are made anew from their image`,
        leaves: ['whatever the version wrote to volumes or elsewhere', 'the container that failed, stopped'],
      },
      caveats: ['there is an interruption while the one is stopped and the other started'],
    },
    logs: {
      can: true,
      how: {
        build: false,
        runtime: true,
        retention: 'as long as the container is kept, and as its log driver keeps it',
      },
      caveats: ['Docker knows no levels: what goes to standard error counts as an error'],
    },
    metrics: no('platform', noNumbers),
    maintenance: no('platform', 'Docker has no page to show instead of a container.'),
    settings: {
      can: true,
      how: { readsValues: 'all' },
      caveats: ['what the image itself sets is among them'],
    },
    once: { kind: 'marker', settleMs: SETTLE_MS },
  };
}

function sayLeft(surplus: number): string {
  const what = surplus === 1 ? '1 old container takes' : `${surplus} old containers take`;
  return `${what} up room beyond the ${KEPT} that are kept: Docker did not take them away so far, and they are tried again`;
}
