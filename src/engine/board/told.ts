import type { Scope } from '../../core/scope.ts';
import type { Destination, Notice, SheetId } from '../../store/store.ts';
import type { EngineParts } from '../parts.ts';

/**
 * A sheet in the channel of each environment that it reaches, once a channel. `round` begins a new message: a lock that
 * is taken again after weeks is news, and no edit of what stands far above.
 */
export function sheetNotices(parts: EngineParts, sheet: SheetId, scope: Scope, round = 1): Notice[] {
  return destinationsOf(parts, scope).map(([name, to]): Notice => {
    const key = `sheet/${sheet.kind}/${sheet.id}/${round}/${name}`;
    return {
      key,
      stream: key,
      lane: 'critical',
      content: { kind: 'sheet', sheet: { kind: sheet.kind, id: sheet.id }, to },
    };
  });
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
