import { z } from 'zod';

const Value = z.object({
  /** When the window begins, in milliseconds. */
  timestamp: z.number(),
  value: z.number().nullable(),
  incomplete: z.boolean(),
  /** 1 where nothing was left out; null where Sentry does not say. */
  sampleRate: z.number().nullish(),
});

export const SeriesAnswer = z.object({
  timeSeries: z.array(
    z.object({
      yAxis: z.string(),
      meta: z.object({
        valueUnit: z.string().nullish(),
        dataScanned: z.string().nullish(),
      }),
      values: z.array(Value),
    }),
  ),
});
export type SeriesAnswer = z.infer<typeof SeriesAnswer>;

export const Release = z.object({
  version: z.string(),
  lastEvent: z.string().nullish(),
  projects: z
    .array(z.object({ slug: z.string(), healthData: z.object({ hasHealthData: z.boolean() }).nullish() }))
    .default([]),
});
export type Release = z.infer<typeof Release>;

export const Issue = z.object({ shortId: z.string(), title: z.string().default(''), level: z.string() });
export type Issue = z.infer<typeof Issue>;
