import { serviceNamed, targetOf } from '../../core/catalog.ts';
import { Failed } from '../../core/failure.ts';
import { targetId } from '../../core/names.ts';
import type { Step } from '../../core/plan.ts';
import type { Subject } from '../../gate/gate.ts';
import { gateNamed } from '../../gate/index.ts';
import type { EngineParts } from '../parts.ts';
import { done, type Performed, type Scene, waitOrGiveUp } from './scene.ts';

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
  const dependencies = dependenciesOf(parts, target.service, target.environment);
  const verdict = await gate.check({ target, site, dependencies, probe: parts.probe });
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

/** The services that one needs, in the same environment. */
export function dependenciesOf(
  parts: EngineParts,
  service: string,
  environment: string,
): Subject['dependencies'] {
  const catalog = parts.catalog();
  return (serviceNamed(catalog, service)?.needs ?? []).map((need) => {
    const needed = serviceNamed(catalog, need);
    const target = needed === null ? null : targetOf(needed, environment);
    if (target === null) return { service: need, site: null };
    return { service: need, site: parts.siteOf({ ...target, id: targetId(need, environment) }) };
  });
}
