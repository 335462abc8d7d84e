import type { Production } from './production.ts';
import { type Options, play, type Run } from './world.ts';

export const families = [
  'usual',
  'watched',
  'migrated',
  'switched',
  'recovered',
] as const satisfies readonly Options['family'][];
export type Family = (typeof families)[number];

export type Tally = {
  readonly schedules: number;
  readonly events: number;
  readonly virtualMs: number;
  readonly outcomes: ReadonlyMap<string, number>;
};

/** Plays seeds one after another; stops and says how to see it again at the first broken promise. */
export async function playAll(
  production: Production,
  from: number,
  count: number,
  family: Family = 'usual',
): Promise<Tally> {
  const outcomes = new Map<string, number>();
  let [events, virtualMs] = [0, 0];
  for (let seed = from; seed < from + count; seed++) {
    const run = await play(production, seed, { family });
    const how = family === 'usual' ? `SEED=${seed}` : `FAMILY=${family} SEED=${seed}`;
    if (run.findings.length > 0) throw new Error(complaint(run, how));
    events += run.events;
    virtualMs += run.virtualMs;
    for (const outcome of run.outcomes) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  return { schedules: count, events, virtualMs, outcomes };
}

export function complaint({ findings, faults }: Run, how: string): string {
  const broken = findings.map(({ promise, say }) => `  ${promise}: ${say}`);
  return [`see it again with: ${how} npm run replay`, `  (${faults.join(' ')})`, ...broken].join('\n');
}

export function sayTally({ schedules, events, virtualMs, outcomes }: Tally): string {
  const days = (virtualMs / 86_400_000).toFixed(1);
  const ends = [...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
  return `${schedules} schedules, ${events} events, ${days} days of virtual time: ${ends}`;
}

/** Where each of four equal parts begins. */
export function quartersOf(from: number, count: number): number[] {
  return [0, 1, 2, 3].map((part) => from + (part * count) / 4);
}
