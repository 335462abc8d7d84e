import { connect } from 'node:net';
import { openPlace } from '../store/index.ts';
import { socketsIn } from './folder.ts';
import { hearLine } from './one-line.ts';
import { ANSWER_BYTES_MAX, type Request, type Response, readResponse } from './protocol.ts';

export type Asked =
  | { readonly kind: 'answered'; readonly response: Response }
  /** No process runs in this home folder. */
  | { readonly kind: 'nobody' }
  | { readonly kind: 'forbidden'; readonly folder: string; readonly ownerUid: number | null }
  /** It was asked, and it is not known what became of it. */
  | { readonly kind: 'silent' };

/** Asks the process that runs in a home folder, the newest first; the request is sent to one of them only. */
export async function askControl(
  { home, uid }: { readonly home: string; readonly uid: number },
  request: Request,
  withinMs: number,
): Promise<Asked> {
  const found = await socketsIn(home, uid);
  if (found.kind === 'none') return { kind: 'nobody' };
  if (found.kind === 'forbidden') return found;
  const place = openPlace(found.folder);
  try {
    for (const name of found.names) {
      const asked = await askAt(place.address(name), request, withinMs);
      if (asked === 'forbidden') return { kind: 'forbidden', folder: found.folder, ownerUid: null };
      if (asked !== 'nobody') return asked;
    }
    return { kind: 'nobody' };
  } finally {
    place.close();
  }
}

function askAt(
  address: string,
  request: Request,
  withinMs: number,
): Promise<Extract<Asked, { kind: 'answered' | 'silent' }> | 'nobody' | 'forbidden'> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('connect', () => {
      void hearLine(socket, ANSWER_BYTES_MAX, withinMs).then((heard) => {
        socket.destroy();
        const response = heard.kind === 'line' ? readResponse(heard.line) : null;
        resolve(response === null ? { kind: 'silent' } : { kind: 'answered', response });
      });
      socket.write(`${JSON.stringify(request)}\n`);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const { code } = error;
      if (code === 'ECONNREFUSED' || code === 'ENOENT') resolve('nobody');
      else if (code === 'EACCES' || code === 'EPERM') resolve('forbidden');
      // Whoever goes away in the middle leaves the line cut off, which is heard above.
      else if (!socket.connecting) resolve({ kind: 'silent' });
      else reject(error);
    });
  });
}
