import { Failed } from '../../core/failure.ts';
import type { Version } from '../../core/plan.ts';
import type { Found, Intent, Sought } from '../platform.ts';
import type { Client } from './client.ts';
import { gitSourceOf } from './git-source.ts';
import type { Deployment, Project } from './schema.ts';
import { mark, marked, metaOf } from './version.ts';

/** How far Vercel's clock and the database's may be apart without a deployment being overlooked. */
const SKEW_MS = 300_000;

/**
 * Has a commit built, unless that was done already under this name. Without a target it becomes a preview.
 * @throws {Failed} `rejected` for a version whose commit nobody knows
 */
export async function build(
  client: Client,
  project: Project,
  intent: Intent,
  version: Version,
  how: { readonly target: 'production' | null; readonly nowMs: number },
): Promise<Deployment> {
  const { name, commit } = version;
  if (commit === null)
    throw refused('rejected', `Vercel builds commits, and nobody said which one ${name} is`);
  const gitSource = gitSourceOf(project, commit);
  if (gitSource === null) throw refused('unsupported', 'the project is connected to no repository at Vercel');
  const [twin] = await madeFor(client, intent, how.nowMs);
  if (twin !== undefined) return twin;
  const isPreview = how.target === null;
  return client.create({
    name: project.name,
    project: project.id,
    gitSource,
    meta: { ...marked(intent, version), ...(isPreview ? { [mark.preview]: '1' } : {}) },
    ...(isPreview ? {} : { target: how.target }),
  });
}

export async function findRelease(client: Client, intent: Intent, { sinceMs }: Sought): Promise<Found> {
  const candidates = await madeFor(client, intent, sinceMs);
  const [only] = candidates;
  if (only === undefined) return { kind: 'absent' };
  if (candidates.length === 1) return { kind: 'found', releaseId: only.id };
  const ids = candidates.map(({ id }) => id).join(', ');
  return {
    kind: 'ambiguous',
    say: `${candidates.length} deployments at Vercel carry the mark of this call: ${ids}. Delete those that nobody wants there, and resolve this deployment`,
  };
}

/** Those that carry the name of this call. Nobody else writes it. */
async function madeFor(client: Client, { id }: Intent, sinceMs: number): Promise<readonly Deployment[]> {
  const deployments = await client.deploymentsSince(Math.max(0, Math.floor(sinceMs - SKEW_MS)));
  return deployments.filter((deployment) => metaOf(deployment, mark.intent) === id);
}

/** Whether a lost call has pointed the domains at this version: Vercel remembers the last time that was asked of it. */
export function findRestored(
  project: Project,
  target: Deployment | null,
  sought: Sought,
  isSame: boolean,
): Found {
  const last = project.lastAliasRequest ?? null;
  const isRecent = last !== null && last.requestedAt >= sought.sinceMs - SKEW_MS;
  const hasBegun = isRecent && last.jobStatus !== 'failed' && last.jobStatus !== 'skipped';
  return hasBegun && target !== null && isSame ? { kind: 'found', releaseId: target.id } : { kind: 'absent' };
}

function refused(code: 'rejected' | 'unsupported', message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}
