import { dependenciesHealthy } from './dependencies-healthy/index.ts';
import type { Gate } from './gate.ts';
import { servesVersion } from './serves-version/index.ts';

/** Every question that a plan may ask. Adding one means a folder here and a line here. */
export const gates: readonly Gate[] = [dependenciesHealthy, servesVersion];

export function gateNamed(id: string): Gate | null {
  return gates.find((gate) => gate.id === id) ?? null;
}
