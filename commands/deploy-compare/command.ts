import { z } from 'zod';
import { defineCommand, maybe, range, service } from '../../src/command/index.ts';

export const deployCompare = defineCommand({
  name: 'deploy-compare',
  summary: 'Show what differs between two versions, or between what runs in two environments',
  examples: ['web v1..v2', 'web staging..production', 'staging..production'],
  permission: 'look',
  Args: z.strictObject({
    service: maybe(
      service({ description: 'service to compare; all of them between two environments when left out' }),
    ),
    range: range({
      description: 'what is there..what would come: versions, or environments for what really runs there',
    }),
  }),
  run: ({ service, range: { base, head } }, desk) => desk.compare({ service, base, head }),
});
