import { answer, type Reply } from '../../core/answer.ts';
import { type Deployment, replay } from '../../core/deployment.ts';
import type { TurnOrder } from '../../core/desk.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { reportOf } from '../../core/report-of.ts';
import type { TurnAnswer } from '../../core/turn.ts';
import { alarmsOf, turningStep } from '../../core/waiting.ts';
import { noticesOfPress } from '../writing.ts';
import { findDeployment } from './find-deployment.ts';
import type { Visiting } from './visitor.ts';

/** Stopping is easier than going on: only the latter takes somebody who answers for it, and a reason. */
const permissions = { now: 'stop', hold: 'stop', 'go-on': 'overrule', dismiss: 'overrule' } as const;

const words = {
  now: 'is taken back at once.',
  hold: 'stays where it is until somebody decides.',
  'go-on': 'goes on all the same.',
  dismiss: 'was a false alarm: watching begins anew.',
} as const satisfies Record<TurnAnswer, string>;

/** What a person says to a version that is about to be taken back. */
export async function turn(visiting: Visiting, deploymentId: string, order: TurnOrder): Promise<Reply> {
  const { parts, visitor } = visiting;
  const { how, why } = order;
  const found = await findDeployment(visiting, deploymentId, permissions[how]);
  if (found.kind === 'refusal') return found;
  const { deployment, entries } = found;
  const earlier = entries.filter(({ event }) => event.kind === 'turn-answered' || event.kind === 'turning');
  // A delivery that comes again has had its say, whatever it would be about now.
  if (earlier.some(({ event }) => event.kind === 'turn-answered' && event.askedAs === visitor.key)) {
    return answerOf(deploymentId, how, 'repeated');
  }
  if (permissions[how] === 'overrule' && why === null) {
    return refuse('bad-arguments', ['Going on against the numbers takes a reason.'], {
      next: ['Add --reason "…": it stands in the report.'],
    });
  }
  const step = turningStep(deployment);
  if (step === null) {
    return refuse('too-late', [reportOf(deploymentId, deployment).sentence], {
      next: ['It is not about to be taken back, so that there is nothing to decide.'],
    });
  }
  if (isAboutEarlier(order, deployment)) {
    return refuse('too-late', ['That was said to an earlier announcement, and another one stands now.'], {
      next: ['Look at its card, and say it there.'],
    });
  }
  const signalled = await parts.store.journal.signal(
    deploymentId,
    `turn/${step.id}/${how}/after-${earlier.length}`,
    { kind: 'turn-answered', step: step.id, how, by: visitor.actor.id, why, askedAs: visitor.key },
    noticesOfPress(deploymentId, deployment.plan.environment, visitor.key),
  );
  parts.bell.ring(deploymentId, 0);
  if (signalled === 'ended') return refuse('too-late', ['It has ended meanwhile.']);
  const now = replay(await parts.store.journal.read(deploymentId, 0));
  const said = now.people.turns.get(step.id)?.how ?? null;
  return said === how ? answerOf(deploymentId, how, signalled) : decidedOtherwise(deploymentId, now, said);
}

/** A press that was long on its way says nothing about numbers that nobody had seen then. */
function isAboutEarlier({ how, seen = null }: TurnOrder, deployment: Deployment): boolean {
  return how !== 'now' && seen !== null && seen !== alarmsOf(deployment);
}

function answerOf(deploymentId: string, how: TurnAnswer, signalled: 'written' | 'repeated'): Reply {
  const sentence = `${deploymentId} ${words[how]}`;
  return answer(
    signalled === 'written' ? sentence : `${sentence} Somebody had said so already.`,
    [{ kind: 'text', text: [sentence] }],
    { deploymentIds: [deploymentId] },
  );
}

/** Of two who press in the same second both are told what became of it. */
function decidedOtherwise(deploymentId: string, now: Deployment, said: TurnAnswer | null): Refusal {
  const sentence = said === null ? reportOf(deploymentId, now).sentence : `${deploymentId} ${words[said]}`;
  return refuse('too-late', [`It was decided otherwise in the same moment: ${sentence}`]);
}
