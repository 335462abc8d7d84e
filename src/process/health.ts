import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** How this process is, for whoever asks from outside without being able to look inside. */
const Health = z.object({ atMs: z.number(), role: z.string(), problems: z.array(z.string()) });
type Health = z.infer<typeof Health>;

const WRITE_EVERY_MS = 5_000;
/** A file older than this was left by a process that hangs or is gone. */
const STALE_MS = 20_000;

export type Examination = () => Promise<readonly string[]>;

/** Keeps the health of this process in a file of its home folder until what is returned is called. */
export function keepHealth(
  home: string,
  role: string,
  examine: Examination,
  clock: { nowMs(): number; every(ms: number, call: () => void): () => void },
): () => void {
  const file = fileOf(home);
  async function write(): Promise<void> {
    const problems = await examine().catch((error: unknown) => [`could not be examined: ${String(error)}`]);
    const health: Health = { atMs: clock.nowMs(), role, problems: [...problems] };
    const fresh = `${file}.${process.pid}`;
    await writeFile(fresh, JSON.stringify(health));
    await rename(fresh, file);
  }
  // A folder that cannot be written to makes the file stale, which is what it is then.
  const look = () => void write().catch(() => undefined);
  look();
  return clock.every(WRITE_EVERY_MS, look);
}

/** Reads what the process of this home folder last said of itself; what is missing, unreadable or old is not well. */
export async function readHealth(
  home: string,
  nowMs: number,
): Promise<{ isWell: boolean; lines: readonly string[] }> {
  const text = await readFile(fileOf(home), 'utf8').catch(() => null);
  const health = text === null ? null : Health.safeParse(parseJson(text));
  if (health === null || !health.success)
    return { isWell: false, lines: [`no Slipway says how it is in ${home}`] };
  const { atMs, role, problems } = health.data;
  const ageMs = nowMs - atMs;
  if (ageMs > STALE_MS)
    return { isWell: false, lines: [`it last said how it is ${Math.round(ageMs / 1_000)} s ago`] };
  return { isWell: problems.length === 0, lines: problems.length === 0 ? [`${role} is well`] : problems };
}

function fileOf(home: string): string {
  return join(home, 'health.json');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
