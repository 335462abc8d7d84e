import { z } from 'zod';
import { type Cell, canary, cellOf } from './cell.ts';
import { usualFaults } from './faults.ts';
import { like } from './simulator/like.ts';
import { Fault, Situation } from './simulator/world.ts';
import { worldNamed } from './simulator/worlds.ts';

/** A world of one's own, as `--worlds` reads it: like one of ours, but for what is said. */
const Own = z.strictObject({
  like: z.string().default('messy'),
  world: z.record(z.string(), z.unknown()),
  stages: Situation.shape.stages.default(canary),
  lookEverySeconds: Situation.shape.lookEverySeconds.default(5),
  faults: z.array(Fault).default([...usualFaults]),
});

/** The cells of a file of worlds: each healthy, and with each of its faults. */
export function ownCells(text: string): Cell[] {
  const read = z.array(Own).min(1).safeParse(JSON.parse(text));
  if (!read.success)
    throw new Error(
      `This is not a list of worlds:\n${z.prettifyError(read.error)}\nBENCHMARKS.md shows what one looks like.`,
    );
  return read.data.flatMap((own) => {
    const world = like(worldNamed(own.like), own.world);
    const way = { name: 'own stages', stages: own.stages, lookEverySeconds: own.lookEverySeconds };
    return [null, ...own.faults].map((fault) => cellOf(world.name, world, way, fault));
  });
}
