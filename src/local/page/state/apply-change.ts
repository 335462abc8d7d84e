import type { Change, MessageView, Snapshot, WireLine } from '../../workspace/page-contract.ts';

/** The wire is kept for reading, not for ever. */
export const WIRE_LINES_MAX = 400;

/** The snapshot after one change. Applying a change twice is the same as applying it once. */
export function applyChange(snapshot: Snapshot, change: Change): Snapshot {
  switch (change.kind) {
    case 'message':
      return withMessages(snapshot, change.message.channel, (messages) => upsert(messages, change.message));
    case 'message-gone':
      return withMessages(snapshot, change.channel, (messages) =>
        messages.filter(({ ts }) => ts !== change.ts),
      );
    case 'channel': {
      const isKnown = snapshot.channels.some(({ id }) => id === change.channel.id);
      const channels = isKnown
        ? snapshot.channels.map((channel) => (channel.id === change.channel.id ? change.channel : channel))
        : [...snapshot.channels, change.channel];
      return { ...snapshot, channels };
    }
    case 'modals':
      return { ...snapshot, modals: change.modals };
    case 'home':
      return { ...snapshot, home: change.home };
    case 'faults':
      return { ...snapshot, faults: change.faults };
    case 'wire':
      return { ...snapshot, wire: withLine(snapshot.wire, change.line) };
    case 'connection':
      return { ...snapshot, connection: change.connection };
    case 'reset':
      return snapshot;
  }
}

/**
 * The server keeps no ephemeral messages, so a state that is asked for again after a lost connection has none; what a
 * person was shown stays until they reload the page.
 */
export function keepEphemeral(before: Snapshot | null, now: Snapshot): Snapshot {
  if (!before) return now;
  const shown = Object.values(before.messages).flatMap((messages) =>
    messages.filter(({ isEphemeral }) => isEphemeral),
  );
  return shown.reduce((snapshot, message) => applyChange(snapshot, { kind: 'message', message }), now);
}

function withMessages(
  snapshot: Snapshot,
  channel: string,
  change: (messages: readonly MessageView[]) => readonly MessageView[],
): Snapshot {
  return {
    ...snapshot,
    messages: { ...snapshot.messages, [channel]: change(snapshot.messages[channel] ?? []) },
  };
}

/** An edit stays in its place; a new message goes where its time puts it, which is nearly always the end. */
function upsert(messages: readonly MessageView[], message: MessageView): readonly MessageView[] {
  const at = messages.findIndex(({ ts }) => ts === message.ts);
  if (at >= 0) return messages.with(at, message);
  const before = messages.findLastIndex(({ ts }) => Number(ts) <= Number(message.ts));
  return messages.toSpliced(before + 1, 0, message);
}

function withLine(lines: readonly WireLine[], line: WireLine): readonly WireLine[] {
  const at = lines.findLastIndex(({ seq }) => seq === line.seq);
  return at >= 0 ? lines.with(at, line) : [...lines, line].slice(-WIRE_LINES_MAX);
}
