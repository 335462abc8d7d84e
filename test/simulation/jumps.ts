import type { Process } from './process.ts';
import type { World } from './world.ts';

/** Clocks of machines are set forward now and then, the database's in both directions. */
export function beginJumps(
  { scheduler, random, faults, database }: World,
  processes: () => (Process | null)[],
): void {
  const times = (name: 'clock-jumps' | 'database-clock') =>
    Array.from({ length: faults.has(name) ? 8 : 0 }, () => random.between(2_000, faults.untilMs));
  for (const atMs of times('clock-jumps')) {
    scheduler.after(atMs, 'a clock JUMPS', () => {
      const alive = processes().filter((process) => process !== null);
      if (alive.length > 0) random.pick(alive).node.jump(random.between(1_000, 40_000));
    });
  }
  for (const atMs of times('database-clock')) {
    const ms = random.pick([random.between(-20_000, 0), random.between(0, 600)]);
    scheduler.after(atMs, `the database's clock JUMPS by ${Math.round(ms)}`, () => database.jump(ms));
  }
}
