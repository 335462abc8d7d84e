import type { Takes } from '../../core/capability.ts';
import { closest } from '../../core/closest.ts';
import { Failed } from '../../core/failure.ts';
import type { Version } from '../../core/plan.ts';
import { isRefusal, type Offer, type Refusal, refuse } from '../../core/refusal.ts';
import { code, sentence } from '../../core/text.ts';
import type { KnownVersion } from '../../platform/platform.ts';
import type { EngineParts } from '../parts.ts';
import type { Reading } from './ground.ts';
import type { Place } from './place.ts';
import { didYouMean } from './say.ts';

const COMMIT_LETTERS_MIN = 7;
const NAMES_MAX = 100;

/**
 * The version that somebody means: what the platform lists, by its name or at least seven letters of its commit; where
 * it takes more than it lists, what the source of the code knows, or any name at all. Null asks for the newest.
 */
export async function chooseVersion(
  parts: EngineParts,
  place: Place,
  { versions, capabilities }: Reading,
  ref: string | null,
  offer: (version: string) => Offer,
): Promise<KnownVersion | Refusal> {
  const takes = capabilities.takes ?? 'listed';
  const listed = listedAs(versions, ref);
  if (listed !== null) return listed;
  if (takes === 'listed' || ref === null) return notThere(place, names(versions), ref, offer);
  return chooseUnlisted(parts, place, takes, ref, offer);
}

async function chooseUnlisted(
  parts: EngineParts,
  place: Place,
  takes: Exclude<Takes, 'listed'>,
  ref: string,
  offer: (version: string) => Offer,
): Promise<KnownVersion | Refusal> {
  const found = await fromSource(parts, place, ref);
  if (found === 'no-source' || found === null) {
    if (takes === 'any-name') return unlisted({ name: ref, commit: null });
    return found === null
      ? notThere(place, await sourceNames(parts, place), ref, offer)
      : noSource(place, ref);
  }
  if (isRefusal(found)) return found;
  return takes === 'commit' && found.commit === null ? noSource(place, ref) : unlisted(found);
}

/** What a version that people have seen stands for now; null where it cannot be had, or nobody could say. */
export async function knownAs(
  parts: EngineParts,
  place: Place,
  reading: Reading,
  { name }: Version,
): Promise<Version | null> {
  const found = await chooseVersion(parts, place, reading, name, noOffer);
  return isRefusal(found) ? null : { name: found.name, commit: found.commit };
}

const noOffer = (label: string): Offer => ({ label, command: 'deploy-status', text: '' });

function listedAs(versions: readonly KnownVersion[], ref: string | null): KnownVersion | null {
  if (ref === null) return versions[0] ?? null;
  const named = versions.find(({ name }) => name === ref);
  if (named !== undefined) return named;
  const byCommit =
    ref.length < COMMIT_LETTERS_MIN ? [] : versions.filter(({ commit }) => commit?.startsWith(ref));
  const [only, ...others] = byCommit;
  return only !== undefined && others.length === 0 ? only : null;
}

function unlisted({ name, commit }: Version): KnownVersion {
  return { name, commit, note: null, createdAtMs: null };
}

async function fromSource(
  parts: EngineParts,
  { service }: Place,
  ref: string,
): Promise<Version | Refusal | 'no-source' | null> {
  try {
    const source = parts.sourceOf(service);
    return source === null ? 'no-source' : await source.resolve(ref);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return refuse(
      'unavailable',
      [sentence(`${service.name} ${ref} could not be looked up: ${error.failure.message}`)],
      {
        next: ['Nothing was begun. Try again in a minute.'],
      },
    );
  }
}

async function sourceNames(parts: EngineParts, { service }: Place): Promise<string[]> {
  try {
    return [...((await parts.sourceOf(service)?.names(NAMES_MAX)) ?? [])];
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return [];
  }
}

function names(versions: readonly KnownVersion[]): string[] {
  return versions.map(({ name }) => name);
}

function noSource({ service, target }: Place, ref: string): Refusal {
  return refuse(
    'not-found',
    [
      `${target.platform} deploys commits, and it is not known which one `,
      code(ref),
      ` of ${service.name} is.`,
    ],
    {
      next: [
        'Somebody who looks after slipway.yml can say where its code is under ',
        code(`services.${service.name}.source`),
        '.',
      ],
    },
  );
}

function notThere(
  { service }: Place,
  known: readonly string[],
  ref: string | null,
  offer: (version: string) => Offer,
): Refusal {
  if (ref === null) return refuse('not-found', [`There is no version of ${service.name} yet.`]);
  const meant = closest(ref, [...known], 3);
  const offered = meant.length > 0 ? meant : known.slice(0, 3);
  return refuse('not-found', [`${service.name} has no version named `, code(ref), '.'], {
    next: [meant.length > 0 ? didYouMean(meant) : 'The newest ones are:'],
    offers: offered.map(offer),
  });
}
