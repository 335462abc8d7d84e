import type { DeployOrder } from '../../core/desk.ts';
import { isRefusal, type Refusal, refuse } from '../../core/refusal.ts';
import { contract } from '../../core/strategy/contract.ts';
import { code } from '../../core/text.ts';
import type { KnownVersion } from '../../platform/platform.ts';
import { refuseTaken } from './begin.ts';
import { type Reading, readPlace, type Surveyed, servingOf } from './ground.ts';
import type { Place } from './place.ts';
import type { Places } from './places.ts';
import { typedOrder } from './typed-order.ts';
import { chooseVersion } from './version.ts';
import type { Visiting } from './visitor.ts';

export type DeploySurvey = Surveyed & {
  readonly version: KnownVersion;
  /** Why one of ours has the place now; null when nobody has. */
  readonly taken: Refusal | null;
};

/** Reads every place of an order, all at the same time, and finds the version that is meant at each. */
export async function surveyAll(
  visiting: Visiting,
  { places, product }: Places,
  order: DeployOrder,
): Promise<readonly DeploySurvey[] | Refusal> {
  if (product !== null && order.ref === null) {
    return refuse(
      'bad-arguments',
      [`Say which version of ${product.name}, because its services are versioned together.`],
      {
        next: ['Type for example ', code(`/${order.as.command} ${product.name}@v2`), '.'],
      },
    );
  }
  const readings = await Promise.all(places.map((place) => lookAround(visiting, place)));
  const surveyed: DeploySurvey[] = [];
  for (const [index, found] of readings.entries()) {
    if (isRefusal(found)) return found;
    const place = places[index];
    if (place === undefined) continue;
    const version =
      order.strategy === contract.id
        ? servingFor(place, found.reading, order)
        : await chooseVersion(visiting.parts, place, found.reading, order.ref, (ref) =>
            typedOrder(order, { ref }, ref),
          );
    if (isRefusal(version)) return version;
    surveyed.push({ place, version, ...found });
  }
  return surveyed;
}

/** An order that deploys nothing is about what serves. */
function servingFor(place: Place, { standing }: Reading, { ref }: DeployOrder): KnownVersion | Refusal {
  const [serving] = servingOf(standing);
  if (serving === undefined)
    return refuse('nothing-to-do', [`Nothing runs at ${place.id}, so that its database is left alone.`]);
  const { name, commit } = serving.version;
  if (ref !== null && ref !== name) {
    return refuse('bad-arguments', [
      `With --contract nothing is deployed: ${place.id} runs ${name}, not ${ref}.`,
    ]);
  }
  return { name, commit, note: null, createdAtMs: null };
}

type Looked = { readonly reading: Reading; readonly taken: Refusal | null };

async function lookAround({ parts }: Visiting, place: Place): Promise<Looked | Refusal> {
  const takenBefore = await refuseTaken(parts.store, place.id);
  const reading = await readPlace(place);
  if (isRefusal(reading)) return reading;
  // Asked on both sides of the reading: whichever of ours made what was read had the place at one of the two.
  return { reading, taken: takenBefore ?? (await refuseTaken(parts.store, place.id)) };
}
