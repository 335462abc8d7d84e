import { parseArgs } from 'node:util';
import { z } from 'zod';
import { judges } from './judges.ts';

const Options = z.object({
  quick: z.boolean().default(false),
  /** Rollouts of each healthy cell; faulty cells get a quarter. */
  rollouts: z.coerce.number().int().positive().optional(),
  judges: z.string().optional(),
  cells: z.string().optional(),
  worlds: z.string().optional(),
  drawn: z.coerce.number().int().positive().optional(),
  json: z.string().optional(),
  beside: z.string().optional(),
  seed: z.coerce.number().int().nonnegative().default(1),
});

export type Options = {
  readonly isQuick: boolean;
  readonly healthyRollouts: number;
  readonly faultyRollouts: number;
  readonly judges: readonly string[];
  /** Only cells whose names match. */
  readonly cells: RegExp | null;
  /** A file of worlds of one's own, instead of ours. */
  readonly worlds: string | null;
  /** So many worlds drawn by lot, instead of ours. */
  readonly drawn: number | null;
  /** Where to write everything that was counted. */
  readonly json: string | null;
  /** Such a file of an earlier run: judges that are not asked now stand in the tables as they were measured then. */
  readonly beside: string | null;
  readonly seed: number;
};

/** What stands behind `npm run bench -- rollouts`. */
export function optionsFrom(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      quick: { type: 'boolean' },
      rollouts: { type: 'string' },
      judges: { type: 'string' },
      cells: { type: 'string' },
      worlds: { type: 'string' },
      drawn: { type: 'string' },
      json: { type: 'string' },
      beside: { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const asked = Options.parse(values);
  const healthyRollouts = asked.rollouts ?? (asked.quick ? 100 : 1000);
  return {
    isQuick: asked.quick,
    healthyRollouts,
    faultyRollouts: asked.quick ? healthyRollouts : Math.max(1, Math.ceil(healthyRollouts / 4)),
    judges: chosen(asked.judges),
    cells: asked.cells === undefined ? null : new RegExp(asked.cells, 'i'),
    worlds: asked.worlds ?? null,
    drawn: asked.drawn ?? null,
    json: asked.json ?? null,
    beside: asked.beside ?? null,
    seed: asked.seed,
  };
}

/** Judges whose names begin with one of the words, parted by commas; all when nothing is said. */
function chosen(words: string | undefined): string[] {
  const names = judges.map((judge) => judge.name);
  if (words === undefined) return names;
  const begins = words.split(',').map((word) => word.trim().toLowerCase());
  const found = names.filter((name) => begins.some((word) => name.toLowerCase().startsWith(word)));
  if (found.length === 0) throw new Error(`No judge begins with ${words}: there are ${names.join('; ')}.`);
  return found;
}
