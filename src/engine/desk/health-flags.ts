import type { Part } from '../../core/answer.ts';
import { sayFlag } from '../../core/flag.ts';
import type { FlagInReach } from '../../core/kill-switch.ts';
import { readFlag } from '../flags/turn.ts';
import type { EngineParts } from '../parts.ts';
import { inTime, LATE } from './health-gates.ts';
import type { Place } from './place.ts';

/** Each is a question to a flag service; whoever wants more of them names an environment. */
const FLAGS_MAX = 40;

/** How the flags of a service stand at these places, as whoever keeps them says now; nothing where it reads none. */
export async function flagsAmong(parts: EngineParts, places: readonly Place[]): Promise<Part[]> {
  const flags = places.flatMap(flagsAt);
  if (flags.length === 0) return [];
  const shown = flags.slice(0, FLAGS_MAX);
  const rows = await Promise.all(
    shown.map(async (flag) => [
      flag.key,
      `${flag.environment} (${flag.at}: ${flag.theirs})`,
      await inTime(parts, nowOf(parts, flag), `not known: ${LATE}`),
    ]),
  );
  const more = flags.length - shown.length;
  const note: Part = { kind: 'note', text: [`${more} more flags: name an environment`] };
  const columns = ['Flag', 'Where', 'Now'];
  return [{ kind: 'table', caption: 'Feature flags', columns, rows }, ...(more > 0 ? [note] : [])];
}

function flagsAt({ service, environment: { name: environment } }: Place): FlagInReach[] {
  return (service.flags ?? []).flatMap(({ key, at, environments }) => {
    const theirs = Object.hasOwn(environments, environment) ? environments[environment] : undefined;
    return theirs === undefined ? [] : [{ key, at, environment, theirs, services: [service.name] }];
  });
}

async function nowOf(parts: EngineParts, flag: FlagInReach): Promise<string> {
  const read = await readFlag(parts, flag);
  if ('say' in read) return `not known: ${read.say}`;
  return [sayFlag(read.standing), ...read.standing.caveats].join('; ');
}
