import type { ConfiguredGate } from '../../core/catalog.ts';
import { Failed } from '../../core/failure.ts';
import { isRefusal } from '../../core/refusal.ts';
import type { RunbookStep } from '../../core/runbook.ts';
import { plain } from '../../core/text.ts';
import { type Verdict, worst } from '../../core/verdict.ts';
import { gateNamed } from '../../gate/index.ts';
import type { StandingRelease } from '../../platform/platform.ts';
import { plannedTarget, type Reading, readPlace, servingOf } from '../desk/ground.ts';
import { type Place, placeAt } from '../desk/place.ts';
import type { EngineParts } from '../parts.ts';
import { subjectOf } from '../perform/subject.ts';
import { type Performed, performed, type Task, undecided } from './task.ts';

/**
 * The platform's own word, and every gate of the place that asks how things stand: what asks whether a version may be
 * deployed, such as whether it is day, keeps nobody from having recovered. Not knowing is asked again until the step is late.
 */
export async function verifyStep(
  { parts }: Task,
  { service, environment }: Extract<RunbookStep, { kind: 'verify' }>,
): Promise<Performed> {
  const place = placeAt(parts, service, environment);
  if (place === null) return performed('failed', `${service} is not configured in ${environment}`);
  const reading = await readPlace(place);
  if (isRefusal(reading)) return undecided(plain(reading.message));
  const serving = servingOf(reading.standing);
  const [first] = serving;
  if (first === undefined)
    return performed('failed', `no version of ${service} has any traffic in ${environment}`);
  const gates = await Promise.all(
    place.target.gates
      .filter(({ gate }) => isOfStanding(gate))
      .map((gate) => ask(parts, gate, { place, reading, release: first })),
  );
  const verdict = worst([...serving.map(healthOf), ...gates]);
  switch (verdict.kind) {
    case 'pass':
      return performed('done', `${first.version.name} serves, and ${sayGates(gates.length)}`);
    case 'fail':
      return performed('failed', verdict.because);
    case 'unknown':
      return undecided(`not known: ${verdict.because}`);
  }
}

function sayGates(count: number): string {
  return count === 1 ? '1 gate passes' : `${count} gates pass`;
}

/** One that is not there is asked, and not known. */
function isOfStanding(named: string): boolean {
  const gate = gateNamed(named);
  return gate === null || gate.when === 'after' || gate.isOfStanding === true;
}

function healthOf({ version, health, say }: StandingRelease): Verdict {
  if (health === 'healthy') return { kind: 'pass', because: `${version.name} is healthy` };
  const kind = health === 'unhealthy' || health === 'gone' ? 'fail' : 'unknown';
  return { kind, because: `${version.name} is ${health}: ${say}` };
}

type Asked = { readonly place: Place; readonly reading: Reading; readonly release: StandingRelease };

async function ask(
  parts: EngineParts,
  { gate: named, settings }: ConfiguredGate,
  { place, reading, release }: Asked,
): Promise<Verdict> {
  const gate = gateNamed(named);
  if (gate === null) return { kind: 'unknown', because: `there is no gate named ${named}` };
  const target = plannedTarget(place, reading, release.version, null);
  try {
    const subject = subjectOf(parts, target, place.site, await parts.store.nowMs());
    return await gate.check(subject, settings);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { kind: 'unknown', because: error.failure.message };
  }
}
