import { Bug } from '../core/bug.ts';
import { type Deployment, evolve } from '../core/deployment.ts';
import type { DeploymentEvent, Entry } from '../core/event.ts';
import type { Claim } from '../store/store.ts';
import type { EngineParts } from './parts.ts';
import { endOf, noticesFor } from './writing.ts';

export function tooManyCrashes({ crashes }: Claim): string {
  return `whoever worked on it ended ${crashes} times in the middle of the same step`;
}

/** Ends it where it stands and calls a person. The others go on. */
export async function setAside(parts: EngineParts, claim: Claim, because: string): Promise<'ended' | 'lost'> {
  const { store, log, clock } = parts;
  const { deploymentId } = claim;
  log.error({ deploymentId, because }, 'deployment set aside for a person');
  const entries = await store.journal.read(deploymentId, 0);
  const deployment = readable(entries);
  if (deployment === null || deployment.outcome !== null) return 'ended';
  const event: DeploymentEvent = { kind: 'finished', outcome: 'needs-human', because };
  const after: Deployment = {
    ...deployment,
    seq: entries.length + 1,
    outcome: 'needs-human',
    because,
    endedAtMs: Math.max(clock.nowMs(), deployment.startedAtMs),
  };
  const appended = await store.journal.append(claim, entries.length, {
    events: [event],
    notices: await noticesFor(parts, deploymentId, deployment, after, [event]),
    end: endOf(deploymentId, after, 'needs-human'),
  });
  return appended === 'written' ? 'ended' : 'lost';
}

/** As far as the journal makes sense: what is wrong in it is why it is set aside. */
function readable(entries: readonly Entry[]): Deployment | null {
  let deployment: Deployment | null = null;
  try {
    for (const entry of entries) deployment = evolve(deployment, entry);
  } catch (error) {
    if (!(error instanceof Bug)) throw error;
  }
  return deployment;
}

/**
 * A visit that broke off in a process that lives on is not a crash: the lease is given back as soon as the database
 * takes it, so that it does not count as one.
 */
export async function giveBack({ store, clock, log }: EngineParts, claim: Claim): Promise<void> {
  for (let attempt = 1; attempt <= GIVE_BACK_MAX; attempt++) {
    try {
      await store.journal.release(claim, GIVE_BACK_WAKE_MS);
      return;
    } catch (error) {
      log.debug(
        { deploymentId: claim.deploymentId, attempt, error: String(error) },
        'lease not given back yet',
      );
      await clock.sleep(1_000);
    }
  }
}

const GIVE_BACK_MAX = 10;
const GIVE_BACK_WAKE_MS = 1_000;
