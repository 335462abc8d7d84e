import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In the format of flagd: off for everybody, until somebody turns it up. */
const offForAll = {
  flags: {
    'new-checkout': {
      state: 'ENABLED',
      variants: { on: true, off: false },
      defaultVariant: 'on',
      targeting: {
        fractional: [
          ['on', 0],
          ['off', 100],
        ],
      },
    },
  },
};

/** The flag that a sample service reads, in each environment: written where it is missing, and never over anything. */
export async function seedFlags(home: string, environments: readonly string[]): Promise<void> {
  const folder = join(home, 'flags', 'samples');
  await mkdir(folder, { recursive: true });
  const text = `${JSON.stringify(offForAll, null, 2)}\n`;
  for (const environment of environments) {
    await writeFile(join(folder, `${environment}.json`), text, { flag: 'wx' }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
}
