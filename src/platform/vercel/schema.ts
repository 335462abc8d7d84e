import { z } from 'zod';

/**
 * The fields of Vercel's answers that we read (https://vercel.com/docs/rest-api). Words that they choose from are read
 * as they come and given a meaning elsewhere: a new one must not turn a whole answer into nonsense.
 */
const Meta = z.record(z.string(), z.unknown());
const Trouble = z.object({ code: z.string().optional(), message: z.string().optional() });

const Common = {
  url: z.string().nullish(),
  target: z.string().nullish(),
  readyState: z.string().optional(),
  readySubstate: z.string().nullish(),
  meta: Meta.nullish(),
  /** When the domains were given to it; falsy before. */
  aliasAssigned: z.union([z.number(), z.boolean()]).nullish(),
  aliasError: Trouble.nullish(),
  checksState: z.string().nullish(),
  checksConclusion: z.string().nullish(),
  errorMessage: z.string().nullish(),
  creator: z.object({ username: z.string().optional() }).nullish(),
};

/** As `GET /v6/deployments` lists it: here the id is called `uid`. */
const Listed = z.object({
  ...Common,
  uid: z.string().min(1),
  state: z.string().optional(),
  created: z.number(),
});

export const DeploymentPage = z.object({
  deployments: z.array(Listed),
  pagination: z.object({ next: z.number().nullish() }),
});

/** As `GET /v13/deployments/{id}` tells it. */
export const Told = z.object({
  ...Common,
  id: z.string().min(1),
  createdAt: z.number(),
  projectId: z.string().optional(),
});

/** One deployment, from whichever answer. */
export type Deployment = Omit<z.infer<typeof Told>, 'projectId'> & {
  readonly projectId?: string | undefined;
};

export function fromList({ uid, state, created, ...rest }: z.infer<typeof Listed>): Deployment {
  return { ...rest, id: uid, createdAt: created, readyState: rest.readyState ?? state };
}

/** Any of the repositories that a project can be connected to; which fields there are depends on `type`. */
const Link = z.object({
  type: z.string(),
  productionBranch: z.string().optional(),
  org: z.string().optional(),
  repo: z.string().optional(),
  repoId: z.number().optional(),
  projectId: z.union([z.number(), z.string()]).optional(),
  owner: z.string().optional(),
  slug: z.string().optional(),
});
export type Link = z.infer<typeof Link>;

export const Project = z.object({
  id: z.string().min(1),
  name: z.string(),
  /** Left out where nobody has ever changed it, which means on. */
  autoAssignCustomDomains: z.boolean().optional(),
  paused: z.boolean().optional(),
  link: Link.nullish(),
  targets: z
    .record(
      z.string(),
      z
        .object({ id: z.string(), alias: z.array(z.string()).optional(), plan: z.string().optional() })
        .nullable(),
    )
    .optional(),
  lastAliasRequest: z
    .object({
      fromDeploymentId: z.string().nullish(),
      toDeploymentId: z.string(),
      jobStatus: z.string(),
      requestedAt: z.number(),
      type: z.string(),
    })
    .nullish(),
  /** What a rolling release would be like: a template, never the one that is under way. */
  rollingRelease: z
    .object({
      stages: z
        .array(z.object({ targetPercentage: z.number(), requireApproval: z.boolean().optional() }))
        .nullish(),
    })
    .nullish(),
});
export type Project = z.infer<typeof Project>;

const Stage = z.object({
  index: z.number().int(),
  targetPercentage: z.number(),
  linearShift: z.boolean().optional(),
});

export const Rolling = z.object({
  rollingRelease: z
    .object({
      state: z.string(),
      currentDeployment: z.object({ id: z.string() }).nullish(),
      canaryDeployment: z.object({ id: z.string() }).nullish(),
      stages: z.array(Stage).nullish(),
      activeStage: Stage.nullish(),
    })
    .nullable(),
});
export type Rolling = NonNullable<z.infer<typeof Rolling>['rollingRelease']>;

export const Deleted = z.object({ uid: z.string(), state: z.string() });

export const Environment = z.object({
  envs: z.array(
    z.object({
      key: z.string().min(1),
      value: z.string().nullish(),
      type: z.string(),
      decrypted: z.boolean().optional(),
      target: z.union([z.string(), z.array(z.string())]).nullish(),
      gitBranch: z.string().nullish(),
    }),
  ),
  pagination: z.object({ next: z.number().nullish() }).optional(),
});

const EventText = z.object({ text: z.string().nullish(), date: z.number().optional() });

/** A line of a build, in either of the two shapes that Vercel sends. */
export const BuildEvent = z.object({
  type: z.string(),
  created: z.number(),
  text: z.string().nullish(),
  level: z.string().nullish(),
  payload: EventText.nullish(),
});
