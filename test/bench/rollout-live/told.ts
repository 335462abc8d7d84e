import { percentile } from '../spread.ts';
import type { Watched } from './place.ts';
import type { Kind, Round } from './rounds.ts';

/** Null: nothing came of it. */
export type Played = Round & { readonly watched: Watched | null };

/** Seconds, or counts; the most that they may be; what is only told where all are left out. */
type Wanted = { readonly median?: number; readonly p95?: number; readonly max?: number };

/** The table as Markdown: each measure with nothing known of the past, and with some minutes of the old version. */
export function told(played: readonly Played[]): string {
  const head = ['what', 'before', 'min', 'median', 'p95', 'max', 'rounds', 'wanted', 'kept'];
  const lines = measures.flatMap(({ kind, what, of, wanted = {} }) =>
    [false, true].flatMap((hasHistory) => {
      const rounds = played.filter((round) => round.kind === kind && round.hasHistory === hasHistory);
      if (rounds.length === 0) return [];
      const values = rounds.map(({ watched }) => (watched === null ? Number.POSITIVE_INFINITY : of(watched)));
      return [[what, hasHistory ? 'minutes of it' : 'nothing known', ...line(values, wanted)]];
    }),
  );
  return [head, head.map((_, index) => (index < 2 ? '---' : '---:')), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function line(values: readonly number[], { median, p95, max }: Wanted): string[] {
  const [middle, late, worst] = [percentile(values, 50), percentile(values, 95), Math.max(...values)];
  const wanted = [
    ...(median === undefined ? [] : [`≤ ${median}`]),
    ...(p95 === undefined ? [] : [`p95 ≤ ${p95}`]),
    ...(max === undefined ? [] : [`always ≤ ${max}`]),
  ];
  const isKept = middle <= (median ?? middle) && late <= (p95 ?? late) && worst <= (max ?? worst);
  const numbers = [Math.min(...values), middle, late, worst].map(short);
  const kept = wanted.length === 0 ? '' : isKept ? 'yes' : '**no**';
  return [...numbers, `${values.length}`, wanted.join(', '), kept];
}

/** Infinite where it never came. */
function seconds(fromMs: number | null, toMs: number | null): number {
  return fromMs === null || toMs === null ? Number.POSITIVE_INFINITY : (toMs - fromMs) / 1_000;
}

/** How long bad requests went on after it was taken back; none did: 0. */
function afterwards({ takenBackAtMs, lastBadAtMs }: Watched): number {
  return Math.max(0, seconds(takenBackAtMs, lastBadAtMs));
}

const cameThrough = ({ mostPercent }: Watched) => (mostPercent === 100 ? 1 : 0);
const lasted = ({ begunAtMs, takenBackAtMs }: Watched) => seconds(begunAtMs, takenBackAtMs);
const never = { max: 0 };

const measures: readonly {
  readonly kind: Kind;
  readonly what: string;
  readonly of: (watched: Watched) => number;
  readonly wanted?: Wanted;
}[] = [
  {
    kind: 'failing',
    what: '`api` with 5 % errors, 50/s: first bad request → taken back, s',
    of: ({ firstBadAtMs, takenBackAtMs }) => seconds(firstBadAtMs, takenBackAtMs),
    wanted: { median: 30, p95: 60 },
  },
  { kind: 'failing', what: '… taken back → last bad request, s', of: afterwards, wanted: { max: 2 } },
  { kind: 'failing', what: '… bad requests served', of: ({ bad }) => bad },
  { kind: 'failing', what: '… came to full traffic', of: cameThrough, wanted: never },
  { kind: 'slow', what: '`api` 30 % slower: came to full traffic', of: cameThrough, wanted: never },
  { kind: 'slow', what: '… first request → taken back, s', of: lasted },
  { kind: 'leaking', what: '`api` that leaks: came to full traffic', of: cameThrough, wanted: never },
  { kind: 'leaking', what: '… first request → taken back, s', of: lasted },
  {
    kind: 'good',
    what: 'Good `api`: was not deployed',
    of: ({ isOver, takenBackAtMs }) => (isOver && takenBackAtMs === null ? 0 : 1),
    wanted: never,
  },
];

function short(value: number): string {
  if (!Number.isFinite(value)) return 'never';
  return Number.isInteger(value) ? `${value}` : value.toFixed(1);
}
