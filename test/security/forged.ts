import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is sent to where Slack delivers: as it is, with nothing put right. */
export type Forged = {
  readonly method?: string;
  readonly path?: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Buffer;
  /** Sends the body one byte at a time, with so long between two. */
  readonly byteEveryMs?: number;
};

export const FORM = 'application/x-www-form-urlencoded';

export function signed(secret: string, body: string, seconds = Math.floor(Date.now() / 1_000), type = FORM) {
  return {
    'content-type': type,
    'x-slack-request-timestamp': String(seconds),
    'x-slack-signature': signature(secret, String(seconds), body),
  };
}

export function signature(secret: string, seconds: string, body: string, version = 'v0'): string {
  return `${version}=${createHmac('sha256', secret).update(`${version}:${seconds}:${body}`).digest('hex')}`;
}

export type Answered = { readonly status: number | null; readonly body: string };

/** The status, or null when the connection was closed without one. */
export function send(
  url: string,
  { method = 'POST', path, headers, body, byteEveryMs }: Forged,
): Promise<Answered> {
  const address = new URL(url);
  return new Promise((resolve) => {
    const asking = request(
      {
        host: '127.0.0.1',
        port: address.port,
        method,
        path: path ?? address.pathname,
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        agent: false,
      },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on('data', (piece: Buffer) => pieces.push(piece));
        answer.on('error', () => resolve({ status: null, body: '' }));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? null, body: Buffer.concat(pieces).toString() }),
        );
      },
    );
    asking.on('error', () => resolve({ status: null, body: '' }));
    if (byteEveryMs === undefined) asking.end(body);
    else void drip(asking, Buffer.from(body), byteEveryMs);
  });
}

async function drip(asking: ReturnType<typeof request>, body: Buffer, everyMs: number): Promise<void> {
  for (const byte of body) {
    if (asking.destroyed) return;
    asking.write(Buffer.from([byte]));
    await sleep(everyMs);
  }
  asking.end();
}
