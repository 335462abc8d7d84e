import { Failed } from '../../core/failure.ts';
import type { PlannedTarget, Version } from '../../core/plan.ts';
import type { Verdict } from '../../core/verdict.ts';
import { gateNamed } from '../../gate/index.ts';
import type { EngineParts } from '../parts.ts';
import { subjectOf } from '../perform/subject.ts';
import type { Place } from './place.ts';

/** Nobody who asks how a service is waits longer. */
const ANSWER_MS = 15_000;

/**
 * The questions of a place that make sense when nothing is being deployed, asked now. What is asked of a version is
 * left out while several serve: during a deployment the deployment itself asks.
 */
export async function askAnytime(
  parts: EngineParts,
  place: Place,
  serving: readonly Version[],
): Promise<{ gate: string; asks: string; verdict: Verdict }[]> {
  const [version, ...others] = serving;
  if (version === undefined) return [];
  const nowMs = await parts.store.nowMs();
  const subject = subjectOf(parts, targetAt(place, version), place.site, nowMs);
  const asked = place.target.gates.flatMap(({ gate: id, settings }) => {
    const gate = gateNamed(id);
    const isMeant =
      gate?.anytime === 'of-the-service' || (gate?.anytime !== undefined && others.length === 0);
    return gate === null || !isMeant ? [] : [{ gate, settings }];
  });
  return Promise.all(
    asked.map(async ({ gate, settings }) => ({
      gate: gate.id,
      asks: gate.asks,
      verdict: await inTime<Verdict>(parts, gate.check(subject, settings).catch(notKnown), {
        kind: 'unknown',
        because: LATE,
      }),
    })),
  );
}

export const LATE = `there was no answer within ${ANSWER_MS / 1_000} s`;

/** What was answered, or what is said instead where nobody wants to wait any longer. */
export async function inTime<T>({ clock }: EngineParts, answer: Promise<T>, otherwise: T): Promise<T> {
  const over = new AbortController();
  const late = async (): Promise<T> => {
    await clock.sleep(ANSWER_MS, over.signal);
    return otherwise;
  };
  return Promise.race([answer, late()]).finally(() => over.abort());
}

function notKnown(error: unknown): Verdict {
  if (error instanceof Failed) return { kind: 'unknown', because: error.failure.message };
  throw error;
}

/** What runs there, as a deployment of it would name it. */
function targetAt({ id, service, environment, target }: Place, version: Version): PlannedTarget {
  return {
    id,
    service: service.name,
    environment: environment.name,
    platform: target.platform,
    address: target.address as PlannedTarget['address'],
    version,
    before: null,
    undo: { how: '', leaves: [] },
    caveats: [],
  };
}
