import { z } from 'zod';
import { judgeLooked, lookInSource } from '../from-source.ts';
import { defineGate } from '../gate.ts';
import { judgeChecks } from './judge.ts';

const Name = z.string().trim().min(1).max(200);

const Settings = z
  .strictObject({
    required: z
      .array(Name)
      .min(1)
      .max(100)
      .optional()
      .describe('Names that have to have passed, instead of those that the branch requires.'),
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
