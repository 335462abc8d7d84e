import { type Spread, spreadOf } from './spread.ts';

/** One line of the table. `wanted` is the most that the median may be; null for what is only told. */
export type Row = {
  readonly what: string;
  readonly unit: string;
  readonly measured: Spread;
  readonly rounds: number;
  readonly wanted: number | null;
};

export function row(what: string, unit: string, values: readonly number[], wanted: number | null): Row {
  return { what, unit, measured: spreadOf(values), rounds: values.length, wanted };
}

/** The table as Markdown. Kept is what the median kept; where the worst round did not, it says so. */
export function table(rows: readonly Row[]): string {
  const head = ['what', 'min', 'median', 'max', 'rounds', 'wanted', 'kept'];
  const lines = rows.map(({ what, unit, measured, rounds, wanted }) => {
    const { min, median, max } = measured;
    const numbers = [min, median, max].map((value) => `${short(value)} ${unit}`.trim());
    return [
      what,
      ...numbers,
      `${rounds}`,
      wanted === null ? '' : `≤ ${wanted} ${unit}`.trim(),
      kept(wanted, measured),
    ];
  });
  return [head, head.map((_, index) => (index === 0 ? '---' : '---:')), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function kept(wanted: number | null, { median, max }: Spread): string {
  if (wanted === null) return '';
  if (median > wanted) return '**no**';
  return max > wanted ? 'yes, the worst round not' : 'yes';
}

function short(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
