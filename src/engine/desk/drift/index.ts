import { answer, type Part, type Reply } from '../../../core/answer.ts';
import type { DriftQuestion } from '../../../core/desk.ts';
import { may } from '../../../core/person.ts';
import { isRefusal, type Offer, type Refusal, refuse } from '../../../core/refusal.ts';
import { type Scope, sayScope } from '../../../core/scope.ts';
import { time } from '../../../core/text.ts';
import { adoptOffers } from '../../board/foreign.ts';
import { keptSettings, readSettings } from '../../board/kept-settings.ts';
import { placesIn, refuseBeyond } from '../../board/reach.ts';
import { findPlace, type Place, refuseUnlessAllowed } from '../place.ts';
import type { Visiting } from '../visitor.ts';
import { driftBetween } from './between.ts';
import {
  differences,
  type PlaceRead,
  readPlaces,
  sayConfigured,
  sayDifferences,
  sayRecorded,
  sayRunning,
  serving,
  whenFacts,
} from './read.ts';
import { compareSettings, isDifferent, settingsParts } from './settings.ts';

const ROWS_MAX = 60;

/** What is configured, what we left there and what really runs, held against each other; or two environments. */
export async function drift(visiting: Visiting, question: DriftQuestion): Promise<Reply> {
  const { service, environment, between } = question;
  if (between !== null) return driftBetween(visiting, service, between);
  const { parts, visitor } = visiting;
  const scope = { service, environment };
  const catalog = parts.catalog();
  const refused =
    refuseUnlessAllowed(catalog, visitor.actor, { permission: 'look', ...scope }) ??
    (placesIn(catalog, scope).length > 0
      ? null
      : await refuseBeyond(visiting, 'look', scope, (meant, label) => typed(meant, label)));
  if (refused !== null) return refused;
  const places = placesThere(visiting, question);
  if (isRefusal(places)) return places;
  const reads = await readPlaces(parts, places.slice(0, ROWS_MAX));
  const [only] = reads;
  const more = reads.length === 1 && only !== undefined ? await settingsSince(visiting, only) : null;
  const differing = reads.filter((read) => differences(read).length > 0);
  const isMore = more?.isDifferent === true && differing.length === 0;
  const sentence = sentenceOf(reads, differing, isMore);
  return answer(
    sentence,
    [
      { kind: 'text', text: [sentence] },
      table(reads),
      ...(only === undefined || reads.length > 1 ? [] : [{ kind: 'facts', facts: whenFacts(only) } as const]),
      ...(more?.parts ?? []),
      {
        kind: 'note',
        text: [
          'Read from the platforms, as of ',
          time(await parts.store.nowMs()),
          ...(places.length > ROWS_MAX ? [`; ${places.length - ROWS_MAX} more: name a service`] : []),
        ],
      },
    ],
    {
      title: `Drift: ${sayScope(scope)}`,
      isShareable: true,
      offers: reads.flatMap((read) => offersOf(visiting, read)).slice(0, 5),
    },
  );
}

/** Those that somebody may see; one that no platform can be asked about is among them, and says so. */
function placesThere(visiting: Visiting, { service, environment }: DriftQuestion): Place[] | Refusal {
  const { parts, visitor } = visiting;
  const catalog = parts.catalog();
  const places: Place[] = [];
  let refused: Refusal | null = null;
  for (const where of placesIn(catalog, { service, environment })) {
    if (!may(visitor.actor, 'look', where, catalog.grants)) continue;
    const place = findPlace(visiting, {
      permission: 'look',
      ...where,
      offer: (name, there) => typed({ service: name, environment: there }, name),
    });
    if (isRefusal(place)) refused = place;
    else places.push(place);
  }
  if (places.length > 0) return places;
  return refused ?? refuse('not-allowed', ['There is nothing there that you may see.']);
}

function table(reads: readonly PlaceRead[]): Part {
  return {
    kind: 'table',
    caption: 'Configured, recorded and running',
    columns: ['Place', 'Configured', 'Recorded', 'Running', 'Drift'],
    rows: reads.map((read) => [
      read.place.id,
      sayConfigured(read),
      sayRecorded(read),
      sayRunning(read),
      sayDifferences(read),
    ]),
  };
}

function sentenceOf(reads: readonly PlaceRead[], differing: readonly PlaceRead[], isMore: boolean): string {
  const unknown = reads.filter(({ drift: { kind } }) => kind === 'unknown').length;
  const tail = unknown === 0 ? '' : `; of ${unknown} it is not known`;
  const [first] = differing;
  if (first !== undefined && reads.length === 1) {
    const { environment, service } = first.place;
    return `${service.name} in ${environment.name} has drifted: ${differences(first).join('; ')}.`;
  }
  if (isMore) return `The version is what was left there, and settings have changed since${tail}.`;
  if (first === undefined)
    return `No drift was found in ${reads.length} ${reads.length === 1 ? 'place' : 'places'}${tail}.`;
  return `${differing.length} of ${reads.length} places have drifted: ${differing.map(({ place }) => place.id).join(', ')}${tail}.`;
}

/** What has changed among the settings since they were read after the last deployment. */
async function settingsSince(
  { parts }: Visiting,
  { place }: PlaceRead,
): Promise<{ readonly parts: Part[]; readonly isDifferent: boolean }> {
  const [kept, now] = await Promise.all([
    keptSettings(parts, place.id),
    readSettings(parts, { id: place.id, target: place.target }),
  ]);
  const say = (text: string) => ({ parts: [{ kind: 'note', text: [text] } as const], isDifferent: false });
  if (typeof now === 'string') return say(`Settings: not readable: ${now}.`);
  if (kept === null) {
    return say(
      `Settings: ${now.length} keys. None were recorded after a deployment yet, so there is nothing to compare with.`,
    );
  }
  const keys = compareSettings(kept.settings, now);
  const words = { base: 'taken away since', head: 'new since' };
  const shown = settingsParts(`Settings since ${kept.deploymentId}`, keys, words);
  return { parts: shown, isDifferent: isDifferent(keys) };
}

/** Adopting is offered to those who may deploy there. */
function offersOf({ parts, visitor }: Visiting, read: PlaceRead): Offer[] {
  const { place, state, drift: found } = read;
  const scope = { service: place.service.name, environment: place.environment.name };
  const isNew = found.kind === 'unknown' && state?.believed == null;
  if (found.kind !== 'foreign' && !isNew) return [];
  if (!may(visitor.actor, 'deploy', scope, parts.catalog().grants)) return [];
  const runs = serving(read).map(({ releaseId, version, trafficPercent }) => ({
    releaseId,
    version: version.name,
    trafficPercent,
  }));
  return adoptOffers(place.id, scope, runs);
}

function typed({ service, environment }: Scope, label: string): Offer {
  const words = [service, '--drift', environment === null ? null : `--env ${environment}`];
  return { label, command: 'deploy-compare', text: words.filter((word) => word !== null).join(' ') };
}
