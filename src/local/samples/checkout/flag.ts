import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** As much of flagd's format (https://flagd.dev/reference/flag-definitions/) as a plain yes or no by share takes. */
type Definition = {
  readonly state?: string;
  readonly defaultVariant?: string;
  readonly variants?: Readonly<Record<string, unknown>>;
  readonly targeting?: { readonly fractional?: readonly (readonly [string, number])[] };
};

const READ_EVERY_MS = 1_000;

/** Whether somebody who comes now gets what a flag is about: off whenever nobody can tell. */
export function openFlag(home: string, environment: string, key: string): () => Promise<boolean> {
  const file = join(home, 'flags', 'samples', `${environment}.json`);
  let readAtMs = Number.NEGATIVE_INFINITY;
  let percent = 0;
  return async () => {
    if (performance.now() - readAtMs > READ_EVERY_MS) {
      readAtMs = performance.now();
      percent = await percentIn(file, key);
    }
    return randomInt(100_000) < percent * 1_000;
  };
}

async function percentIn(file: string, key: string): Promise<number> {
  try {
    const { flags } = JSON.parse(await readFile(file, 'utf8')) as { flags?: Record<string, Definition> };
    return percentOf(flags?.[key]);
  } catch {
    return 0;
  }
}

function percentOf(flag: Definition | undefined): number {
  if (flag?.state !== 'ENABLED') return 0;
  const isYes = (variant: string | undefined) => flag.variants?.[variant ?? ''] === true;
  const shares = flag.targeting?.fractional;
  if (shares === undefined) return isYes(flag.defaultVariant) ? 100 : 0;
  const total = shares.reduce((sum, [, weight]) => sum + weight, 0);
  const yes = shares.reduce((sum, [variant, weight]) => sum + (isYes(variant) ? weight : 0), 0);
  return total === 0 ? 0 : (100 * yes) / total;
}
