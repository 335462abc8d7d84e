import { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import { EnvironmentName, Ref, ServiceName } from '../../core/names.ts';
import { Page } from './runner/maintenance-page.ts';

/** Raised whenever a runner of before would misunderstand us, or we it: such a runner is replaced. */
export const PROTOCOL = 3;

/** What the platform and its runner say to each other: `POST /<call>` with `ask` as JSON, answered with `answer`. */
const Place = { service: ServiceName, environment: EnvironmentName };
const ReleaseId = z.string().min(1).max(100);
const Health = z.enum(['starting', 'healthy', 'unhealthy', 'gone', 'unknown']);
const Level = z.enum(['info', 'warn', 'error']);
/** Epoch milliseconds: a call that the runner begins on later than this changes nothing. Same machine, same clock. */
const Mutation = { notAfterMs: z.number().int() };
const Version = z.object({ name: Ref, commit: z.string().nullable() });

export const calls = {
  hello: {
    ask: z.object({}),
    answer: z.object({
      protocol: z.number(),
      pid: z.number().int().positive(),
      servicesFolder: z.string(),
      metricsUrl: z.string(),
    }),
  },
  /** Where a service answers in an environment, whether anything runs there or not. */
  address: { ask: z.object(Place), answer: z.object({ url: z.string() }) },
  release: {
    ask: z.object({ ...Place, ...Mutation, intentId: z.string().min(1).max(300), version: Version }),
    answer: z.object({ releaseId: ReleaseId }),
  },
  route: {
    ask: z.object({
      ...Place,
      ...Mutation,
      shares: z.array(z.object({ releaseId: ReleaseId, trafficPercent: z.number() })).max(100),
    }),
    answer: z.object({}),
  },
  retire: { ask: z.object({ ...Place, ...Mutation, releaseId: ReleaseId }), answer: z.object({}) },
  /** Shows people a page instead of the service, until then at the latest; null lets them through again. */
  maintain: { ask: z.object({ ...Place, ...Mutation, page: Page.nullable() }), answer: z.object({}) },
  find: {
    ask: z.object({ ...Place, intentId: z.string() }),
    answer: z.object({ releaseId: ReleaseId.nullable() }),
  },
  look: {
    ask: z.object(Place),
    answer: z.object({
      atMs: z.number(),
      frontDoor: z.string(),
      releases: z.array(
        z.object({
          releaseId: ReleaseId,
          version: Version,
          trafficPercent: z.number(),
          health: Health,
          say: z.string(),
          url: z.string().nullable(),
          intentId: z.string().nullable(),
        }),
      ),
    }),
  },
  logs: {
    ask: z.object({
      ...Place,
      releaseId: ReleaseId.nullable(),
      sinceMs: z.number(),
      linesMax: z.number().int().nonnegative(),
      contains: z.string().nullable(),
      level: Level.nullable(),
    }),
    answer: z.object({
      lines: z.array(
        z.object({ atMs: z.number(), level: Level.nullable(), version: z.string(), text: z.string() }),
      ),
    }),
  },
  measure: {
    ask: z.object({ ...Place, releaseId: ReleaseId }),
    answer: z.object({
      counters: z
        .object({
          atMs: z.number(),
          requests: z.number().int(),
          errors: z.number().int(),
          latencyBuckets: z.array(z.object({ upToMs: z.number().nullable(), count: z.number().int() })),
          cpuPercent: z.number().nullable(),
          memoryMb: z.number().nullable(),
        })
        .nullable(),
    }),
  },
  /** Answered when every service process has ended; the runner itself follows. */
  shutDown: { ask: z.object({}), answer: z.object({ pid: z.number().int().positive() }) },
} as const satisfies Record<string, { readonly ask: z.ZodType; readonly answer: z.ZodType }>;

export type CallName = keyof typeof calls;
export type Ask<Name extends CallName> = z.infer<(typeof calls)[Name]['ask']>;
export type Answer<Name extends CallName> = z.infer<(typeof calls)[Name]['answer']>;

/** What a call is answered with instead, under any status but 200. */
export const Refused = z.object({ failure: Failure });

/** How the runner is started: its one argument, as JSON. */
export const RunnerSettings = z.object({
  folder: z.string(),
  socketPath: z.string(),
  servicesFolder: z.string(),
  /** Without any call for this long it ends, and everything that it runs with it. */
  leaseMs: z.number().positive(),
  /** What every service finds in its environment besides what is its own. */
  given: z.record(z.string(), z.string()),
});
export type RunnerSettings = z.infer<typeof RunnerSettings>;

/** Kept in the lock file, so that whoever owns the folder finds the runner. */
export const Holder = z.object({ pid: z.number().int().positive(), socketPath: z.string() });
export type Holder = z.infer<typeof Holder>;

/** The exit code of a runner that found another one at work. */
export const EXIT_HELD = 3;

/**
 * How long after it was sent the runner may still begin to carry an order out. It begins on none that is older, so
 * that what is absent after that will stay absent.
 */
export const BEGIN_WITHIN_MS = 2_000;
