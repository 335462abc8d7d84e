import type { Capabilities } from '../../src/core/capability.ts';
import { Failed } from '../../src/core/failure.ts';
import { keepsReady } from '../../src/core/strategy/point-back.ts';
import type { Site } from '../../src/platform/platform.ts';
import { versionOf, type World } from './platform-member.ts';
import { intent } from './platform-trial.ts';

type Denied = Exclude<keyof Capabilities, 'takes' | 'once'>;

/**
 * Holds every no of a platform against what it does: a sentence for people, and nobody called. Empty: all is well.
 * A method that is not there at all cannot be called, and is as good.
 */
export async function untrueRefusals(site: Site, said: Capabilities, world: World): Promise<string[]> {
  const version = versionOf(world, world.versions.good);
  const back = { releaseId: 'nobody', version, insteadOf: null };
  const trials: Record<Denied, readonly (() => Promise<unknown> | undefined)[]> = {
    staged: [() => site.release(intent('release'), version), () => site.retire(intent('retire'), 'nobody')],
    traffic: [() => site.route(intent('route'), [{ releaseId: 'nobody', trafficPercent: 100 }])],
    replace: [
      () => site.replace?.(intent(), version),
      ...(keepsReady(said) ? [] : [() => site.restore?.(intent('restore'), back)]),
    ],
    rollback: [],
    logs: [() => site.logs({ releaseId: null, sinceMs: 0, linesMax: 10, contains: null, level: null })],
    metrics: [() => site.measure('nobody')],
    maintenance: [() => site.maintain?.({ untilMs: Date.now() + 60_000, reason: null })],
    settings: [() => site.settings?.()],
    previews: [
      () => site.previews?.list(),
      () => site.previews?.create(intent('preview'), { version, endsAtMs: null }),
    ],
  };
  const untrue: string[] = [];
  for (const what of Object.keys(trials) as Denied[]) {
    const capability = said[what];
    if (capability === undefined || capability.can) continue;
    if (!/^[A-Z].+\.$/s.test(capability.say)) untrue.push(`${what}: "${capability.say}" is no sentence`);
    for (const trial of trials[what]) {
      const before = world.calls();
      const outcome = await Promise.resolve(trial()).catch((error: unknown) => error);
      const isNo = outcome instanceof Failed && outcome.failure.code === 'unsupported';
      // Numbers that nobody has are null; nobody was asked for them either.
      const isNothing = outcome === undefined || (what === 'metrics' && outcome === null);
      if (!isNo && !isNothing) untrue.push(`${what}: did it all the same`);
      if (world.calls() > before) untrue.push(`${what}: called somebody`);
    }
  }
  return untrue;
}
