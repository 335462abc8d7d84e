import type { Source } from '../../src/source/source.ts';
import { isWithin } from './faults.ts';
import { scriptsOf } from './migrating.ts';
import type { Node } from './node.ts';
import { referenceOf } from './team-database.ts';
import type { World } from './world.ts';

const TIMEOUT_MS = 4_000;

/** Where the code of a service comes from, as far as its migrations are read from there: by names, without commits. */
export function codeFrom(world: World, node: Node, service: string): Source | null {
  const { scheduler, random, faults, production } = world;
  const migrated = world.migrated.get(referenceOf(`${service}/${world.environment}`));
  if (migrated?.from !== 'source') return null;
  const fail = (code: 'unavailable' | 'unsupported', message: string) =>
    new production.Failed({ code, message, retryAfterMs: code === 'unavailable' ? 1_000 : null });

  function ask<T>(label: string, act: () => T): Promise<T> {
    const isTroubled = scheduler.nowMs() < faults.untilMs;
    const isLost = isTroubled && faults.has('lost-requests') && random.chance(0.05);
    const error = () => fail('unavailable', 'there was no answer in time');
    return node.cross({
      label: `${label} ${service}`,
      isWork: true,
      thereMs: random.between(2, 60),
      backMs: random.between(2, 60),
      lost: isLost ? { what: 'request', afterMs: TIMEOUT_MS, error } : null,
      act() {
        if (isTroubled && isWithin(faults.platformDown, scheduler.nowMs()))
          throw fail('unavailable', 'it answered 503');
        return act();
      },
    });
  }
  return {
    kind: 'changelog',
    resolve: (ref) => ask('code? resolve', () => ({ name: ref, commit: null })),
    names: () => Promise.resolve([]),
    compare: () => Promise.reject(fail('unsupported', 'nothing is compared here')),
    checks: () => Promise.reject(fail('unsupported', 'nothing is checked here')),
    files: (at) => ask('code? files', () => scriptsOf(migrated, at)),
  };
}
