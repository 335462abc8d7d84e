import { type Service, targetOf } from '../../../core/catalog.ts';
import { closest } from '../../../core/closest.ts';
import { Failed } from '../../../core/failure.ts';
import { targetId } from '../../../core/names.ts';
import type { Version } from '../../../core/plan.ts';
import { isRefusal, type Offer, type Refusal, refuse } from '../../../core/refusal.ts';
import { code, sentence } from '../../../core/text.ts';
import { servingOf } from '../ground.ts';
import { findPlace } from '../place.ts';
import { didYouMean, sayShares } from '../say.ts';
import type { Visiting } from '../visitor.ts';

/** One end of a range: a version, and where it was found running when an environment was asked for. */
export type Side = {
  /** As it was typed. */
  readonly asked: string;
  readonly version: Version;
  /** Null for a version that was named. */
  readonly runs: Running | null;
};

export type Running = {
  readonly environment: string;
  readonly platform: string;
  /** `v1 75 % and v2 25 %`: all that serves, of which the largest share is compared. */
  readonly shares: string;
  readonly isSplit: boolean;
  readonly atMs: number;
};

const NAMES_MAX = 100;

/**
 * What one end of a range stands for.
 * @param other the other end, which this one was surely not meant to be
 * @param offer makes the corrected command for what was meant by this end
 */
export async function findSide(
  visiting: Visiting,
  service: Service,
  asked: string,
  other: string,
  offer: (meant: string) => Offer,
): Promise<Side | Refusal> {
  const isEnvironment = visiting.parts.catalog().environments.some(({ name }) => name === asked);
  if (isEnvironment) return whatRuns(visiting, service, asked, offer);
  const version = await versionOf(visiting, service, asked);
  if (version === null) return unknownSide(visiting, service, asked, other, offer);
  return isRefusal(version) ? version : { asked, version, runs: null };
}

/** What really serves there, read from the platform just now. */
export async function whatRuns(
  visiting: Visiting,
  service: Service,
  environment: string,
  offer: (meant: string) => Offer,
): Promise<Side | Refusal> {
  const place = findPlace(visiting, {
    permission: 'look',
    service: service.name,
    environment,
    offer: (_, where) => offer(where),
  });
  if (isRefusal(place)) return place;
  try {
    const standing = await place.site.look();
    const serving = servingOf(standing);
    const [largest] = serving;
    if (largest === undefined) {
      return refuse('nothing-to-do', [`Nothing of ${service.name} serves in ${environment}.`], {
        next: ['There is nothing to compare with there.'],
      });
    }
    const shares = sayShares(
      serving.map(({ version, trafficPercent }) => ({ version: version.name, trafficPercent })),
    );
    return {
      asked: environment,
      version: largest.version,
      runs: {
        environment,
        platform: place.target.platform,
        shares,
        isSplit: serving.length > 1,
        atMs: standing.atMs,
      },
    };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return refuse(
      'unavailable',
      [
        sentence(
          `What runs in ${environment} is not known: ${place.target.platform} says ${error.failure.message}`,
        ),
      ],
      { next: ['Try again in a minute.'] },
    );
  }
}

/** The source first, because it knows branches and what is older than the platform keeps; the platforms after it. */
async function versionOf(
  visiting: Visiting,
  service: Service,
  ref: string,
): Promise<Version | Refusal | null> {
  try {
    const found = await visiting.parts.sourceOf(service)?.resolve(ref);
    if (found != null) return found;
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    const known = (await platformVersions(visiting, service)).find(({ name }) => name === ref);
    return (
      known ??
      refuse(
        'unavailable',
        [sentence(`${service.name} ${ref} could not be looked up: ${error.failure.message}`)],
        {
          next: ['Try again in a minute.'],
        },
      )
    );
  }
  return (await platformVersions(visiting, service)).find(({ name }) => name === ref) ?? null;
}

/** Of every place that answers; one that does not takes nothing away from the others. */
async function platformVersions({ parts }: Visiting, service: Service): Promise<Version[]> {
  const lists = await Promise.all(
    service.targets.map(async (target) => {
      const id = targetId(service.name, target.environment);
      try {
        return await parts.siteOf({ ...target, id }).versions(NAMES_MAX);
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
        return [];
      }
    }),
  );
  return lists.flat();
}

async function unknownSide(
  visiting: Visiting,
  service: Service,
  asked: string,
  other: string,
  offer: (meant: string) => Offer,
): Promise<Refusal> {
  const versions = [
    ...(await sourceNames(visiting, service)),
    ...(await platformVersions(visiting, service)).map(({ name }) => name),
  ];
  const environments = visiting.parts
    .catalog()
    .environments.map(({ name }) => name)
    .filter((name) => targetOf(service, name) !== null);
  const isElse = (name: string) => name !== other;
  const meant = closest(asked, [...environments, ...versions].filter(isElse), 3);
  const newest = [...new Set(versions)].filter(isElse).slice(0, 3);
  return refuse(
    'not-found',
    [`${service.name} has no version, and no environment, named `, code(asked), '.'],
    {
      next: [meant.length > 0 ? didYouMean(meant) : 'The newest versions are:'],
      offers: (meant.length > 0 ? meant : newest).map(offer),
    },
  );
}

async function sourceNames({ parts }: Visiting, service: Service): Promise<readonly string[]> {
  try {
    return (await parts.sourceOf(service)?.names(NAMES_MAX)) ?? [];
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return [];
  }
}
