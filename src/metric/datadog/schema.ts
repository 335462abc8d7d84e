import { z } from 'zod';

const Unit = z.object({ family: z.string().nullish(), name: z.string().nullish() }).nullable();

/** One row of `values` for each of `series`, and one value in it for each of `times`. */
export const TimeseriesAnswer = z.object({
  data: z
    .object({
      attributes: z.object({
        series: z.array(
          z.object({ query_index: z.number().int().nonnegative(), unit: z.array(Unit).nullish() }),
        ),
        times: z.array(z.number()),
        values: z.array(z.array(z.number().nullable())),
      }),
    })
    .nullish(),
  errors: z.unknown().optional(),
});
export type TimeseriesAnswer = z.infer<typeof TimeseriesAnswer>;

export const Monitor = z.object({
  id: z.number(),
  name: z.string().default(''),
  overall_state: z.string().nullish(),
  /** By group, asked for with `group_states`; seconds since 1970. */
  state: z
    .object({
      groups: z
        .record(
          z.string(),
          z.object({ status: z.string().nullish(), last_triggered_ts: z.number().nullish() }),
        )
        .nullish(),
    })
    .nullish(),
});
export type Monitor = z.infer<typeof Monitor>;

export const Started = z.object({
  data: z.object({ attributes: z.object({ evaluation_id: z.string().regex(/^[0-9A-Za-z-]{1,64}$/) }) }),
});

export const Evaluation = z.object({
  data: z.object({
    attributes: z.object({
      evaluation_id: z.string(),
      gate_status: z.string(),
      dry_run: z.boolean(),
      rules: z
        .array(
          z.object({
            name: z.string().default(''),
            reason: z.string().default(''),
            status: z.string().default(''),
            dry_run: z.boolean().default(false),
          }),
        )
        .default([]),
    }),
  }),
});
export type Evaluation = z.infer<typeof Evaluation>;
