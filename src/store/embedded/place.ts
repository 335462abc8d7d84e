import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

/** A folder with sockets in it. */
export type Place = {
  readonly folder: string;
  /** What to bind or connect to for the socket of this name. */
  address(name: string): string;
  close(): void;
};

/** What `sun_path` holds everywhere: 108 bytes on Linux, 104 on macOS and BSD, less the NUL at the end. */
const ADDRESS_BYTES_MAX = 103;

/**
 * A longer path would be cut off silently, and two folders could share a socket. On Linux such a folder is reached by
 * its open handle instead, which is the same folder by a short name.
 * @throws when the path is too long and the system knows no short name for it.
 */
export function openPlace(folder: string): Place {
  // A bare descriptor, because a FileHandle that nobody holds on to closes itself.
  const descriptor = openSync(folder, 'r');
  return {
    folder,
    address: (name) => {
      const path = join(folder, name);
      if (Buffer.byteLength(path) <= ADDRESS_BYTES_MAX) return path;
      if (process.platform === 'linux') return `/proc/self/fd/${descriptor}/${name}`;
      throw new Error(
        `The path of the folder is too long for a socket: ${path} has ${Buffer.byteLength(path)} bytes, and ` +
          `${ADDRESS_BYTES_MAX} are possible here. Choose a folder with a shorter path.`,
      );
    },
    close: () => closeSync(descriptor),
  };
}
