import { z } from 'zod';
import { hashOf } from '../../core/canonical.ts';
import type { FlagPlace, FlagStanding } from '../flag.ts';
import { refused } from '../refuse.ts';

/** What we read of `featureSchema` and `featureStrategySchema` of Unleash's own OpenAPI. */
const Strategy = z.object({
  id: z.string().optional(),
  name: z.string(),
  parameters: z.record(z.string(), z.string()).optional(),
  constraints: z.array(z.unknown()).optional(),
  segments: z.array(z.unknown()).optional(),
  disabled: z.boolean().nullish(),
});

export const Feature = z.object({
  name: z.string(),
  archived: z.boolean().optional(),
  /** Other flags that have to be on, or off, for this one to be. */
  dependencies: z.array(z.unknown()).optional(),
  environments: z.array(
    z.object({ name: z.string(), enabled: z.boolean(), strategies: z.array(Strategy).optional() }),
  ),
});
export type Feature = z.infer<typeof Feature>;

/** What decides for how many it is on. */
type Rollout =
  /** No strategy at all: it is on for everybody. */
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly id: string; readonly percent: number; readonly isConstrained: boolean }
  | { readonly kind: 'other'; readonly say: string };

/** @throws {Failed} `not-found` for an environment that it does not have */
export function rolloutOf(feature: Feature, place: FlagPlace): Rollout {
  const strategies = environmentOf(feature, place).strategies ?? [];
  const [only, ...others] = strategies;
  if (only === undefined) return { kind: 'none' };
  if (others.length > 0) return { kind: 'other', say: `${strategies.length} strategies decide together` };
  const percent = Number(only.parameters?.['rollout'] ?? Number.NaN);
  const isRollout = only.name === 'flexibleRollout' && only.id !== undefined && only.disabled !== true;
  if (!isRollout || only.id === undefined || !(percent >= 0 && percent <= 100)) {
    return {
      kind: 'other',
      say: `its strategy is ${only.name}${only.disabled === true ? ', disabled' : ''}`,
    };
  }
  return { kind: 'one', id: only.id, percent, isConstrained: isConstrained(only) };
}

function isConstrained({ constraints = [], segments = [] }: z.infer<typeof Strategy>): boolean {
  return constraints.length + segments.length > 0;
}

/** Unleash keeps no version of a flag in an environment: what is there is its own version. */
export function standingOf(feature: Feature, place: FlagPlace): FlagStanding {
  const { enabled, strategies = [] } = environmentOf(feature, place);
  const rollout = rolloutOf(feature, place);
  const version = hashOf('slipway/unleash/v1', [enabled, JSON.stringify(strategies)]).slice(0, 16);
  const { archived = false, dependencies = [] } = feature;
  return {
    isOn: enabled && !archived,
    rolloutPercent: percentOf(rollout),
    version,
    updatedBy: null,
    caveats: [
      ...(rollout.kind === 'other' ? [rollout.say] : []),
      ...(archived ? ['the flag is archived'] : []),
      ...(rollout.kind === 'one' && rollout.isConstrained
        ? ['constraints or segments of the strategy come before the percentage']
        : []),
      ...(dependencies.length > 0 ? ['other flags decide before it'] : []),
    ],
  };
}

function percentOf(rollout: Rollout): number | null {
  if (rollout.kind === 'other') return null;
  return rollout.kind === 'none' ? 100 : rollout.percent;
}

function environmentOf({ environments }: Feature, { key, environment }: FlagPlace) {
  const found = environments.find(({ name }) => name === environment);
  if (found === undefined) throw refused('not-found', `${key} has no environment ${environment}`);
  return found;
}
