import { z } from 'zod';

/**
 * The fields of Render's answers that we read (https://api-docs.render.com/reference). Words that they choose from are
 * read as they come and given a meaning elsewhere: a new one must not turn a whole answer into nonsense.
 */
export const Deploy = z.object({
  id: z.string().min(1),
  status: z.string().optional(),
  trigger: z.string().optional(),
  commit: z.object({ id: z.string().optional(), message: z.string().optional() }).nullish(),
  image: z.object({ ref: z.string().optional() }).nullish(),
  createdAt: z.iso.datetime({ offset: true }).optional(),
  finishedAt: z.iso.datetime({ offset: true }).nullish(),
  updatedAt: z.iso.datetime({ offset: true }).nullish(),
});
export type Deploy = z.infer<typeof Deploy>;

/** A list and where it goes on: the cursor of its last line. */
export const DeployPage = z.array(z.object({ deploy: Deploy, cursor: z.string().optional() }));

const Named = z.object({ id: z.string(), name: z.string().optional() });

export const Service = z.object({
  id: z.string().min(1),
  name: z.string(),
  ownerId: z.string(),
  type: z.string(),
  suspended: z.string(),
  suspenders: z.array(z.string()).optional(),
  autoDeploy: z.string(),
  branch: z.string().optional(),
  /** `docker.io/acme/shop:v3`: only where it runs an image that somebody else builds. */
  imagePath: z.string().optional(),
  createdAt: z.iso.datetime({ offset: true }).optional(),
  serviceDetails: z
    .object({
      url: z.string().optional(),
      plan: z.string().optional(),
      parentServer: Named.optional(),
      maintenanceMode: z.object({ enabled: z.boolean(), uri: z.string().optional() }).optional(),
    })
    .optional(),
});
export type Service = z.infer<typeof Service>;

export const ServicePage = z.array(z.object({ service: Service, cursor: z.string().optional() }));

export const EnvVarPage = z.array(
  z.object({
    envVar: z.object({ key: z.string().min(1), value: z.string() }),
    cursor: z.string().optional(),
  }),
);

export const LogPage = z.object({
  hasMore: z.boolean(),
  nextStartTime: z.string(),
  nextEndTime: z.string(),
  logs: z.array(
    z.object({
      id: z.string(),
      message: z.string(),
      timestamp: z.iso.datetime({ offset: true }),
      labels: z.array(z.object({ name: z.string(), value: z.string() })),
    }),
  ),
});
export type Line = z.infer<typeof LogPage>['logs'][number];

export const Preview = z.object({ service: Service, deployId: z.string().optional() });
