import { counted } from './counted.ts';
import type { Break, Trust, Vouched } from './verify-checkpoints.ts';
import type { Lines } from './verify-lines.ts';

/** Whether the record is what was written; not knowing is an answer of its own. */
export type RecordVerdict = {
  readonly kind: 'whole' | 'broken' | 'undecided';
  readonly breaks: readonly Break[];
  /** Why it cannot be decided. */
  readonly because: readonly string[];
  /** What it does not cover, said in every case. */
  readonly notes: readonly string[];
};

export function verdictOf(
  vouched: Vouched,
  lines: Lines,
  world: { readonly trust: Trust; readonly anchors: number | null; readonly more: readonly Break[] },
): RecordVerdict {
  const breaks = [...world.more, ...vouched.breaks, ...lines.breaks];
  const because = [
    ...(vouched.count === 0 ? ['There is no checkpoint, so that nothing is signed.'] : []),
    ...(world.trust.keys.length === 0
      ? ['No public key was named that the signatures could be held against.']
      : []),
  ];
  const kind = breaks.length > 0 ? 'broken' : because.length > 0 ? 'undecided' : 'whole';
  return { kind, breaks, because, notes: notesOf(vouched, lines, world.anchors) };
}

function notesOf(vouched: Vouched, { unsigned }: Lines, anchors: number | null): string[] {
  const since = vouched.newestAt === null ? '' : ` since the checkpoint of ${vouched.newestAt}`;
  const tail =
    unsigned === 0
      ? []
      : [
          `Not signed yet${since}: ${counted(unsigned, 'line')}. ` +
            'Were they cut off, added to or written anew, nothing here would show it.',
        ];
  if (anchors === null) {
    return [
      ...tail,
      'No anchors were compared: a record that was put back to an earlier checkpoint would look the same.',
    ];
  }
  const rest = vouched.count - anchors;
  return rest > 0
    ? [
        ...tail,
        `Not among the anchors: ${counted(rest, 'checkpoint')} after ${anchors}. They could be cut off unseen.`,
      ]
    : tail;
}
