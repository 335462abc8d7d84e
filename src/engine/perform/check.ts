import { Failed } from '../../core/failure.ts';
import type { Step } from '../../core/plan.ts';
import { gateNamed } from '../../gate/index.ts';
import { done, type Performed, type Scene, waitOrGiveUp } from './scene.ts';
import { subjectOf } from './subject.ts';

/** Asks a gate. Only yes is yes; not knowing is asked again until the deadline and then means no. */
export async function check(scene: Scene<Extract<Step, { kind: 'check' }>>): Promise<Performed> {
  const { step, target, site, parts, hold } = scene;
  const gate = gateNamed(step.gate);
  if (gate === null) {
    throw new Failed({
      code: 'unsupported',
      message: `there is no gate named ${step.gate}`,
      retryAfterMs: null,
    });
  }
  const verdict = await gate.check(subjectOf(parts, target, site, scene.nowMs()), step.settings ?? {});
  if (verdict.kind === 'pass') return done({ verdict });
  if (verdict.kind === 'fail') {
    throw new Failed({ code: 'gate-closed', message: verdict.because, retryAfterMs: null });
  }
  if (scene.state().say !== verdict.because) {
    await hold.writeFact({
      kind: 'progressed',
      step: step.id,
      say: verdict.because,
      numbers: null,
      numbersBefore: null,
    });
  }
  return waitOrGiveUp(scene, `${gate.asks} Not known: ${verdict.because}; no answer`);
}
