import * as z from 'zod';
import type { BlockProps } from './block-props.ts';
import { numberWords } from './chart-geometry.ts';
import { PieShape, PieView } from './chart-pie.tsx';
import { PlotShape, PlotView } from './chart-plot.tsx';

export const ChartShape = z.object({
  title: z.string().default('Chart'),
  chart: z.union([PieShape, PlotShape]),
});

type ChartOf = z.infer<typeof ChartShape>['chart'];

/** A chart that can also be read: its numbers are a table behind one click. */
export function Chart({ block: { title, chart } }: BlockProps<typeof ChartShape>) {
  const names =
    chart.type === 'pie' ? chart.segments.map(({ label }) => label) : chart.series.map(({ name }) => name);
  return (
    <figure className="chart">
      <figcaption>{title}</figcaption>
      {chart.type === 'pie' ? (
        <PieView chart={chart} title={title} />
      ) : (
        <PlotView chart={chart} title={title} />
      )}
      <ul className="chart__legend" aria-hidden="true">
        {names.map((name, index) => (
          <li key={name}>
            <svg viewBox="0 0 16 12" data-series={index % 6} aria-hidden="true">
              <path className="chart__line" d="M0 6h16" />
              <circle className="chart__dot" cx="8" cy="6" r="4" />
            </svg>
            {name}
          </li>
        ))}
      </ul>
      <details className="chart__numbers">
        <summary>Show the numbers</summary>
        <Numbers chart={chart} title={title} />
      </details>
    </figure>
  );
}

function Numbers({ chart, title }: { readonly chart: ChartOf; readonly title: string }) {
  const columns = chart.type === 'pie' ? ['Value'] : chart.series.map(({ name }) => name);
  const rows =
    chart.type === 'pie'
      ? chart.segments.map(({ label, value }) => ({ label, values: [value] }))
      : chart.axis_config.categories.map((label) => ({
          label,
          values: chart.series.map(({ data }) => data.find((point) => point.label === label)?.value ?? null),
        }));
  return (
    <div className="table">
      <table>
        <caption className="unseen">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{(chart.type !== 'pie' && chart.axis_config.x_label) || 'Label'}</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ label, values }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {values.map((value, index) => (
                <td key={columns[index]} data-kind="number">
                  {value === null ? 'no number' : numberWords(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
