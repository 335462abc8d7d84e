import type { Act } from '../../core/decide.ts';
import type { Step } from '../../core/plan.ts';
import type { Hold } from '../hold.ts';
import type { EngineParts } from '../parts.ts';
import { ask } from './ask.ts';
import { check } from './check.ts';
import { settle } from './effect.ts';
import { fateOf } from './fate.ts';
import { turnFlagStep } from './flag.ts';
import { keep } from './keep.ts';
import { migrate } from './migrate.ts';
import { observe } from './observe.ts';
import { protect } from './protect.ts';
import { release } from './release.ts';
import { replace } from './replace.ts';
import { retire } from './retire.ts';
import { route } from './route.ts';
import { done, type Performed, type Scene, sceneOf, wait } from './scene.ts';
import { verifyData } from './verify-data.ts';

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
    case 'migrate':
      return migrate({ ...scene, step });
    default:
      return scene.direction === 'forward' ? lookOnly(scene, step) : Promise.resolve(done());
  }
}

type Changing = 'release' | 'replace' | 'retire' | 'route' | 'flag' | 'migrate';

/** What changes nothing that would have to be taken back. */
function lookOnly(scene: Scene, step: Exclude<Step, { kind: Changing }>): Promise<Performed> {
  switch (step.kind) {
    case 'observe':
      return observe({ ...scene, step });
    case 'ask':
      return ask({ ...scene, step });
    case 'keep':
      return keep({ ...scene, step });
    case 'check':
      return check({ ...scene, step });
    case 'protect':
      return protect({ ...scene, step });
    case 'verify-data':
      return verifyData({ ...scene, step });
  }
}
