import { isFlagAs } from '../../src/core/flag.ts';
import type { Step } from '../../src/core/plan.ts';
import type { FlagCall } from './flags.ts';
import type { History } from './history.ts';
import { isKeptOff, isSwitchedWithin } from './judge-switches.ts';
import type { Found, Kept } from './oracle.ts';
import type { World } from './world.ts';

type Turned = Extract<Step, { kind: 'flag' }>;

/** What was really asked of the flag service, and how the flags stand when it is said to be over. */
export function judgeFlags({ flags, history }: World, { deploymentId, plan }: Kept, found: Found): void {
  const calls = flags.ledger.filter(({ intentId }) => intentId.startsWith(`${deploymentId}/`));
  judgeCalls(calls, history, found);
  const ended = history.ends.get(deploymentId);
  if (ended === undefined || ended.outcome === 'needs-human') return;
  const beganAtMs = history.begins.get(deploymentId)?.atMs ?? 0;
  for (const { appliedAtMs, intentId } of calls) {
    if ((appliedAtMs ?? 0) > ended.atMs) found('what has ended turns no flag', intentId);
  }
  const steps = plan.steps.filter((step): step is Turned => step.kind === 'flag');
  for (const key of new Set(steps.map((step) => step.key))) {
    const mine = steps.filter((step) => step.key === key);
    const [first, last] = [mine[0], mine.at(-1)];
    if (first === undefined || last === undefined) continue;
    const applied = calls.filter((call) => call.key === key && call.appliedAtMs !== null);
    const stands = applied.at(-1)?.wanted ?? first.before;
    const wanted =
      ended.outcome === 'deployed' ? { isOn: true, rolloutPercent: last.rolloutPercent } : first.before;
    // Where somebody else switches it meanwhile, it need not be as this deployment left it.
    if (isSwitchedWithin(history, key, beganAtMs, ended.atMs)) continue;
    if (isFlagAs(stands, wanted)) continue;
    const promise =
      ended.outcome === 'deployed'
        ? 'deployed means that the flag is up'
        : 'taken back means that the flag is back';
    found(
      promise,
      `${deploymentId} is ${ended.outcome}, but ${key} is ${stands.isOn} ${stands.rolloutPercent}`,
    );
  }
}

function judgeCalls(calls: readonly FlagCall[], history: History, found: Found): void {
  const applied = new Set<string>();
  for (const call of calls) {
    const { intentId, owner, sentFence } = call;
    if (!call.wasRecorded) found('a call is written down before it is made', intentId);
    if (sentFence !== call.currentFence)
      found(
        'a fenced holder touches nothing',
        `${owner} ${intentId} with ${sentFence}, ${call.currentFence} holds it`,
      );
    if (call.appliedAtMs === null) continue;
    const isTurnedUp = call.wanted.isOn && call.was?.isOn === false;
    if (isTurnedUp && isKeptOff(history, call.key, call.appliedAtMs))
      found('nothing is turned up under a kill switch', intentId);
    const turn = intentId.replace(/\/\d+$/, '');
    // What somebody switched off in between has to be turned up once more.
    const isRepeated = call.was !== null && isFlagAs(call.was, call.wanted);
    if (applied.has(turn) && isRepeated) found('a lost answer is looked up, not asked for again', intentId);
    applied.add(turn);
  }
}
