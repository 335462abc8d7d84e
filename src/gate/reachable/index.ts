import { z } from 'zod';
import type { Verdict } from '../../core/verdict.ts';
import type { Reached } from '../../source/source.ts';
import { judgeLooked, lookInSource, short } from '../from-source.ts';
import { defineGate } from '../gate.ts';
import { names } from '../words.ts';

const Settings = z.strictObject({
  branches: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(20)
    .describe('Branches that it may come from, such as main or release/*.'),
});

/** Whether what is deployed is in a branch that it may come from. */
export const reachable = defineGate({
  id: 'reachable',
  asks: 'Is it in a branch that may be deployed?',
  when: 'before',
  Settings,
  look: (subject, { branches }) =>
    lookInSource(subject, (source, commit) => source.reaches?.(branches, commit) ?? null),
  judge: (looked) => judgeLooked(looked, judgeReached),
});

export function judgeReached({ branch, looked, unread }: Reached, commit: string): Verdict {
  if (branch !== null) return { kind: 'pass', because: `${short(commit)} is in ${branch}` };
  if (unread.length > 0) return { kind: 'unknown', because: `not readable: ${names(unread)}` };
  if (looked.length === 0) return { kind: 'unknown', because: 'there is no such branch' };
  return { kind: 'fail', because: `${short(commit)} is not in ${names(looked)}` };
}
