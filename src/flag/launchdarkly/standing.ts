import { z } from 'zod';
import type { FlagPlace, FlagStanding } from '../flag.ts';
import { refused } from '../refuse.ts';

/** What we read of the representation of a flag (API, "Feature flags"). Weights are thousandths of a percent. */
const Config = z.object({
  on: z.boolean(),
  archived: z.boolean().optional(),
  version: z.number().int(),
  targets: z.array(z.unknown()).optional(),
  rules: z.array(z.unknown()).optional(),
  prerequisites: z.array(z.unknown()).optional(),
  /** What everybody gets while it is off, as an index; left out: what each application falls back on. */
  offVariation: z.number().int().optional(),
  fallthrough: z
    .object({
      variation: z.number().int().optional(),
      rollout: z
        .object({ variations: z.array(z.object({ variation: z.number().int(), weight: z.number().min(0) })) })
        .optional(),
    })
    .optional(),
});

export const Flag = z.object({
  key: z.string(),
  variations: z.array(z.object({ _id: z.string().optional(), value: z.unknown() })),
  environments: z.record(z.string(), Config),
});
export type Flag = z.infer<typeof Flag>;

const WHOLE = 100_000;

/** @throws {Failed} `not-found` for an environment that it does not have */
export function standingOf(flag: Flag, { key, environment }: FlagPlace): FlagStanding {
  const config = Object.hasOwn(flag.environments, environment) ? flag.environments[environment] : undefined;
  if (config === undefined) throw refused('not-found', `${key} has no environment ${environment}`);
  const isOff = !config.on || config.archived === true;
  const isYes = isOff && isYesWhileOff(flag, environment);
  return {
    isOn: !isOff || isYes,
    rolloutPercent: isYes ? 100 : percentOf(flag, config),
    version: String(config.version),
    updatedBy: null,
    caveats: [
      ...(config.archived === true ? ['the flag is archived there'] : []),
      ...(isYesWhileOff(flag, environment) ? ['everybody gets it while it is switched off'] : []),
      ...caveat(config.prerequisites, 'prerequisite', 'decide before it'),
      ...caveat(config.targets, 'list of targets', 'come before the percentage'),
      ...caveat(config.rules, 'rule', 'come before the percentage'),
    ],
  };
}

/** Whether switching it off would turn on for everybody what it stands for. */
export function isYesWhileOff(flag: Flag, environment: string): boolean {
  const off = flag.environments[environment]?.offVariation;
  return off !== undefined && flag.variations[off]?.value === true;
}

/** Which variation is `true` and which is `false`; null for what is no plain yes or no. */
export function yesAndNo({ variations }: Flag): { readonly yes: number; readonly no: number } | null {
  const [yes, no] = [true, false].map((value) => variations.findIndex((each) => each.value === value));
  if (variations.length !== 2 || yes === undefined || no === undefined || yes < 0 || no < 0) return null;
  return { yes, no };
}

function percentOf(flag: Flag, { fallthrough }: z.infer<typeof Config>): number | null {
  const sides = yesAndNo(flag);
  if (sides === null || fallthrough === undefined) return null;
  const { variation, rollout } = fallthrough;
  if (variation !== undefined) return variation === sides.yes ? 100 : 0;
  if (rollout === undefined) return null;
  const total = rollout.variations.reduce((sum, each) => sum + each.weight, 0);
  const yes = rollout.variations.reduce(
    (sum, each) => sum + (each.variation === sides.yes ? each.weight : 0),
    0,
  );
  return total === WHOLE ? (100 * yes) / WHOLE : null;
}

function caveat(list: readonly unknown[] | undefined, what: string, how: string): string[] {
  const count = list?.length ?? 0;
  return count === 0 ? [] : [`${count} ${what}${count === 1 ? '' : 's'} ${how}`];
}
