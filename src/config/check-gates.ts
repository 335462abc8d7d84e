import { canonical } from '../core/canonical.ts';
import type { Known } from './known.ts';
import type { SlipwayFile } from './schema.ts';
import { exists, type Wrong } from './wrong.ts';

type Target = SlipwayFile['services'][string]['targets'][string];

/** Every gate is one that there is, takes what stands beside it, and is asked once. */
export function checkGates(
  target: Wrong['path'],
  { gates }: Target,
  { environments }: SlipwayFile,
  known: Known,
): Wrong[] {
  return gates.flatMap(({ gate, settings }, index): Wrong[] => {
    const path = [...target, 'gates', index];
    const unknown = exists('gate', gate, known.gates, path);
    if (unknown.length > 0) return unknown;
    const first = gates.findIndex((other) => canonical(other) === canonical(gates[index]));
    if (first !== index) return [{ path, message: `${gate} is asked twice in the same way.`, meant: [] }];
    const issues = known.checkGate(gate, settings).map((issue) => ({
      path: [...path, ...issue.path],
      message: `the gate ${gate} does not take this: ${issue.message}.`,
      meant: [],
    }));
    return issues.length > 0 ? issues : checkPlace(path, settings['environment'], environments);
  });
}

/** What a gate calls `environment` is one of ours. */
function checkPlace(path: Wrong['path'], named: unknown, environments: SlipwayFile['environments']): Wrong[] {
  if (typeof named !== 'string') return [];
  return exists('environment', named, Object.keys(environments), [...path, 'environment']);
}
