import type { Health, Standing, StandingRelease } from '../platform.ts';
import type { Address } from './address.ts';
import type { Container } from './schema.ts';

/** What our containers carry. */
export const LABEL = {
  service: 'slipway.service',
  intent: 'slipway.intent',
  version: 'slipway.version',
  commit: 'slipway.commit',
} as const;

/** Within this after being started again, one that crashes all the time looks as well as any. */
const STEADY_MS = 15_000;

/** Words of `State.Status` of a container that is there for people to reach, whether it answers or not. */
const reached = new Set(['running', 'paused', 'restarting']);

export const nameOf = ({ Name }: Container) => Name.slice(1);
export const isReached = ({ State }: Container) => reached.has(State.Status);

/** Made, and neither started nor tried to be: nothing has happened yet, and the same call goes on with it. */
export function isUntouched({ State }: Container): boolean {
  return State.Status === 'created' && State.Error === '';
}

export function versionOf({ Config }: Container, { image }: Address): StandingRelease['version'] {
  const told = Config.Labels?.[LABEL.version];
  const commit = Config.Labels?.[LABEL.commit] ?? null;
  if (told !== undefined) return { name: told, commit };
  const repository = image.replace('{version}', '');
  const isOfIt = Config.Image.startsWith(repository);
  return { name: isOfIt ? Config.Image.slice(repository.length) : Config.Image, commit: null };
}

/** What runs shares what comes between them: the engine sends to whoever is there, however well it is. */
export function standingOf(containers: readonly Container[], address: Address, atMs: number): Standing {
  const shown = containers.filter((container) => !isUntouched(container));
  const running = shown.filter(isReached).length;
  const releases = shown.map(
    (container): StandingRelease => ({
      releaseId: nameOf(container),
      version: versionOf(container, address),
      trafficPercent: isReached(container) ? 100 / running : 0,
      ...healthOf(container, atMs),
      url: null,
      intentId: container.Config.Labels?.[LABEL.intent] ?? null,
    }),
  );
  return { atMs, frontDoor: address.url ?? null, releases };
}

type Seen = Pick<StandingRelease, 'health' | 'say' | 'isHopeless'>;

function healthOf(container: Container, atMs: number): Seen {
  const { State, RestartCount } = container;
  switch (State.Status) {
    case 'running':
      return checked(container) ?? unchecked(container, atMs);
    case 'restarting': {
      const say = `ends with ${State.ExitCode}, and Docker has started it again ${RestartCount} times`;
      return { health: 'unhealthy', say, isHopeless: true };
    }
    case 'paused':
      return { health: 'unhealthy', say: 'is paused' };
    case 'created':
      return { health: 'gone', say: `could not be started: ${oneLine(State.Error)}` };
    case 'exited':
    case 'dead':
    case 'removing':
      return { health: 'gone', say: sayEnd(container) };
    default:
      return { health: 'unknown', say: `Docker says “${oneLine(State.Status)}”, which we do not know` };
  }
}

/** Null where its image has no health check. */
function checked({ State: { Health: check } }: Container): Seen | null {
  if (check == null || check.Status === 'none') return null;
  const word = words.get(check.Status);
  if (word === undefined)
    return { health: 'unknown', say: `its health is “${oneLine(check.Status)}”, which we do not know` };
  const last = oneLine(check.Log?.at(-1)?.Output ?? '');
  return { health: word, say: `its health check says ${check.Status}${last === '' ? '' : `: ${last}`}` };
}

const words: ReadonlyMap<string, Health> = new Map([
  ['starting', 'starting'],
  ['healthy', 'healthy'],
  ['unhealthy', 'unhealthy'],
]);

function unchecked({ State, RestartCount }: Container, atMs: number): Seen {
  const isSteady = !(atMs - Date.parse(State.StartedAt) < STEADY_MS);
  if (RestartCount === 0 || isSteady)
    return { health: 'healthy', say: 'runs; its image has no health check' };
  return { health: 'unhealthy', say: `has been started again ${RestartCount} times by Docker` };
}

function sayEnd({ State }: Container): string {
  const why = State.OOMKilled ? ', out of memory' : '';
  return `ended with ${State.ExitCode}${why}${State.Error === '' ? '' : `: ${oneLine(State.Error)}`}`;
}

function oneLine(said: string): string {
  return said
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 160);
}
