import type { DeploymentEvent } from '../../src/core/event.ts';
import type { Step } from '../../src/core/plan.ts';
import { drawReactions, type Reaction } from './watching.ts';
import type { World } from './world.ts';

const reacted: Partial<Record<Step['kind'], Reaction['to']>> = {
  ask: 'ask',
  observe: 'observe',
  keep: 'keep',
};

/** Lets people who see the card press what they press, each in their time. */
export function letPeopleAnswer(world: World, deploymentId: string, event: DeploymentEvent): void {
  const { reactions, scheduler, random } = world;
  if (reactions === null) return;
  const to = reactionTo(event);
  if (to === null) return;
  const countdownMs = event.kind === 'turning' ? event.untilMs - world.database.nowMs() : 0;
  const all =
    reactions === 'drawn'
      ? drawReactions(random, to, countdownMs)
      : reactions.filter((reaction) => reaction.to === to);
  for (const reaction of all) {
    const press = () => pressOf(world, deploymentId, reaction);
    scheduler.after(reaction.afterMs, `${reaction.by} presses ${reaction.how} of ${deploymentId}`, press);
  }
}

function reactionTo(event: DeploymentEvent): Reaction['to'] | null {
  if (event.kind === 'turning') return 'turning';
  if (event.kind !== 'step-started') return null;
  const kind = event.step.replace(/[-.].*$/, '') as Step['kind'];
  return reacted[kind] ?? null;
}

function pressOf(world: World, deploymentId: string, { how, by, isDoubled }: Reaction): void {
  const key = world.nextPress();
  const asked = (why: string) => ({ kind: 'answer', by, deploymentId, how, why }) as const;
  world.deliver(key, asked(key));
  if (isDoubled === 'delivery') world.deliver(key, asked(key));
  if (isDoubled !== 'press') return;
  const again = world.nextPress();
  world.scheduler.after(150, `${by} presses ${how} again`, () => world.deliver(again, asked(again)));
}
