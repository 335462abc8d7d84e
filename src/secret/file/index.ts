import { open } from 'node:fs/promises';
import type { SecretPlace } from '../secret.ts';

const BYTES_MAX = 64 * 1_024;

/** `file:/run/secrets/slack-bot-token`: the content of a file, without the line break at its end. */
export const filePlace: SecretPlace = {
  scheme: 'file',
  async read(path) {
    const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (file === null) return null;
    try {
      const buffer = Buffer.alloc(BYTES_MAX + 1);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      if (bytesRead > BYTES_MAX) throw new Error('larger than 64 kB');
      return buffer.toString('utf8', 0, bytesRead).replace(/\r?\n$/, '');
    } finally {
      await file.close();
    }
  },
};
