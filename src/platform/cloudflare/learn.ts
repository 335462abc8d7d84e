import type { Capabilities } from '../../core/capability.ts';
import { Failed } from '../../core/failure.ts';
import { path } from '../../http/path.ts';
import { countersOf } from './analytics.ts';
import { countsRequests, type Learnt, logsOf, mayNotCount } from './capabilities.ts';
import type { Api } from './client.ts';
import { ScriptSettings, type WorkerDeployment } from './schema.ts';
import type { Place } from './worker.ts';

/** Permissions and settings hardly ever change, and asking for each plan would cost a call of a limited number. */
const REMEMBERED_MS = 10 * 60_000;

type Remembered = { readonly atMs: number } & Pick<Learnt, 'logs' | 'metrics'>;
export type Memory = Map<string, Remembered>;

/** What the account, the Worker and the token allow. @throws {Failed} when Cloudflare does not answer */
export async function learn(
  place: Place,
  api: Api,
  memory: Memory,
  nowMs: number,
  deployments: () => Promise<readonly WorkerDeployment[]>,
): Promise<Learnt> {
  const isDeployed = (await deployments()).length > 0;
  const known = memory.get(place.worker);
  if (known !== undefined && nowMs - known.atMs < REMEMBERED_MS) {
    return { isDeployed, logs: known.logs, metrics: known.metrics };
  }
  const logs = await learnLogs(place, api);
  const metrics = await learnMetrics(place, api, nowMs);
  memory.set(place.worker, { atMs: nowMs, logs, metrics });
  return { isDeployed, logs, metrics };
}

async function learnLogs({ account, worker }: Place, api: Api): Promise<Capabilities['logs']> {
  const settings = path`/accounts/${account}/workers/scripts/${worker}/script-settings`;
  return logsOf(await api.call({ method: 'GET', path: settings }, ScriptSettings));
}

/** A question that has no answer but tells whether it may be asked. */
async function learnMetrics(
  { account, worker }: Place,
  api: Api,
  nowMs: number,
): Promise<Capabilities['metrics']> {
  try {
    await countersOf(api, { account, worker, versionId: 'none' }, nowMs);
    return countsRequests;
  } catch (error) {
    if (error instanceof Failed && error.failure.code === 'unauthorized') return mayNotCount;
    throw error;
  }
}
