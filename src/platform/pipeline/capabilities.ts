import type { Capabilities } from '../../core/capability.ts';

/** Absence is believed after this long: lists show a new run within seconds, and are sometimes slower. */
const SETTLE_MS = 20_000;

/** What people are told of every pipeline; `retention` is how long its service keeps what a run has said. */
export function capabilitiesOf(
  {
    service,
    name,
    retention,
  }: { readonly service: string; readonly name: string; readonly retention: string },
  has: { readonly proof: boolean; readonly rollback: boolean },
): Capabilities {
  return {
    takes: 'any-name',
    staged: no(`${service} runs something that puts a version in the place of the one before it.`),
    replace: {
      can: true,
      how: { how: `${service} runs ${name}, and what that does is its own`, canCancel: true },
      caveats: has.proof
        ? []
        : [
            'nothing proves which version answers: what the last successful run was asked for is believed, and a run that fails is believed to have left everything as it was (give the address a proof)',
          ],
    },
    traffic: no(`${service} knows nothing of traffic.`),
    rollback: {
      can: true,
      how: {
        kind: 'rebuild',
        how: has.rollback
          ? `${service} runs what is configured for going back, with the version of before`
          : `${service} runs ${name} again, with the version of before`,
        horizon: 'whatever the pipeline can still build and deploy',
        leaves: ['whatever the pipeline does besides deploying, and whatever the version has written'],
      },
      caveats: ['only what a run of ours deployed is known well enough to go back to it'],
    },
    logs: { can: true, how: { build: true, runtime: false, retention }, caveats: [] },
    metrics: no(`${service} counts nothing of what runs: numbers to watch have to come from elsewhere.`),
    maintenance: no(`${service} has no page to show instead of a service.`),
    settings: no(`${service} knows nothing of how a service is configured.`),
    previews: no(`${service} keeps no copies of a service.`),
    once: { kind: 'marker', settleMs: SETTLE_MS },
  };
}

function no(say: string) {
  return { can: false, why: 'platform', say } as const;
}
