import { open } from 'node:fs/promises';
import { Failed, type Failure } from '../core/failure.ts';

const BYTES_MAX = 5 * 1_024 * 1_024;

/**
 * A report as it lies on this machine, with when it was put there.
 * @throws {Failed} `not-found` where there is none, `rejected` where it is too large or cannot be read
 */
export async function readReportFile(path: string): Promise<{ text: string; changedAtMs: number }> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw failed('not-found', `there is no file ${path}`);
    throw failed('rejected', `${path} cannot be read (${error.code ?? 'unknown reason'})`);
  });
  try {
    const { size, mtimeMs } = await file.stat();
    if (size > BYTES_MAX) throw failed('rejected', `${path} is larger than ${BYTES_MAX / 1_048_576} MB`);
    // What grows while it is read is cut off, and that is seen by whoever understands it.
    const buffer = Buffer.alloc(size);
    const { bytesRead } = await file.read(buffer, 0, size, 0);
    return { text: buffer.toString('utf8', 0, bytesRead), changedAtMs: Math.floor(mtimeMs) };
  } catch (error) {
    if (error instanceof Failed) throw error;
    throw failed(
      'rejected',
      `${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`,
    );
  } finally {
    await file.close();
  }
}

function failed(code: Failure['code'], message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}
