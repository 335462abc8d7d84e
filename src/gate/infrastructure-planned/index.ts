import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import { SecretReference } from '../../core/secret-reference.ts';
import type { Verdict } from '../../core/verdict.ts';
import { defineGate, type Subject } from '../gate.ts';
import { judgeReport, lookAtReport, type ReportFacts } from '../report.ts';
import { From } from '../report-from.ts';
import { SafeAddress, Time } from '../words.ts';
import { judgePlan, type Planned, parsePlan } from './plan.ts';
import { judgeRun, newestRun, type Run } from './run.ts';

const DAY_MS = 86_400_000;

const Settings = z
  .strictObject({
    from: From.optional().describe('Where the JSON of a plan is: terraform show -json.'),
    allow: z
      .array(z.enum(['create', 'update']))
      .default([])
      .describe('What a plan may do all the same; nothing when left out, and never take anything away.'),
    ageMax: Time(60_000, 30 * DAY_MS)
      .default(DAY_MS)
      .describe('An older plan says nothing; 1d when left out.'),
    workspace: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,40}\/[A-Za-z0-9_-]{1,90}$/, 'must be organization/workspace')
      .optional()
      .describe('Of HCP Terraform, instead of a plan.'),
    address: SafeAddress.default('https://app.terraform.io').describe('Of Terraform Enterprise.'),
    sameCommit: z.boolean().default(false).describe('Only runs of the commit that is deployed count.'),
    secret: SecretReference.optional().describe('Shown to the address as a bearer token.'),
  })
  .refine(({ from, workspace }) => (from === undefined) !== (workspace === undefined), {
    error: 'must say either where the plan is (from) or which workspace is asked (workspace)',
  });
type Settings = z.output<typeof Settings>;

type Facts =
  | { readonly kind: 'plan'; readonly facts: ReportFacts<Planned> }
  | { readonly kind: 'run'; readonly run: Run | null; readonly where: string }
  | { readonly kind: 'unread'; readonly because: string };

/** Whether what the service stands on is as its code wants it, or will change by nothing that was not agreed to. */
export const infrastructurePlanned = defineGate({
  id: 'infrastructure-planned',
  asks: 'Is its infrastructure as it should be?',
  when: 'before',
  Settings,
  async look(subject, settings): Promise<Facts> {
    const { from, secret, workspace } = settings;
    if (from !== undefined)
      return { kind: 'plan', facts: await lookAtReport(subject, { from, secret }, parsePlan) };
    return lookAtRun(subject, settings, workspace ?? '');
  },
  judge(facts, { allow, ageMax }): Verdict {
    if (facts.kind === 'unread') return { kind: 'unknown', because: facts.because };
    if (facts.kind === 'run') return judgeRun(facts.run, facts.where);
    // A plan is of what the infrastructure is now, whose code is rarely that of the service.
    return judgeReport(facts.facts, { ageMax, mustBeNamed: false }, (plan) => judgePlan(plan, { allow }));
  },
});

async function lookAtRun(
  { outside, target }: Subject,
  { address, secret, sameCommit }: Settings,
  where: string,
): Promise<Facts> {
  const [organization = '', workspace = ''] = where.split('/');
  const { commit, name } = target.version;
  if (sameCommit && commit === null)
    return { kind: 'unread', because: `nobody says which commit ${name} is` };
  try {
    const http = outside(new URL(address).origin, secret ?? null);
    const run = await newestRun(http, { organization, workspace }, sameCommit ? commit : null);
    return { kind: 'run', run, where };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { kind: 'unread', because: error.failure.message };
  }
}
