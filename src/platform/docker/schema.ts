import { z } from 'zod';

/**
 * The fields of the engine's answers that we read (https://docs.docker.com/reference/api/engine). Words that they
 * choose from are read as they come and given a meaning elsewhere.
 */
export const Container = z.object({
  Name: z.string().startsWith('/'),
  Created: z.string(),
  RestartCount: z.number().int().nonnegative().default(0),
  State: z.object({
    Status: z.string(),
    OOMKilled: z.boolean().default(false),
    ExitCode: z.number().default(0),
    Error: z.string().default(''),
    StartedAt: z.string(),
    FinishedAt: z.string().default(''),
    Health: z
      .object({
        Status: z.string(),
        FailingStreak: z.number().default(0),
        Log: z.array(z.object({ Output: z.string().default('') })).nullish(),
      })
      .nullish(),
  }),
  Config: z.object({
    Image: z.string(),
    Tty: z.boolean().default(false),
    Env: z.array(z.string()).nullish(),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
});
export type Container = z.infer<typeof Container>;

export const ContainerList = z.array(
  z.object({ Names: z.array(z.string()), State: z.string(), Created: z.number() }),
);

export const Created = z.object({ Id: z.string().min(1) });

export const Image = z.object({ Id: z.string().min(1) });

export const ImageList = z.array(z.object({ RepoTags: z.array(z.string()).nullish(), Created: z.number() }));

/** A line of what the engine tells while it pulls. */
export const PullLine = z.object({
  error: z.string().optional(),
  errorDetail: z.object({ message: z.string().optional() }).optional(),
});
