import type { Act } from '../../core/decide.ts';
import type { Hold } from '../hold.ts';
import type { EngineParts } from '../parts.ts';
import { ask } from './ask.ts';
import { check } from './check.ts';
import { settle } from './effect.ts';
import { fateOf } from './fate.ts';
import { turnFlagStep } from './flag.ts';
import { keep } from './keep.ts';
import { observe } from './observe.ts';
import { release } from './release.ts';
import { replace } from './replace.ts';
import { retire } from './retire.ts';
import { route } from './route.ts';
import { done, type Performed, type Scene, sceneOf, wait } from './scene.ts';

/**
 * Makes one attempt at a step, forward or back. It may be made again at any time, after a crash too: it looks at what
 * is already so before it does anything, and finds out about lost answers first.
 * @throws {Failed} what the world refuses; {Fenced} when the lease is lost.
 */
export async function perform(
  parts: EngineParts,
  hold: Hold,
  act: Act,
  nowMs: () => number,
): Promise<Performed> {
  const scene = sceneOf(parts, hold, act, nowMs);
  const notYetMs = scene.state().notBeforeMs - nowMs();
  if (notYetMs > 0) return wait(notYetMs);
  return (await settle(scene, (intent) => fateOf(scene, intent))) ?? carryOut(scene);
}

function carryOut(scene: Scene): Promise<Performed> {
  const { step } = scene;
  switch (step.kind) {
    case 'release':
      return release({ ...scene, step });
    case 'replace':
      return replace({ ...scene, step });
    case 'retire':
      return retire({ ...scene, step });
    case 'route':
      return route({ ...scene, step });
    case 'flag':
      return turnFlagStep({ ...scene, step });
    case 'observe':
      return scene.direction === 'forward' ? observe({ ...scene, step }) : Promise.resolve(done());
    case 'ask':
      return scene.direction === 'forward' ? ask({ ...scene, step }) : Promise.resolve(done());
    case 'keep':
      return scene.direction === 'forward' ? keep({ ...scene, step }) : Promise.resolve(done());
    case 'check':
      return scene.direction === 'forward' ? check({ ...scene, step }) : Promise.resolve(done());
  }
}
