import { z } from 'zod';
import { Failed } from '../../../core/failure.ts';
import type { Version } from '../../../core/plan.ts';
import type { Http } from '../../../http/door.ts';
import { path } from '../../../http/path.ts';
import type { Around } from '../../platform.ts';
import { oneCommand, word } from '../../shell.ts';
import { type Mark, readMark, writeMark } from '../mark.ts';
import type { Pipeline, Run } from '../pipeline.ts';
import { notSeenYet, unlessEnded } from '../words.ts';
import type { Address } from './address.ts';
import { readJobLogs } from './logs.ts';
import { runOf, WorkflowRun } from './run-of.ts';

const Runs = z.object({ workflow_runs: z.array(WorkflowRun) });
/** An older GitHub answers 204 and says nothing. */
const Dispatched = z.object({ workflow_run_id: z.int() }).optional();

const LISTED = 30;
const LOOKS = 4;
const LOOK_MS = 1_500;

/** One workflow of one repository, and the one for going back where there is one. */
export function openWorkflow(
  http: Http,
  url: string,
  address: Address,
  around: Pick<Around, 'clock' | 'door'>,
): Pipeline {
  const [owner = '', repo = ''] = address.repository.split('/');
  const below = path`/repos/${owner}/${repo}`;
  const workflows = [...new Set([address.workflow, address.rollback?.workflow ?? address.workflow])];

  async function runs(which: 'latest' | 'succeeded'): Promise<readonly Run[]> {
    const query = { per_page: LISTED, ...(which === 'succeeded' ? { status: 'success' } : {}) };
    const lists = await Promise.all(
      workflows.map((file) => http.get(`${below}${path`/actions/workflows/${file}/runs`}`, Runs, query)),
    );
    return lists
      .flatMap(({ workflow_runs }) => workflow_runs)
      .filter((run) => isHere(run, address))
      .map(runOf)
      .toSorted((a, b) => b.startedAtMs - a.startedAtMs || Number(b.id) - Number(a.id));
  }

  async function start(mark: Mark, way: 'there' | 'back'): Promise<string> {
    const { file, fixed } = workflowFor(address, way);
    const { value } = await http.send({
      method: 'POST',
      path: `${below}${path`/actions/workflows/${file}/dispatches`}`,
      body: {
        json: {
          ref: address.ref,
          inputs: { ...fixed, ...inputsOf(address, mark.version, writeMark(mark)) },
          return_run_details: true,
        },
      },
      Answer: Dispatched,
    });
    return value === undefined ? lookFor(mark) : String(value.workflow_run_id);
  }

  /** It was taken, and the answer does not say which run it is: its name does, once it is listed. */
  async function lookFor(mark: Mark): Promise<string> {
    for (let look = 0; look < LOOKS; look++) {
      if (look > 0) await around.clock.sleep(LOOK_MS);
      const listed = await runs('latest').catch(noRuns);
      const ours = listed.find((run) => run.mark?.intentId === mark.intentId);
      if (ours !== undefined) return ours.id;
    }
    throw notSeenYet('GitHub', mark.version.name);
  }

  return {
    service: 'GitHub Actions',
    name: `${address.workflow} of ${address.repository}`,
    runs,
    start,
    byHand: (version) => runByHand(url, address, version),
    async cancel({ id }) {
      const ask = {
        method: 'POST',
        path: `${below}${path`/actions/runs/${id}/cancel`}`,
        as: 'nothing',
        Answer: z.undefined(),
      } as const;
      await http.send(ask).catch(unlessEnded);
    },
    log: (run) => readJobLogs(http, below, run, around),
  };
}

/** What carries a mark says itself where it belongs. */
function isHere({ display_title }: WorkflowRun, { only }: Address): boolean {
  return only === undefined || display_title.includes(only) || readMark(display_title) !== null;
}

/** What was sent was taken: that a list cannot be read takes nothing of it back. */
function noRuns(error: unknown): readonly Run[] {
  if (error instanceof Failed) return [];
  throw error;
}

function workflowFor({ workflow, inputs, rollback }: Address, way: 'there' | 'back') {
  return way === 'back' && rollback !== undefined
    ? { file: rollback.workflow, fixed: rollback.inputs }
    : { file: workflow, fixed: inputs };
}

/** https://cli.github.com/manual/gh_workflow_run: what runs without our mark is somebody's own. */
function runByHand(url: string, address: Address, version: Version): string | null {
  const { file, fixed } = workflowFor(address, 'back');
  const { host } = new URL(url);
  // A host is named where it is not GitHub's own; the API of one with data residency is at `api.` before its name.
  const at = host === 'api.github.com' ? '' : `${host.replace(/^api\.(?=.*\.ghe\.com$)/, '')}/`;
  const inputs = Object.entries({ ...fixed, ...inputsOf(address, version, 'by-hand') });
  return oneCommand([
    `gh workflow run ${file} --repo ${at}${address.repository} --ref ${address.ref}`,
    ...inputs.map(([key, value]) => `-f ${word(`${key}=${value}`)}`),
  ]);
}

function inputsOf(
  { versionInput, commitInput, markInput }: Address,
  { name, commit }: Version,
  mark: string,
): Record<string, string> {
  return {
    [versionInput]: name,
    ...(commitInput === undefined ? {} : { [commitInput]: commit ?? '' }),
    [markInput]: mark,
  };
}
