import type { Capabilities } from '../../core/capability.ts';
import type { ConfiguredGate } from '../../core/catalog.ts';
import type { Ground } from '../../core/draw-plan.ts';
import { Failed } from '../../core/failure.ts';
import type { Order } from '../../core/order.ts';
import { isSameVersion, type PlannedTarget, type Version } from '../../core/plan.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { Strategy } from '../../core/strategy/strategy.ts';
import { sentence } from '../../core/text.ts';
import type { Gate } from '../../gate/gate.ts';
import { gateNamed } from '../../gate/index.ts';
import type { KnownVersion, Site, Standing, StandingRelease } from '../../platform/platform.ts';
import type { Place } from './place.ts';

const VERSIONS_MAX = 100;

/** What a platform says of one place, read just now. */
export type Reading = {
  readonly standing: Standing;
  readonly capabilities: Capabilities;
  readonly versions: readonly KnownVersion[];
};

/** Reads all three at once; a platform that does not answer is a refusal that names it. */
export async function readPlace({ site, target, id }: Place): Promise<Reading | Refusal> {
  try {
    const [standing, capabilities, versions] = await Promise.all([
      site.look(),
      site.capabilities(),
      site.versions(VERSIONS_MAX),
    ]);
    return { standing, capabilities, versions };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return refuse(
      'unavailable',
      [sentence(`${target.platform} could not be asked about ${id}: ${error.failure.message}`)],
      {
        next: ['Nothing was begun. Try again in a minute.'],
      },
    );
  }
}

export function servingOf({ releases }: Standing): StandingRelease[] {
  return releases
    .filter(({ trafficPercent }) => trafficPercent > 0)
    .toSorted((a, b) => b.trafficPercent - a.trafficPercent);
}

/** Whether an order is for what serves all the traffic already, so that only its flags are left to turn. */
export function turnsFlagsAlone(
  { flags = [], again }: Pick<Order, 'flags' | 'again'>,
  { standing }: Reading,
  version: Version,
): boolean {
  const [serving, ...others] = servingOf(standing);
  const isAlone = flags.length > 0 && again !== true && others.length === 0;
  return (
    isAlone &&
    serving !== undefined &&
    serving.health === 'healthy' &&
    isSameVersion(serving.version, version)
  );
}

/** One place that an order is for, as it was read just now, and what it shall run. */
export type Surveyed = {
  readonly place: Place;
  readonly reading: Reading;
  readonly version: Version;
  /** The release of that version that the platform may still keep. */
  readonly kept?: string | null;
};

/** One target of a plan, with all that the plan is drawn from; `needs` are the targets of the plan that come before. */
export function groundOf(
  { place, reading, version, kept }: Surveyed,
  purpose: 'deploy' | 'roll-back',
  strategy: Strategy,
  needs: readonly string[],
): Ground {
  const { target } = place;
  // What is put back was good before: only that it really serves is asked, and nothing that a certificate or a new
  // page could keep it from.
  const isOfDeployments = ({ gate }: ConfiguredGate) =>
    isAsked(gate, 'after') && gateNamed(gate)?.anytime === undefined;
  const gates = purpose === 'deploy' ? target.gates : target.gates.filter(isOfDeployments);
  return {
    target: plannedTarget(place, reading, version, kept ?? null),
    strategy,
    capabilities: reading.capabilities,
    pace: target.pace,
    // What is put back was good before: the sooner it serves, the better.
    criteria: purpose === 'deploy' ? target.criteria : null,
    watch: purpose === 'deploy' ? (target.watch ?? null) : null,
    gatesBefore: gates.filter(({ gate }) => isAsked(gate, 'before')),
    gatesAfter: gates.filter(({ gate }) => isAsked(gate, 'after')),
    needs,
  };
}

function isAsked(gate: string, when: Gate['when']): boolean {
  return gateNamed(gate)?.when === when;
}

/** Nothing where nothing runs, or where the platform has no words for it. */
function byHandOf(site: Site, serving: StandingRelease | undefined): { readonly byHand?: string } {
  if (serving === undefined || site.byHand === undefined) return {};
  const { releaseId, version } = serving;
  const byHand = site.byHand({ releaseId, version: { name: version.name, commit: version.commit } });
  return byHand === null ? {} : { byHand };
}

export function plannedTarget(
  place: Place,
  { standing, capabilities }: Reading,
  version: Version,
  kept: string | null,
): PlannedTarget {
  const [serving] = servingOf(standing);
  const { rollback, traffic, replace } = capabilities;
  return {
    id: place.id,
    service: place.service.name,
    environment: place.environment.name,
    platform: place.target.platform,
    address: place.target.address as PlannedTarget['address'],
    version: { name: version.name, commit: version.commit },
    before: serving === undefined ? null : { releaseId: serving.releaseId, version: serving.version },
    ...(kept === null ? {} : { kept }),
    undo: {
      ...(rollback.can
        ? { how: rollback.how.how, leaves: [...rollback.how.leaves] }
        : { how: rollback.say, leaves: ['everything'] }),
      ...byHandOf(place.site, serving),
    },
    caveats: [traffic, rollback, replace].flatMap((each) => (each?.can ? each.caveats : [])),
  };
}
