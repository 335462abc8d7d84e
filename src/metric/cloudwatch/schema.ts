import { z } from 'zod';

// As the client of AWS reads its own protocol: times are dates already.

export const DataAnswer = z.object({
  MetricDataResults: z.array(
    z.object({
      Id: z.string(),
      StatusCode: z.string(),
      Timestamps: z.array(z.date()).default([]),
      Values: z.array(z.number()).default([]),
    }),
  ),
  NextToken: z.string().nullish(),
});

const Alarm = z.object({
  AlarmName: z.string(),
  StateValue: z.string(),
  StateReason: z.string().nullish(),
  /** When it came into this state. */
  StateTransitionedTimestamp: z.date().nullish(),
});
export type Alarm = z.infer<typeof Alarm>;

export const AlarmsAnswer = z.object({
  MetricAlarms: z.array(Alarm).default([]),
  CompositeAlarms: z.array(Alarm).default([]),
});
export type Alarms = z.infer<typeof AlarmsAnswer>;
