import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { answerAt, askAt, type Holder } from './holder.ts';
import { openPlace, type Place } from './place.ts';

/**
 * An exclusive lock on a folder that `kill -9` cannot leave behind. A starter first answers at a socket of its own, and
 * then claims the folder: it links a file with the next number after the newest claim into place, which succeeds for
 * one only. Whoever comes later asks at the socket of the newest claim; when nobody answers there its process is gone,
 * because a socket dies with its process. Numbers never go back, so that a claim that was judged dead stays dead.
 */
export type FolderLock = { release(): Promise<void> };

/** Another process has the folder. Nothing in it was opened. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';

  constructor(folder: string, { pid, startedAtMs }: Holder) {
    super(
      `The folder ${folder} is in use by process ${pid}, which started at ${new Date(startedAtMs).toISOString()}. ` +
        `Two processes in one folder would destroy its database. Stop that process (kill ${pid}), choose another ` +
        'folder, or set DATABASE_URL to run several processes on a Postgres server.',
    );
  }
}

const ClaimContent = z.object({ pid: z.number(), startedAtMs: z.number(), socket: z.string() });
type Claim = z.infer<typeof ClaimContent> & { readonly number: number };

/** Between two looks another starter may always have been quicker; so often in a row means that something is wrong. */
const LOOKS_MAX = 100;

/**
 * Takes the folder, and makes it where it is missing.
 * @throws {FolderInUse} when a live process has it.
 */
export async function lockFolder(folder: string, me: Holder): Promise<FolderLock> {
  const locks = join(folder, 'lock');
  await mkdir(locks, { recursive: true, mode: 0o700 });
  const place = openPlace(locks);
  const socket = `${me.pid}-${randomBytes(4).toString('hex')}.sock`;
  let server: Server | null = null;
  const release = async () => {
    if (server !== null) await closed(server);
    place.close();
  };
  try {
    server = await answerAt(place.address(socket), me);
    await claim(folder, place, { ...me, socket });
    return { release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function claim(folder: string, place: Place, mine: Omit<Claim, 'number'>): Promise<void> {
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    const newest = await newestClaim(place.folder);
    const holder = newest === null ? null : await askAt(place.address(newest.socket), newest);
    if (holder !== null) throw new FolderInUse(folder, holder);
    const number = (newest?.number ?? 0) + 1;
    if (!(await publish(place.folder, number, mine))) continue;
    // A starter that saw more than we did is ahead of us; then our claim counts for nothing, and we look again.
    if ((await newestClaim(place.folder))?.number !== number) continue;
    await forgetBefore(place.folder, number - 1);
    return;
  }
  throw new Error(`The folder ${folder} changes hands all the time: too many processes start in it at once.`);
}

/** False when somebody else has that number. The file is whole when it appears. */
async function publish(folder: string, number: number, mine: Omit<Claim, 'number'>): Promise<boolean> {
  const draft = join(folder, `draft-${mine.socket}`);
  await writeFile(draft, JSON.stringify(mine));
  try {
    await link(draft, join(folder, fileOf(number)));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function newestClaim(folder: string): Promise<Claim | null> {
  const number = Math.max(0, ...(await numbers(folder)));
  if (number === 0) return null;
  const content = ClaimContent.parse(JSON.parse(await readFile(join(folder, fileOf(number)), 'utf8')));
  return { ...content, number };
}

async function numbers(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => /^claim-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
}

function fileOf(number: number): string {
  return `claim-${number}`;
}

/** The claim just before the newest stays, for whoever reads the folder at this very moment. */
async function forgetBefore(folder: string, number: number): Promise<void> {
  for (const old of (await numbers(folder)).filter((known) => known < number)) {
    const file = join(folder, fileOf(old));
    const content = ClaimContent.safeParse(JSON.parse(await readFile(file, 'utf8')));
    if (content.success) await rm(join(folder, content.data.socket), { force: true });
    await rm(file, { force: true });
  }
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
