import { z } from 'zod';
import {
  defineCommand,
  environment,
  maybe,
  range,
  service,
  switchFlag,
  text,
} from '../../src/command/index.ts';

export const deployCompare = defineCommand({
  name: 'deploy-compare',
  summary: 'Show what differs between two versions or environments, or has drifted from what we left',
  examples: [
    'web v1..v2',
    'web staging..production',
    'staging..production',
    'api --drift --env production',
    'staging..production --drift',
  ],
  permission: 'look',
  Args: z
    .strictObject({
      service: maybe(
        service({ description: 'service to compare; all of them between two environments when left out' }),
      ),
      range: maybe(
        range({
          description: 'what is there..what would come: versions, or environments for what really runs there',
        }),
      ),
      drift: switchFlag({
        description:
          'what is configured, what we left and what runs, held against each other; with two environments: their versions and settings',
      }),
      environment: maybe(environment({ description: 'with --drift: only there; everywhere when left out' })),
      adopt: maybe(
        text(12, {
          description: 'believe what somebody else deployed: the letters that you were shown with it',
          isAsked: false,
        }),
      ),
    })
    .refine(({ range, drift, adopt }) => range !== null || drift || adopt !== null, {
      path: ['range'],
      error: 'is needed, or --drift',
      params: { isMissing: true },
    })
    .refine(({ range, environment }) => range === null || environment === null, {
      path: ['environment'],
      error: 'goes with --drift alone: a range names its own environments',
      params: { isRelation: true },
    })
    .refine(({ adopt, range, drift }) => adopt === null || (range === null && !drift), {
      path: ['adopt'],
      error: 'stands alone, with a service and --env',
      params: { isRelation: true },
    })
    .refine(({ adopt, service }) => adopt === null || service !== null, {
      path: ['service'],
      error: 'is needed',
      params: { isMissing: true },
    })
    .refine(({ adopt, environment }) => adopt === null || environment !== null, {
      path: ['environment'],
      error: 'is needed',
      params: { isMissing: true },
    }),
  run({ service, range, drift, environment, adopt }, desk) {
    if (adopt !== null)
      return desk.adopt({ service: service ?? '', environment: environment ?? '', seen: adopt });
    if (drift || range === null) return desk.drift({ service, environment, between: range });
    return desk.compare({ service, ...range });
  },
});
