import { z } from 'zod';
import { Limit } from '../core/analysis/settings.ts';
import { type ConfiguredWatch, usualWatch } from '../core/watch.ts';
import { Time, Words } from './words.ts';

const { judge, countdown, heldMs, sources } = usualWatch;

const Percent = z.number().positive().max(1_000);

/** How a new version is watched. Everything may be left out; what stands here instead is said in docs/judge.md. */
export const WatchFile = z
  .strictObject({
    sources: z
      .array(z.looseObject({ from: Words.describe('platform, or a name under metrics.') }))
      .min(1)
      .max(5)
      .prefault([...sources.map(({ from }) => ({ from }))])
      .describe('Where its numbers come from; what stands beside from is what that source is asked for.'),
    falseAlarms: z
      .number()
      .positive()
      .max(50)
      .default(judge.falseAlarmPercent)
      .describe('How many of a hundred healthy rollouts may be stopped for nothing.'),
    tolerated: z
      .strictObject({
        errorPoints: z.number().nonnegative().max(100).default(judge.tolerated.errorPoints),
        latencyPercent: z.number().nonnegative().max(1_000).default(judge.tolerated.latencyPercent),
      })
      .prefault({})
      .describe('Differences up to this are not worth going back for.'),
    acceptable: z
      .strictObject({
        errorPoints: Percent.default(judge.acceptable.errorPoints),
        latencyPercent: Percent.nullable().default(judge.acceptable.latencyPercent),
      })
      .prefault({})
      .describe('The worst that may be let through; ruled out before a stage is passed early.'),
    limits: z.array(z.strictObject(Limit.shape)).max(20).default([]).describe('Limits besides the criteria.'),
    business: z
      .array(z.strictObject({ name: Words, isBad: z.enum(['more', 'fewer']) }))
      .max(10)
      .default([])
      .describe('Counters of the business, as their source names them, and which way is bad.'),
    lookEvery: Time(500, 600_000)
      .prefault(`${judge.lookEveryMs / 1_000}s`)
      .describe('How often there is a look.'),
    warmUp: Time(0, 600_000)
      .prefault(`${judge.warmUpMs / 1_000}s`)
      .describe('So long after each share was given latency and use of resources say nothing.'),
    passEarly: z
      .boolean()
      .default(judge.mayPassEarly)
      .describe('Whether a share may be passed before its time, when it is certain enough.'),
    requestsMin: z
      .number()
      .int()
      .positive()
      .default(judge.requestsMin)
      .describe('With fewer requests nothing is passed; the criteria come first where there are any.'),
    countdown: z
      .strictObject({
        strong: Time(0, 600_000).prefault(`${countdown.strongMs / 1_000}s`),
        plain: Time(0, 600_000).prefault(`${countdown.plainMs / 1_000}s`),
      })
      .prefault({})
      .describe('How long people see what is about to be taken back. A hard limit waits for nobody.'),
    heldFor: Time(1_000, 24 * 3_600_000)
      .prefault(`${heldMs / 60_000}m`)
      .describe('A version that was held although it shall go back goes back after this.'),
  })
  .describe('How a new version is judged.');
export type WatchFile = z.output<typeof WatchFile>;

/** As the rest of the program knows it. */
export function watchOf(file: WatchFile): ConfiguredWatch {
  return {
    sources: file.sources.map(({ from, ...query }) => ({ from, query: z.json().parse(query) })),
    judge: {
      falseAlarmPercent: file.falseAlarms,
      tolerated: file.tolerated,
      acceptable: file.acceptable,
      limits: file.limits,
      business: file.business,
      lookEveryMs: file.lookEvery,
      warmUpMs: file.warmUp,
      mayPassEarly: file.passEarly,
      requestsMin: file.requestsMin,
    },
    countdown: { strongMs: file.countdown.strong, plainMs: file.countdown.plain },
    heldMs: file.heldFor,
  };
}
