import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderInUse, lockFolder } from './folder-lock.ts';

const compiled = fileURLToPath(new URL('../../../dist/src/store/embedded/folder-lock.js', import.meta.url));
const me = { pid: process.pid, startedAtMs: 1_800_000_000_000 };

let folder: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-lock-'));
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    const isOver = child.exitCode !== null || child.signalCode !== null;
    child.kill('SIGKILL');
    if (!isOver) await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

type Starter = { readonly child: ChildProcess; lock(place: string): Promise<string> };

/** A process that tries to lock each folder that it is told, says how it went, and keeps what it got. */
async function starter(): Promise<Starter> {
  const program = `
    import { createInterface } from 'node:readline';
    import { lockFolder } from ${JSON.stringify(compiled)};
    createInterface({ input: process.stdin }).on('line', (place) => {
      lockFolder(place, { pid: process.pid, startedAtMs: Date.now() })
        .then(() => console.log('locked'), (error) => console.log(error.name + ': ' + error.message));
    });
    console.log('ready');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    child,
    lock: async (place) => {
      child.stdin.write(`${place}\n`);
      return (await lines.next()).value;
    },
  };
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('a second process is told who has the folder, and gets it when the first one gave it back', async () => {
  const lock = await lockFolder(folder, me);
  const second = await starter();
  expect(await second.lock(folder)).toMatch(
    new RegExp(
      `^FolderInUse: The folder ${folder} is in use by process ${process.pid}, which started at 2027-`,
    ),
  );
  await lock.release();
  expect(await second.lock(folder)).toBe('locked');
});

test('a process cannot lock a folder twice either', async () => {
  const lock = await lockFolder(folder, me);
  await expect(lockFolder(folder, me)).rejects.toThrow(FolderInUse);
  await lock.release();
  await (await lockFolder(folder, me)).release();
});

test('the lock of a process that was killed is free', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { child, lock } = await starter();
    expect(await lock(folder)).toBe('locked');
    await expect(lockFolder(folder, me)).rejects.toThrow(`in use by process ${child.pid}`);
    await killed(child);
  }
  const lock = await lockFolder(folder, me);
  await lock.release();
});

test('a process that is stopped still has its folder', async () => {
  const { child, lock } = await starter();
  await lock(folder);
  child.kill('SIGSTOP');
  await expect(lockFolder(folder, me)).rejects.toThrow(`in use by process ${child.pid}`);
  child.kill('SIGCONT');
});

const fourStarters = () => Promise.all(Array.from({ length: 4 }, starter));

test.each(['free', 'orphaned'])(
  'in each of twenty races for %s folders, exactly one process wins',
  async (state) => {
    const places = Array.from({ length: 20 }, (_, race) => join(folder, `${race}`));
    if (state === 'orphaned') {
      const before = await starter();
      for (const place of places) expect(await before.lock(place)).toBe('locked');
      await killed(before.child);
    }
    const starters = await fourStarters();
    for (const place of places) {
      const said = await Promise.all(starters.map(({ lock }) => lock(place)));
      expect(said.filter((line) => line === 'locked')).toHaveLength(1);
      const winner = starters[said.indexOf('locked')]?.child.pid;
      for (const line of said) expect(line).toMatch(new RegExp(`^locked$|in use by process ${winner},`));
    }
  },
);

test('a folder whose path is too long for a socket is locked all the same', async () => {
  const deep = join(folder, 'a'.repeat(80), 'b'.repeat(80));
  mkdirSync(deep, { recursive: true });
  const lock = await lockFolder(deep, me);
  await expect(lockFolder(deep, me)).rejects.toThrow(FolderInUse);
  const other = join(folder, 'a'.repeat(80), `${'b'.repeat(79)}c`);
  await (await lockFolder(other, me)).release();
  await lock.release();
});

test('a folder that was locked a hundred times holds only the last traces', async () => {
  for (let time = 0; time < 100; time += 1) await (await lockFolder(folder, me)).release();
  expect(readdirSync(join(folder, 'lock')).toSorted()).toEqual(['claim-100', 'claim-99']);
});
