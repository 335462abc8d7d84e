import { Failed } from '../../core/failure.ts';
import type { Version } from '../../core/plan.ts';
import { capabilitiesOf } from './capabilities.ts';
import type { Client } from './client.ts';
import type { Deploy, Service } from './schema.ts';
import { candidatesOf, SKEW_MS } from './search.ts';
import { imageOf } from './version.ts';

const DEPLOYS = 20;

/** Starts a deploy and answers with its id. @throws {Failed} `unsupported` where this service takes none now */
export async function replace(client: Client, version: Version, nowMs: () => number): Promise<string> {
  const [service, before] = await Promise.all([client.service(), client.deploys(DEPLOYS)]);
  const can = capabilitiesOf(service).replace;
  if (can?.can === false) throw new Failed({ code: 'unsupported', message: can.say, retryAfterMs: null });
  const sentAtMs = nowMs();
  const deploy = await client.startDeploy(wantedOf(service, version));
  return deploy?.id ?? queuedAs(client, version, sentAtMs, before);
}

/** @throws {Failed} `rejected` for a version without what Render needs to know */
function wantedOf(service: Service, { name, commit }: Version) {
  const imageUrl = imageOf(service, name);
  if (imageUrl !== null) return { imageUrl };
  if (commit !== null) return { commitId: commit };
  const message = `Render builds commits, and nobody said which one ${name} is`;
  throw new Failed({ code: 'rejected', message, retryAfterMs: null });
}

/**
 * Render answered that it has queued the deploy and did not say which one it is. What was not there before, was started
 * over the API and is of this version, is it. @throws {Failed} `outcome-unknown` until exactly one is to be seen
 */
async function queuedAs(
  client: Client,
  version: Version,
  sentAtMs: number,
  before: readonly Deploy[],
): Promise<string> {
  const seen = new Set(before.map(({ id }) => id));
  const deploys = await client.deploysSince(sentAtMs - SKEW_MS).catch((error: unknown) => {
    if (error instanceof Failed) return [];
    throw error;
  });
  const fresh = candidatesOf(deploys, { doing: 'replace', version, sinceMs: sentAtMs }).filter(
    ({ id }) => !seen.has(id),
  );
  const [only] = fresh;
  if (only !== undefined && fresh.length === 1) return only.id;
  const message = `Render has queued the deploy of ${version.name} and does not show it yet`;
  throw new Failed({ code: 'outcome-unknown', message, retryAfterMs: 5_000 });
}
