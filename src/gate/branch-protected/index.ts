import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Protection } from '../../source/source.ts';
import { defineGate } from '../gate.ts';
import { quoted } from '../words.ts';
import { judgeProtection } from './judge.ts';

const Settings = z.strictObject({
  branch: z.string().min(1).max(200).optional().describe("Left out: the source's own."),
  approvals: z.int().min(0).max(20).default(1).describe('How many approvals it has to demand; 0: none.'),
  checks: z.array(z.string().min(1).max(200)).max(100).default([]).describe('Checks that it has to demand.'),
  forgetsStale: z
    .boolean()
    .default(false)
    .describe('Whether approvals have to be forgotten with each change.'),
  signatures: z.boolean().default(false).describe('Whether it has to demand signed commits.'),
});

/** Whether nobody can bring code into the branch past the rules, as far as the source shows them. */
export const branchProtected = defineGate({
  id: 'branch-protected',
  asks: 'Is the branch protected?',
  when: 'before',
  Settings,
  async look({ source, target }, { branch }): Promise<Protection | string> {
    if (source === null) return `it is not configured where the code of ${quoted(target.service)} comes from`;
    if (source.protection === undefined) return `${source.kind} protects no branches`;
    try {
      return await source.protection(branch ?? null);
    } catch (error) {
      if (!(error instanceof Failed)) throw error;
      return error.failure.message;
    }
  },
  judge: (found, settings) =>
    typeof found === 'string' ? { kind: 'unknown', because: found } : judgeProtection(found, settings),
});
