import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { Http } from '../../http/door.ts';
import { path } from '../../http/path.ts';
import { quoted } from '../words.ts';

/** The newest run of a workspace that was to change something, as HCP Terraform tells of it. */
export type Run = {
  readonly id: string;
  /** Its own word; see `endings`. */
  readonly status: string;
  readonly hasChanges: boolean;
  readonly isDestroy: boolean;
  /** `refresh`: it only took over what is there. `part`: it was told to leave the rest alone. */
  readonly of: 'everything' | 'refresh' | 'part';
};

const Workspace = z.object({ data: z.object({ id: z.string().regex(/^ws-[A-Za-z0-9]{1,64}$/) }) });
const Runs = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      attributes: z.object({
        status: z.string(),
        'created-at': z.string(),
        'has-changes': z.boolean(),
        'is-destroy': z.boolean(),
        'plan-only': z.boolean(),
        'refresh-only': z.boolean().default(false),
        'target-addrs': z.array(z.string()).nullish(),
      }),
    }),
  ),
});
type Attributes = z.infer<typeof Runs>['data'][number]['attributes'];

const PAGE = 50;
/** The API answers in JSON:API and asks for it by name (HashiCorp, "HCP Terraform API overview"). */
const headers = { accept: 'application/vnd.api+json' };

/**
 * Asks two questions and changes nothing (HashiCorp, "Workspaces API" and "Runs API"). A plan that nobody can apply
 * tells nothing of what is there, so such runs are passed over, and so are those that looked whether what is there is as
 * it was and found it so. Null: there is no run, or none of this commit.
 * @throws {Failed}
 */
export async function newestRun(
  http: Http,
  { organization, workspace }: { readonly organization: string; readonly workspace: string },
  commit: string | null,
): Promise<Run | null> {
  const named = path`/api/v2/organizations/${organization}/workspaces/${workspace}`;
  const { value } = await http.send({ method: 'GET', path: named, Answer: Workspace, headers });
  const listed = await http.send({
    method: 'GET',
    path: path`/api/v2/workspaces/${value.data.id}/runs`,
    query: { 'page[size]': PAGE, ...(commit === null ? {} : { 'search[commit]': commit }) },
    Answer: Runs,
    headers,
  });
  const runs = listed.value.data.filter(({ attributes }) => !isPassedOver(attributes));
  const times = runs.map(({ attributes }) => Date.parse(attributes['created-at']));
  if (times.some(Number.isNaN)) {
    throw new Failed({
      code: 'misunderstood',
      message: 'a run does not say when it began',
      retryAfterMs: null,
    });
  }
  const newest = runs[times.indexOf(Math.max(...times))];
  if (newest === undefined) return null;
  const { attributes } = newest;
  return {
    id: newest.id,
    status: attributes.status,
    hasChanges: attributes['has-changes'],
    isDestroy: attributes['is-destroy'],
    of: ofWhat(attributes),
  };
}

function isPassedOver(attributes: Attributes): boolean {
  const hasFoundNothing = attributes.status === 'planned_and_finished' && !attributes['has-changes'];
  return attributes['plan-only'] || (attributes['refresh-only'] && hasFoundNothing);
}

/** "Run Modes and Options" of HCP Terraform: neither a refresh nor a targeted run makes everything as the code wants it. */
function ofWhat(attributes: Attributes): Run['of'] {
  if (attributes['refresh-only']) return 'refresh';
  return (attributes['target-addrs'] ?? []).length > 0 ? 'part' : 'everything';
}

/**
 * What each state of a run means here (HashiCorp, "Run States and Stages"). `waits` is until a person says something.
 * A word that is not listed is not known.
 */
const endings = new Map<string, 'done' | 'planned' | 'waits' | 'goes' | 'undone'>([
  ['applied', 'done'],
  ['planned_and_finished', 'planned'],
  ['planned', 'waits'],
  ['cost_estimated', 'waits'],
  ['policy_checked', 'waits'],
  ['policy_override', 'waits'],
  ['policy_soft_failed', 'waits'],
  ['post_plan_completed', 'waits'],
  ['post_plan_awaiting_decision', 'waits'],
  ['planned_and_saved', 'waits'],
  ...[
    'pending',
    'fetching',
    'fetching_completed',
    'pre_plan_running',
    'pre_plan_completed',
    'queuing',
    'plan_queued',
    'planning',
    'cost_estimating',
    'policy_checking',
    'post_plan_running',
    'confirmed',
    'queuing_apply',
    'apply_queued',
    'pre_apply_running',
    'pre_apply_completed',
    'applying',
  ].map((word) => [word, 'goes'] as const),
  ['errored', 'undone'],
  ['discarded', 'undone'],
  ['canceled', 'undone'],
  ['force_canceled', 'undone'],
]);

/** What the code wants is there: the newest run was applied, or found nothing to change. */
export function judgeRun(run: Run | null, where: string): Verdict {
  if (run === null) return { kind: 'unknown', because: `${where} has no run that could be applied` };
  const { id, status, hasChanges, isDestroy, of } = run;
  const named = `the newest run of ${where} (${quoted(id)})`;
  if (isDestroy) return { kind: 'fail', because: `${named} is there to destroy everything` };
  const verdict = judgeStatus(status, hasChanges, named);
  return verdict.kind === 'pass' && of !== 'everything'
    ? { kind: 'unknown', because: `${named} ${partly[of]}` }
    : verdict;
}

const partly = {
  refresh: 'has only taken over what is there, which need not be what the code wants',
  part: 'was of a part of it alone',
} as const;

function judgeStatus(status: string, hasChanges: boolean, named: string): Verdict {
  switch (endings.get(status)) {
    case 'done':
      return { kind: 'pass', because: `${named} is applied` };
    case 'planned':
      return hasChanges
        ? { kind: 'unknown', because: `${named} ended with changes that were not made` }
        : { kind: 'pass', because: `${named} found nothing to change` };
    case 'waits':
      return { kind: 'unknown', because: `${named} waits for somebody to confirm it` };
    case 'goes':
      return { kind: 'unknown', because: `${named} is still going on` };
    case 'undone':
      return { kind: 'fail', because: `${named} was not applied: ${status}` };
    default:
      return { kind: 'unknown', because: `${named} says ${quoted(status)}, which we do not know` };
  }
}
