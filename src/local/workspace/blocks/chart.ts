import { countLimits, textLimits } from '../limits.ts';
import { isJson, textAt } from '../model.ts';
import { all, byType, type Check, list, number, object, say, string } from './check.ts';
import { id } from './text.ts';

const label = string({ min: 1, max: textLimits.chartLabel });
const positive: Check = (value, at, findings) => {
  number(value, at, findings);
  if (typeof value === 'number' && value <= 0) say(findings, at, 'must be more than 0');
};

const pie = object({
  segments: list(object({ label, value: positive }), { min: 1, max: countLimits.pieSegments }),
});

const plotted = object({
  series: list(
    object({
      name: label,
      data: list(object({ label, value: number }), { min: 1, max: countLimits.chartCategories }),
    }),
    { min: 1, max: countLimits.chartSeries },
  ),
  axis_config: object(
    { categories: list(label, { min: 1, max: countLimits.chartCategories }) },
    { x_label: string({ max: textLimits.chartAxis }), y_label: string({ max: textLimits.chartAxis }) },
  ),
});

/** Names of series are unique, and each series has exactly one point for each category. */
const isComplete: Check = (chart, at, findings) => {
  if (!isJson(chart)) return;
  const axis = chart['axis_config'];
  const categories = isJson(axis) ? itemsOf(axis['categories']) : [];
  const names = new Set<unknown>();
  for (const [index, series] of itemsOf(chart['series']).filter(isJson).entries()) {
    const place = `${at}/series/${index}`;
    if (names.has(series['name'])) say(findings, `${place}/name`, 'must be unique');
    names.add(series['name']);
    const labels = itemsOf(series['data']).map((point) => textAt(point, 'label'));
    if (!isOnePerCategory(labels, categories))
      say(findings, `${place}/data`, 'must provide exactly one point for each category');
  }
};

function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isOnePerCategory(labels: readonly unknown[], categories: readonly unknown[]): boolean {
  return (
    labels.length === categories.length &&
    new Set(labels).size === labels.length &&
    categories.every((category) => labels.includes(category))
  );
}

const plot = all(plotted, isComplete);

export const dataVisualization = object(
  {
    title: string({ min: 1, max: textLimits.chartTitle }),
    chart: byType(() => ({ pie, bar: plot, line: plot, area: plot })),
  },
  { block_id: id },
);
