import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { treeOf } from './usage.ts';

/**
 * Runs something that asks how long a few things take, not how much they use, ahead of whatever else this machine is
 * busy with, where we may: every thread of ours and of what we started. Answers whether that was so.
 */
export async function ahead<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly wasAhead: boolean }> {
  const wasAhead = nice(-15);
  try {
    return { result: await work(), wasAhead };
  } finally {
    if (wasAhead) nice(0);
  }
}

function nice(priority: number): boolean {
  try {
    // On Linux a priority is a thread's own.
    for (const pid of treeOf(process.pid)) {
      for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), priority);
    }
    return true;
  } catch {
    return false;
  }
}
