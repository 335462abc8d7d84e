import type { Chart } from '../../core/answer.ts';
import type { Block } from './block.ts';
import { clean } from './clean.ts';
import { limits } from './limits.ts';
import { monospaced } from './table.ts';

export type RenderedChart = {
  readonly block: Block;
  /** The same numbers in letters of one width. */
  readonly plainer: Block;
};

/**
 * A `data_visualization`, which @slack/types 3.2.0 does not know yet. Slack wants a number for every point, so that
 * what was not measured has no place on the axis; the neighbour after it says so, and no line is drawn across: bars
 * stand alone. Null when there is no number at all.
 */
export function renderChart(chart: Chart): RenderedChart | null {
  const shown = chart.series.slice(0, limits.chartSeries);
  const names = different(
    shown.map(({ name }) => name),
    limits.chartLabel,
  );
  const series = shown.map((each, at) => ({ ...each, name: names[at] ?? '' }));
  const categories = different(chart.categories.slice(0, limits.chartPoints), limits.chartLabel - GAP.length);
  const points = categories.map((label, index) => ({
    label,
    values: series.map(({ points: each }) => finite(each[index])),
  }));
  const measured = points.filter(isMeasured);
  if (series.length === 0 || measured.length === 0) return null;
  const stretch = points.findLastIndex(isMeasured) - points.findIndex(isMeasured) + 1;
  const isWhole = measured.length === stretch;
  const labels = new Map(measured.map((point) => [point, labelOf(point, points)]));
  const block = {
    type: 'data_visualization',
    title: clean(chart.title, limits.chartTitle) || 'Chart',
    chart: {
      type: isWhole ? chart.form : 'bar',
      series: series.map(({ name }, at) => ({
        name,
        data: measured.map((point) => ({ label: labels.get(point), value: point.values[at] })),
      })),
      axis_config: {
        categories: measured.map((point) => labels.get(point)),
        ...(chart.unit === '' ? {} : { y_label: clean(chart.unit, limits.chartAxis) }),
      },
    },
  };
  return { block: block as unknown as Block, plainer: inLetters(chart.unit, series, points) };
}

const GAP = '… ';
/** ` 12`, where two would be the same. */
const NUMBER_LENGTH = 3;

type Point = { readonly label: string; readonly values: readonly (number | null)[] };

function isMeasured({ values }: Point): boolean {
  return values.every((value) => value !== null);
}

/** `… 14:00` stands after something that was not measured. */
function labelOf(point: Point, points: readonly Point[]): string {
  const before = points[points.indexOf(point) - 1];
  const isAfterGap = before?.values.includes(null) ?? false;
  return isAfterGap ? `${GAP}${point.label}` : point.label;
}

/** Slack takes no name and no category twice, nor an empty one. */
function different(labels: readonly string[], charactersMax: number): string[] {
  const most = charactersMax - NUMBER_LENGTH;
  const taken = new Set<string>();
  return labels.map((label) => {
    const short = clean(label, most).trim() || '–';
    let name = short;
    for (let number = 2; taken.has(name); number += 1) name = `${short} ${number}`;
    taken.add(name);
    return name;
  });
}

function finite(value: number | null | undefined): number | null {
  return value != null && Number.isFinite(value) ? value : null;
}

function inLetters(unit: string, series: Chart['series'], points: readonly Point[]): Block {
  const head = ['', ...series.map(({ name }) => (unit === '' ? name : `${name} (${unit})`))];
  const rows = points.map(({ label, values }) => [
    label,
    ...values.map((value) => (value === null ? 'no number' : String(value))),
  ]);
  return monospaced([head, ...rows]);
}
