import { z } from 'zod';
import { judgeLooked, lookInSource } from '../from-source.ts';
import { defineGate } from '../gate.ts';
import { judgeChecks } from './judge.ts';

const Name = z.string().trim().min(1).max(200);

/** GitHub's description of its API, `integration`: the slug is what stands in the address of an App's page. */
const App = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?$/, 'must be the slug of an App, such as github-actions');

const Required = z.union(
  [Name, z.strictObject({ name: Name, app: App })],
  'must be a name, or { name: test, app: github-actions }',
);

const Settings = z
  .strictObject({
    required: z
      .array(Required)
      .min(1)
      .max(100)
      .optional()
      .describe(
        'What has to have passed, instead of what the branch requires: names, or { name, app } of who has to say so.',
      ),
    of: z
      .enum(['required', 'all'])
      .default('required')
      .describe('Whether what the branch requires counts, or everything; without any rule it is everything.'),
    ignore: z.array(Name).max(100).default([]).describe('Names that do not count when everything does.'),
  })
  .refine(({ required, ignore }) => required === undefined || ignore.length === 0, {
    message: 'cannot be beside required, which says what counts',
    path: ['ignore'],
  });

/** Whether what was checked of the commit has passed. */
export const checksPassed = defineGate({
  id: 'checks-passed',
  asks: 'Have the checks of the commit passed?',
  when: 'before',
  Settings,
  look: (subject) => lookInSource(subject, (source, commit) => source.checked?.(commit) ?? null),
  judge: (looked, settings) => judgeLooked(looked, (list) => judgeChecks(list, settings)),
});
