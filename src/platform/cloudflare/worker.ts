import { Failed } from '../../core/failure.ts';
import { path } from '../../http/path.ts';
import type { Intent } from '../platform.ts';
import type { Api } from './client.ts';
import { markerOf } from './marker.ts';
import { WorkerDeployment, WorkerDeployments } from './schema.ts';
import { type Row, tableOf } from './standing.ts';

export type Place = {
  /** `<service>/<environment>`. */
  readonly target: string;
  readonly account: string;
  readonly worker: string;
  readonly url: string | null;
};

/** What can be read of a Worker's deployments, and the one thing that can be done with them. */
export type Worker = {
  /** Newest first: the first one is in force. */
  deployments(): Promise<readonly WorkerDeployment[]>;
  /** @throws {Failed} `conflict` where the traffic is shared out in a way that we cannot read */
  table(): Promise<readonly Row[]>;
  /** Writes the whole table, once. It is read back by whoever looks. */
  deploy(intent: Intent, rows: readonly Row[]): Promise<void>;
};

export function openWorker({ account, worker }: Place, api: Api): Worker {
  const deploymentsPath = path`/accounts/${account}/workers/scripts/${worker}/deployments`;

  async function deployments(): Promise<readonly WorkerDeployment[]> {
    const answer = await api.call({ method: 'GET', path: deploymentsPath }, WorkerDeployments);
    return answer.deployments;
  }

  return {
    deployments,
    async table() {
      const rows = tableOf(await deployments());
      if (rows !== null) return rows;
      const message = `${worker} shares its traffic out in a way that is not known here: set it to percentages first`;
      throw new Failed({ code: 'conflict', message, retryAfterMs: null });
    },
    async deploy({ id }, rows) {
      const json = {
        strategy: 'percentage',
        versions: rows.map(({ versionId, percent }) => ({ version_id: versionId, percentage: percent })),
        annotations: { 'workers/message': markerOf(id) },
      };
      await api.call({ method: 'POST', path: deploymentsPath, body: { json } }, WorkerDeployment);
    },
  };
}
