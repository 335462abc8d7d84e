import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Two of them at most are kept: the one that is written, and the one before it. */
const BYTES_MAX = 10 * 1024 * 1024;

/**
 * Appends lines to a file that nobody else may read, from the first line on; what cannot be written there is handed to
 * `otherwise`, so that no line is lost. A file that has grown too large becomes `<path>.1`.
 */
export function logFile(path: string, otherwise: (line: string) => void): (line: string) => void {
  let file: { readonly descriptor: number; bytes: number } | null = null;

  function open() {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const descriptor = openSync(path, 'a', 0o600);
    return { descriptor, bytes: statSync(path).size };
  }

  return (line) => {
    try {
      file ??= open();
      if (file.bytes > BYTES_MAX) {
        renameSync(path, `${path}.1`);
        closeSync(file.descriptor);
        file = open();
      }
      file.bytes += writeSync(file.descriptor, line);
    } catch {
      otherwise(line);
    }
  };
}
