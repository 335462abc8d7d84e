import { channelsFor, type Occasion } from '../../core/notify.ts';
import type { Scope } from '../../core/scope.ts';
import type { Destination, Notice, SheetId } from '../../store/store.ts';
import type { EngineParts } from '../parts.ts';

/**
 * A sheet in the channel of each environment that it reaches and of whoever is told besides, once a channel. `round` begins a new message: a lock that
 * is taken again after weeks is news, and no edit of what stands far above.
 */
export function sheetNotices(parts: EngineParts, sheet: SheetId, scope: Scope, round = 1): Notice[] {
  const places = [...destinationsOf(parts, scope), ...listeners(parts, sheet, scope)];
  return places.map(([name, to]): Notice => {
    const key = `sheet/${sheet.kind}/${sheet.id}/${round}/${name}`;
    return {
      key,
      stream: key,
      lane: 'critical',
      content: { kind: 'sheet', sheet: { kind: sheet.kind, id: sheet.id }, to },
    };
  });
}

/** The same, and in every channel that hears of emergencies. */
export function loudNotices(parts: EngineParts, { kind, id }: SheetId, scope: Scope): Notice[] {
  const sheet = { kind, id };
  const more = parts.catalog().emergency.channels.map((channel): Notice => {
    const key = `sheet/${kind}/${id}/1/${channel}`;
    const to = { kind: 'channel', id: channel } as const;
    return { key, stream: key, lane: 'critical', content: { kind: 'sheet', sheet, to } };
  });
  return [...sheetNotices(parts, sheet, scope), ...more];
}

function destinationsOf(parts: EngineParts, scope: Scope): (readonly [string, Destination])[] {
  const byChannel = new Map(
    parts
      .catalog()
      .environments.filter(({ name }) => scope.environment === null || scope.environment === name)
      .map(({ name, channel }) => [channel, name] as const)
      // Of two environments with one channel the first one in the configuration gives the name.
      .toReversed(),
  );
  return [...byChannel.values()].toReversed().map((name) => [name, { kind: 'environment', name }]);
}

/** What on the board is news, for whoever is told besides the channels that it reaches. */
const occasions = new Map<string, Occasion>([
  ['freeze', 'frozen'],
  ['review', 'break-glass'],
]);

function listeners(parts: EngineParts, { kind }: SheetId, scope: Scope): (readonly [string, Destination])[] {
  const { environments, notify = [] } = parts.catalog();
  const occasion = occasions.get(kind);
  if (occasion === undefined) return [];
  const told = new Set(destinationsOf(parts, scope).map(([, to]) => ('name' in to ? to.name : '')));
  const known = environments.filter(({ name }) => told.has(name)).map(({ channel }) => channel);
  return channelsFor(notify, { occasion, places: [scope], severity: null })
    .filter((channel) => !known.includes(channel))
    .map((id) => [id, { kind: 'channel', id }]);
}
