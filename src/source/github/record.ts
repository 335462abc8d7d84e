import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { DeploymentRecord } from '../source.ts';
import type { Client } from './client.ts';
import { everyPage } from './every-page.ts';

const TASK = 'deploy';
const SAY_MAX = 140;
const PAGES_MAX = 5;

/** What we put into a deployment to know it again; GitHub gives it back as text or as an object. */
const Payload = z.object({ intent: z.string() });
const Deployment = z.object({ id: z.int(), payload: z.unknown() });
const Made = z.object({ id: z.int().optional(), message: z.string().optional() });
const Status = z.object({ state: z.string() });

const states: Record<DeploymentRecord['state'], string> = {
  'in-progress': 'in_progress',
  success: 'success',
  failure: 'failure',
  inactive: 'inactive',
};

/**
 * Keeps a deployment of ours among GitHub's: looked for first, by what it deploys and by the intent in its payload, so
 * that there is one whatever became of earlier answers. What was called off before it was kept is not kept.
 */
export async function keepRecord(client: Client, told: DeploymentRecord, environment: string): Promise<void> {
  const known = await findDeployment(client, told, environment);
  if (known === null && told.state === 'inactive') return;
  const id = known ?? (await createDeployment(client, told, environment));
  const path = '/deployments/{deployment_id}/statuses';
  const [latest] = await client.get(path, z.array(Status), { deployment_id: id, per_page: 1 });
  const state = states[told.state];
  if (latest?.state === state) return;
  await client.post(path, z.object({ id: z.int() }), {
    deployment_id: id,
    state,
    description: oneLine(told.say),
  });
}

async function findDeployment(
  client: Client,
  { commit, intent }: DeploymentRecord,
  environment: string,
): Promise<number | null> {
  const { lines } = await everyPage(PAGES_MAX, (page) =>
    client.get('/deployments', z.array(Deployment), { sha: commit, environment, task: TASK, ...page }),
  );
  return lines.find(({ payload }) => intentIn(payload) === intent)?.id ?? null;
}

/** By default GitHub merges the default branch first, and then answers 202 and makes nothing. */
async function createDeployment(
  client: Client,
  { commit, intent, say }: DeploymentRecord,
  environment: string,
): Promise<number> {
  const { status, value } = await client.post('/deployments', Made, {
    ref: commit,
    task: TASK,
    auto_merge: false,
    // What is checked of a commit is asked elsewhere, and what is deployed is deployed.
    required_contexts: [],
    payload: { intent },
    environment,
    description: oneLine(say),
  });
  if (status === 201 && value.id !== undefined) return value.id;
  const message = `GitHub answered ${status} and made no deployment: ${oneLine(value.message ?? 'it does not say why')}`;
  throw new Failed({ code: 'rejected', message, retryAfterMs: null });
}

function intentIn(payload: unknown): string | null {
  const read = Payload.safeParse(typeof payload === 'string' ? parsed(payload) : payload);
  return read.success ? read.data.intent : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return line.length > SAY_MAX ? `${line.slice(0, SAY_MAX - 1)}…` : line;
}
