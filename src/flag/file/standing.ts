import { z } from 'zod';
import { digestOf } from '../../core/canonical.ts';
import type { FlagState } from '../../core/flag.ts';
import type { FlagPlace, FlagStanding } from '../flag.ts';
import { refused } from '../refuse.ts';

const Fraction = z.tuple([z.string(), z.number().min(0)]);

/** Of https://flagd.dev/reference/flag-definitions/ what we read; everything else in the file stays as it is. */
const Definition = z.looseObject({
  state: z.enum(['ENABLED', 'DISABLED']),
  variants: z.record(z.string(), z.unknown()),
  defaultVariant: z.string().nullish(),
  targeting: z.record(z.string(), z.unknown()).nullish(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});
type Definition = z.infer<typeof Definition>;

export const Definitions = z.looseObject({ flags: z.record(z.string(), Definition).default({}) });
export type Definitions = z.infer<typeof Definitions>;

/** @throws {Failed} `not-found` for a flag that nobody has defined */
export function standingOf({ flags }: Definitions, { key, environment }: FlagPlace): FlagStanding {
  const flag = Object.hasOwn(flags, key) ? flags[key] : undefined;
  if (flag === undefined) throw refused('not-found', `there is no flag ${key} in ${environment}`);
  const rolloutPercent = percentOf(flag);
  const updatedBy = flag.metadata?.['updatedBy'];
  return {
    isOn: flag.state === 'ENABLED',
    rolloutPercent,
    version: digestOf(JSON.stringify(flag)).slice(0, 16),
    updatedBy: typeof updatedBy === 'string' ? updatedBy : null,
    caveats: rolloutPercent === null ? [whyNoShare(flag)] : [],
  };
}

/** The definitions with one flag as wanted. @throws {Failed} `unsupported` where a percentage does not decide it */
export function changed(
  definitions: Definitions,
  { key }: FlagPlace,
  wanted: FlagState,
  comment: string,
): Definitions {
  const flag = definitions.flags[key];
  if (flag === undefined) return definitions;
  const state = wanted.isOn ? 'ENABLED' : 'DISABLED';
  const shared = wanted.rolloutPercent === null ? {} : sharedOut(flag, wanted.rolloutPercent, key);
  const metadata = { ...flag.metadata, updatedBy: comment };
  return { ...definitions, flags: { ...definitions.flags, [key]: { ...flag, state, ...shared, metadata } } };
}

function sharedOut(flag: Definition, percent: number, key: string): Partial<Definition> {
  const sides = yesAndNo(flag);
  if (sides === null || percentOf(flag) === null) {
    throw refused('unsupported', `${key} cannot be given a percentage: ${whyNoShare(flag)}`);
  }
  const parts = wholeParts(percent);
  const fractional = [
    [sides.yes, parts.yes],
    [sides.no, parts.no],
  ];
  return { defaultVariant: sides.yes, targeting: { fractional } };
}

/** Weights are whole numbers, and count in relation to each other: see “Fractional Operation” of flagd. */
function wholeParts(percent: number): { readonly yes: number; readonly no: number } {
  if (Number.isInteger(percent)) return { yes: percent, no: 100 - percent };
  const yes = Math.round(percent * 1_000);
  return { yes, no: 100_000 - yes };
}

function whyNoShare({ defaultVariant, targeting }: Definition): string {
  const isSilent = defaultVariant == null && Object.keys(targeting ?? {}).length === 0;
  return isSilent
    ? 'it has no default variant, so that whatever the code falls back on decides'
    : 'its own targeting decides';
}

function yesAndNo({ variants }: Definition): { readonly yes: string; readonly no: string } | null {
  const names = Object.keys(variants);
  const [yes, no] = [true, false].map((value) => names.find((name) => variants[name] === value));
  return names.length !== 2 || yes === undefined || no === undefined ? null : { yes, no };
}

function percentOf(flag: Definition): number | null {
  const sides = yesAndNo(flag);
  if (sides === null) return null;
  const targeting = Object.entries(flag.targeting ?? {});
  if (targeting.length === 0) return shareOfAll(flag.defaultVariant ?? null, sides.yes);
  const [only, ...others] = targeting;
  const fractions = z.array(Fraction).safeParse(only?.[1]);
  if (others.length > 0 || only?.[0] !== 'fractional' || !fractions.success) return null;
  const total = fractions.data.reduce((sum, [, weight]) => sum + weight, 0);
  const yes = fractions.data.reduce((sum, [name, weight]) => sum + (name === sides.yes ? weight : 0), 0);
  return total === 0 ? null : (100 * yes) / total;
}

/** Null where nothing in the file says what everybody gets. */
function shareOfAll(variant: string | null, yes: string): number | null {
  if (variant === null) return null;
  return variant === yes ? 100 : 0;
}
