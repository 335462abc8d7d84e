import * as z from 'zod';
import {
  categoryX,
  frame,
  numberWords,
  plotHeight,
  plotWidth,
  type Scale,
  scaleFor,
} from './chart-geometry.ts';

const Point = z.object({ label: z.string(), value: z.number() });

export const PlotShape = z.object({
  type: z.enum(['line', 'bar', 'area']),
  series: z.array(z.object({ name: z.string(), data: z.array(Point).min(1) })).min(1),
  axis_config: z.object({
    categories: z.array(z.string()).min(1),
    x_label: z.string().optional(),
    y_label: z.string().optional(),
  }),
});

type Plot = z.infer<typeof PlotShape>;
type Series = Plot['series'][number];
type Placed = { readonly x: number; readonly y: number; readonly label: string; readonly value: number };

export function PlotView({ chart, title }: { readonly chart: Plot; readonly title: string }) {
  const { categories } = chart.axis_config;
  const scale = scaleFor(chart.series.flatMap(({ data }) => data.map(({ value }) => value)));
  return (
    <svg
      className="chart__plot"
      viewBox={`0 0 ${frame.width} ${frame.height}`}
      role="img"
      aria-label={`${title}. ${chart.series.map(inWords).join(' ')}`}
    >
      <Axes chart={chart} scale={scale} />
      {chart.series.map((series, index) =>
        chart.type === 'bar' ? (
          <Bars
            key={series.name}
            series={series}
            index={index}
            of={chart.series.length}
            {...{ categories, scale }}
          />
        ) : (
          <Line
            key={series.name}
            series={series}
            index={index}
            isArea={chart.type === 'area'}
            {...{ categories, scale }}
          />
        ),
      )}
    </svg>
  );
}

/** The end of a series says the most when it cannot be seen. */
function inWords({ name, data }: Series): string {
  const values = data.map(({ value }) => value);
  const last = values.at(-1) ?? 0;
  return `${name}: from ${numberWords(values[0] ?? 0)} to ${numberWords(last)}, highest ${numberWords(Math.max(...values))}.`;
}

function Axes({ chart, scale }: { readonly chart: Plot; readonly scale: Scale }) {
  const { categories, x_label, y_label } = chart.axis_config;
  const everyNth = Math.ceil(categories.length / 7);
  return (
    <g className="chart__axes">
      {scale.ticks.map((tick) => (
        <g key={tick}>
          <line x1={frame.left} x2={frame.left + plotWidth} y1={scale.y(tick)} y2={scale.y(tick)} />
          <text x={frame.left - 6} y={scale.y(tick) + 3.5} textAnchor="end">
            {numberWords(tick)}
          </text>
        </g>
      ))}
      {categories.map((category, index) =>
        index % everyNth === 0 ? (
          <text
            key={category}
            x={categoryX(index, categories.length)}
            y={frame.top + plotHeight + 14}
            textAnchor="middle"
          >
            {category}
          </text>
        ) : null,
      )}
      {x_label && (
        <text
          x={frame.left + plotWidth / 2}
          y={frame.height - 3}
          textAnchor="middle"
          className="chart__axis-name"
        >
          {x_label}
        </text>
      )}
      {y_label && (
        <text
          transform={`translate(10 ${frame.top + plotHeight / 2}) rotate(-90)`}
          textAnchor="middle"
          className="chart__axis-name"
        >
          {y_label}
        </text>
      )}
    </g>
  );
}

type SeriesProps = {
  readonly series: Series;
  readonly index: number;
  readonly categories: readonly string[];
  readonly scale: Scale;
};

function placed({ series, categories, scale }: SeriesProps): readonly Placed[] {
  return categories.flatMap((label, index) => {
    const point = series.data.find((candidate) => candidate.label === label);
    return point
      ? [{ x: categoryX(index, categories.length), y: scale.y(point.value), label, value: point.value }]
      : [];
  });
}

function Line(props: SeriesProps & { readonly isArea: boolean }) {
  const points = placed(props);
  const path = points
    .map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'} ${x.toFixed(1)} ${y.toFixed(1)}`)
    .join(' ');
  const [first, last, floor] = [points[0], points.at(-1), props.scale.y(0)];
  return (
    <g data-series={props.index % 6}>
      {props.isArea && first && last && (
        <path className="chart__area" d={`${path} L ${last.x} ${floor} L ${first.x} ${floor} Z`} />
      )}
      <path className="chart__line" d={path} />
      {points.map(({ x, y, label, value }) => (
        <circle key={label} className="chart__dot" cx={x} cy={y} r="3">
          <title>{`${props.series.name}, ${label}: ${numberWords(value)}`}</title>
        </circle>
      ))}
    </g>
  );
}

function Bars(props: SeriesProps & { readonly of: number }) {
  const width = (plotWidth / props.categories.length) * 0.72;
  const each = width / props.of;
  const floor = props.scale.y(0);
  return (
    <g data-series={props.index % 6}>
      {placed(props).map(({ x, y, label, value }) => (
        <rect
          key={label}
          className="chart__bar"
          x={x - width / 2 + each * props.index}
          y={Math.min(y, floor)}
          width={Math.max(1, each - 1)}
          height={Math.abs(floor - y)}
          rx="1.5"
        >
          <title>{`${props.series.name}, ${label}: ${numberWords(value)}`}</title>
        </rect>
      ))}
    </g>
  );
}
