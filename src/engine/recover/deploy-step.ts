import type { Order } from '../../core/order.ts';
import { type Actor, may } from '../../core/person.ts';
import { isSameVersion } from '../../core/plan.ts';
import { isRefusal, type Refusal } from '../../core/refusal.ts';
import type { RunbookStep } from '../../core/runbook.ts';
import { plain } from '../../core/text.ts';
import { gateNamed } from '../../gate/index.ts';
import type { KnownVersion } from '../../platform/platform.ts';
import { begin } from '../desk/begin.ts';
import { type Reading, readPlace, servingOf } from '../desk/ground.ts';
import { type Place, placeAt } from '../desk/place.ts';
import { chooseVersion } from '../desk/version.ts';
import { drawOrder } from '../draw-order.ts';
import { type Performed, performed, type Task, undecided } from './task.ts';

type DeployStep = Extract<RunbookStep, { kind: 'deploy' }>;

/**
 * Begins a deployment of the version that was approved with the run, and watches it. It is an order like every other:
 * it waits for what stands in its way, asks for the approval that its environment asks for, and has a card of its own.
 */
export async function deployStep(task: Task, step: DeployStep): Promise<Performed | null> {
  const { parts, run, state } = task;
  if (state.deploymentId !== null) return watch(task, state.deploymentId);
  const version = run.chosen.find((chosen) => chosen.step === step.name)?.version ?? null;
  if (version === null) {
    return performed(
      'failed',
      `no good version of ${step.service} in ${step.from} was known when this was planned`,
    );
  }
  const actor = await parts.directory.look({ id: run.requestedBy, name: '' }, 'fresh');
  if (actor.kind === 'unknown') return undecided(`${run.requestedBy} could not be looked up`);
  if (!may(actor, 'deploy', step, parts.catalog().grants)) {
    return performed('failed', `${run.requestedBy}, who asked for the run, may not deploy there any more`);
  }
  const place = placeAt(parts, step.service, step.environment);
  if (place === null) return performed('failed', `${step.service} is not configured in ${step.environment}`);
  const reading = await readPlace(place);
  if (isRefusal(reading)) return undecided(plain(reading.message));
  return order(task, step, { place, reading, actor, version });
}

/** How the deployment is that belongs to it. */
async function watch({ parts }: Task, deploymentId: string): Promise<Performed | null> {
  const summary = await parts.store.journal.find(deploymentId);
  const outcome = summary?.outcome ?? null;
  if (outcome === null) return null;
  const version = summary?.targets.map((target) => target.version).join(', ') ?? '';
  if (outcome === 'deployed') return performed('done', `${version} was deployed`);
  return performed('failed', `${deploymentId} ended as ${outcome.replaceAll('-', ' ')}`);
}

type Found = {
  readonly place: Place;
  readonly reading: Reading;
  readonly actor: Actor;
  readonly version: string;
};

async function order({ parts, id, run, state }: Task, step: DeployStep, found: Found): Promise<Performed> {
  const { place, reading, actor } = found;
  const version: KnownVersion | Refusal = await chooseVersion(
    parts,
    place,
    reading,
    found.version,
    (label) => ({
      label,
      command: 'deploy-status',
      text: step.service,
    }),
  );
  if (isRefusal(version)) return performed('failed', plain(version.message));
  if (servesAlready(reading, version)) return performed('done', `${version.name} serves there already`);
  const asked: Order = {
    purpose: 'deploy',
    service: step.service,
    environment: step.environment,
    version: { name: version.name, commit: version.commit },
    strategy: place.target.strategy,
    pace: { trafficPercents: null, observeMs: null },
    requestedBy: run.requestedBy,
    why: `${run.isDrill ? 'DRILL of ' : ''}${run.runbook.name}, ${id}`,
    isAutomatic: false,
    ...waivedIn({ parts, run }, step, found),
  };
  const plan = await drawOrder(parts, asked, [{ place, reading, version }], null);
  if (isRefusal(plan)) return performed('failed', plain(plan.message));
  // Begun as something that waits, so that every start looks at what stands in its way, and at who asked for it.
  const key = `run/${id}/${step.name}/${state.attempts}`;
  const visitor = { actor, channel: null, key };
  const begun = await begin({ parts, visitor }, plan, { order: asked, waits: { untilMs: null } });
  if (isRefusal(begun)) return performed('failed', plain(begun.message));
  const [deploymentId] = begun.deploymentIds ?? [];
  return deploymentId === undefined
    ? undecided('it was begun, and is looked for')
    : { kind: 'link', deploymentId };
}

/**
 * Nobody waits for the morning to recover: whoever asked for the run takes that upon themselves, where their role lets them
 * leave out a gate, and the plan says so. A drill can wait.
 */
function waivedIn(
  { parts, run }: Pick<Task, 'parts' | 'run'>,
  step: DeployStep,
  { place, actor }: Found,
): Pick<Order, 'waives'> {
  const hours = place.target.gates
    .map(({ gate }) => gate)
    .filter((gate) => gateNamed(gate)?.isOfHours === true);
  const isAllowed = may(actor, 'waive', step, parts.catalog().grants);
  return hours.length > 0 && isAllowed && !run.isDrill ? { waives: [...new Set(hours)] } : {};
}

function servesAlready({ standing }: Reading, version: KnownVersion): boolean {
  const [only, ...others] = servingOf(standing);
  return (
    others.length === 0 &&
    only !== undefined &&
    isSameVersion(only.version, version) &&
    only.health === 'healthy'
  );
}
