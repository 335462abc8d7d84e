import { existsSync, readFileSync } from 'node:fs';

/** What one process has used and uses now. */
export type Usage = { readonly cpuMs: number; readonly memoryMb: number };

/** Whether this machine tells: Linux does, through /proc. */
export const isUsageKnown = existsSync('/proc/self/stat');

/** Null when the process is gone or the machine does not tell. */
export function usageOf(pid: number): Usage | null {
  try {
    const cpuMs = cpuMsOf(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const memoryMb = memoryMbOf(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return cpuMs === null || memoryMb === null ? null : { cpuMs, memoryMb };
  } catch {
    return null;
  }
}

/** USER_HZ is 100 in every Linux that Node runs on (`man 5 proc`, fields utime and stime). */
const TICK_MS = 10;

/** The name in parentheses may hold anything, so fields are counted from behind its last parenthesis. */
export function cpuMsOf(stat: string): number | null {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return Number.isFinite(user) && Number.isFinite(system) ? (user + system) * TICK_MS : null;
}

/** Resident memory; null for a process that has ended and was not collected yet. */
export function memoryMbOf(status: string): number | null {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) / 1_024;
}
