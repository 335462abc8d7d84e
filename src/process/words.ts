import { KeyRefused } from '../audit/key.ts';
import { Failed } from '../core/failure.ts';
import { FolderInUse, SchemaRefused, ServerRefused } from '../store/index.ts';
import { SettingsRefused } from './settings.ts';

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function sayError(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Why it did not start, in words for whoever started it. Only what nobody foresaw comes with a stack. */
export function troubleOf(error: unknown): readonly string[] {
  if (error instanceof SettingsRefused) return error.problems;
  if (error instanceof KeyRefused) return [error.message];
  if (error instanceof FolderInUse || error instanceof SchemaRefused || error instanceof ServerRefused) {
    return [error.message];
  }
  if (error instanceof Failed) return [error.failure.message, ...(error.failure.evidence ?? [])];
  if (isTakenPort(error)) {
    return [
      `Port ${error.port} is taken by another process.`,
      `Choose another one: PORT=${error.port + 1} npm start`,
    ];
  }
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
}

function isTakenPort(error: unknown): error is { port: number } {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error;
}
