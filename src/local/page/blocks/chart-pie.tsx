import * as z from 'zod';
import { numberWords, slicePath } from './chart-geometry.ts';

export const PieShape = z.object({
  type: z.literal('pie'),
  segments: z.array(z.object({ label: z.string(), value: z.number().positive() })).min(1),
});

export function PieView({
  chart,
  title,
}: {
  readonly chart: z.infer<typeof PieShape>;
  readonly title: string;
}) {
  const whole = chart.segments.reduce((sum, { value }) => sum + value, 0);
  let from = 0;
  const slices = chart.segments.map(({ label, value }) => {
    const slice = { label, value, from, to: from + value / whole };
    from = slice.to;
    return slice;
  });
  const words = slices.map(({ label, value }) => `${label} ${numberWords(value)}`).join(', ');
  return (
    <svg className="chart__pie" viewBox="-110 -110 220 220" role="img" aria-label={`${title}: ${words}`}>
      {slices.map((slice, index) => (
        <path
          key={slice.label}
          className="chart__slice"
          data-series={index % 6}
          d={slicePath(slice.from, slice.to, 100)}
        >
          <title>{`${slice.label}: ${numberWords(slice.value)} (${Math.round((slice.to - slice.from) * 100)} %)`}</title>
        </path>
      ))}
    </svg>
  );
}
