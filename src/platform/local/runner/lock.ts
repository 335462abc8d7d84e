import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Holder } from '../protocol.ts';

/**
 * One runner for one folder. A lock whose holder has died is taken over; of two that take it over at once the one that
 * wrote last has it, and the other sees so before it does anything.
 */
export async function takeLock(path: string, self: Holder): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    if (create(path, self)) {
      await sleep(SETTLE_MS);
      return holds(path, self);
    }
    const holder = readHolder(path);
    if (holder !== null && (await isAtWork(path, holder))) return false;
    rmSync(path, { force: true });
  }
  return false;
}

const ATTEMPTS_MAX = 3;
/** Longer than anybody needs between finding a dead holder and removing its lock. */
const SETTLE_MS = 50;

/** How long a holder may take from taking the lock to listening. */
const STARTING_MS = 15_000;

/**
 * Process ids are used again, after a restart of the machine in particular: a holder that has had time to start and
 * does not take connections is somebody else by now. One that is only stopped still takes them.
 */
async function isAtWork(path: string, holder: Holder): Promise<boolean> {
  if (!isAlive(holder.pid)) return false;
  const writtenAtMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - writtenAtMs < STARTING_MS || takesConnections(holder.socketPath);
}

function takesConnections(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.on('error', () => resolve(false));
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

export function holds(path: string, self: Holder): boolean {
  const holder = readHolder(path);
  return holder?.pid === self.pid && holder.socketPath === self.socketPath;
}

export function dropLock(path: string, self: Holder): void {
  if (holds(path, self)) rmSync(path, { force: true });
}

/** Null when there is none, or none that can be read. */
export function readHolder(path: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function create(path: string, self: Holder): boolean {
  try {
    writeFileSync(path, JSON.stringify(self), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}
