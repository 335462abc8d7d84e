import type { Socket } from 'node:net';

export type Heard =
  | { readonly kind: 'line'; readonly line: string }
  /** More than was agreed on. */
  | { readonly kind: 'too-long' }
  /** It ended, or was silent for too long, before the line was whole. */
  | { readonly kind: 'cut-off' };

/** Hears one line of UTF-8 and nothing after it; never rejects. The socket stays open for an answer. */
export function hearLine(socket: Socket, bytesMax: number, withinMs: number): Promise<Heard> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    const done = (heard: Heard) => {
      socket.setTimeout(0);
      socket.off('data', hear);
      resolve(heard);
    };
    const hear = (piece: Buffer) => {
      const end = piece.indexOf(0x0a);
      const kept = end === -1 ? piece : piece.subarray(0, end);
      bytes += kept.length;
      if (bytes > bytesMax) return done({ kind: 'too-long' });
      pieces.push(kept);
      if (end === -1) return;
      const isMore = end + 1 < piece.length;
      done(isMore ? { kind: 'too-long' } : { kind: 'line', line: Buffer.concat(pieces).toString('utf8') });
    };
    socket.on('data', hear);
    socket.once('end', () => done({ kind: 'cut-off' }));
    socket.once('close', () => done({ kind: 'cut-off' }));
    socket.setTimeout(withinMs, () => done({ kind: 'cut-off' }));
  });
}
