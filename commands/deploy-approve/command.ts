import { z } from 'zod';
import { defineCommand, deployment, maybe, switchFlag, text } from '../../src/command/index.ts';

export const deployApprove = defineCommand({
  name: 'deploy-approve',
  summary: 'Show what waits for your approval; approve or reject it with its plan in front of you',
  examples: ['', 'd-7f3a9k2m', 'd-7f3a9k2m --reject --reason "the migration locks orders"'],
  permission: 'approve',
  Args: z
    .strictObject({
      deployment: maybe(deployment({ description: 'one that waits; everything that waits when left out' })),
      reject: switchFlag({ description: 'say no to it', isAsked: false }),
      reason: maybe(text(500, { description: 'why not, or a word with your yes' })),
      plan: maybe(
        text(64, {
          description: 'first letters of the plan that you were shown; without it nothing is approved',
          isAsked: false,
        }),
      ),
    })
    .superRefine(({ deployment: id, reject, reason }, context) => {
      if (id === null && reject) need(context, 'deployment');
      if (reject && reason === null) need(context, 'reason');
    }),
  run: ({ deployment: id, reject, reason, plan }, desk) =>
    desk.approve({ deployment: id, plan, comment: reason, rejectBecause: reject ? reason : null }),
});

function need(context: z.RefinementCtx, path: string): void {
  context.addIssue({ code: 'custom', path: [path], message: 'is needed', params: { isMissing: true } });
}
