import { request } from 'node:http';
import { stringify } from 'node:querystring';
import { signatureHeaders } from '../signature.ts';
import type { Delivery, Outcome, Transport } from './delivery.ts';

type Encoded = { readonly contentType: string; readonly body: string };

const answerBytesMax = 1024 * 1024;

/** Slack's three forms: fields for commands, one `payload` field for interactivity, JSON for events. */
export function encode({ kind, payload }: Delivery): Encoded {
  const form = 'application/x-www-form-urlencoded';
  if (kind === 'slash_commands')
    return { contentType: form, body: stringify(payload as Record<string, string>) };
  if (kind === 'interactive')
    return { contentType: form, body: stringify({ payload: JSON.stringify(payload) }) };
  return { contentType: 'application/json', body: JSON.stringify(payload) };
}

/** Signed requests to the app's request URL, each on a connection of its own: none is ever sent twice unasked. */
export function openHttpTransport(options: {
  readonly url: () => string;
  readonly signingSecret: string;
  readonly nowMs: () => number;
}): Transport {
  return {
    name: 'http',
    isOpen: () => true,
    send: (delivery, ackMs) => {
      const { contentType, body } = encode(delivery);
      const { retry } = delivery;
      const headers = {
        'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        accept: 'application/json,*/*',
        'content-type': contentType,
        'content-length': String(Buffer.byteLength(body)),
        ...signatureHeaders(options.signingSecret, body, options.nowMs()),
        ...(retry === null
          ? {}
          : { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason }),
      };
      return post(options.url(), { headers, body, ackMs });
    },
  };
}

type Posting = {
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly ackMs: number;
};

/** Never rejects: an app that cannot be reached is an outcome. */
function post(url: string, { headers, body, ackMs }: Posting): Promise<Outcome> {
  return new Promise((resolve) => {
    const outgoing = request(url, { method: 'POST', agent: false, headers });
    const timer = setTimeout(() => {
      resolve({ kind: 'timeout' });
      outgoing.destroy();
    }, ackMs);
    const end = (outcome: Outcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    outgoing.once('error', (error: NodeJS.ErrnoException) =>
      end({ kind: 'unreachable', reason: error.code ?? error.message }),
    );
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > answerBytesMax) outgoing.destroy(new Error('the answer is too long'));
        else chunks.push(chunk);
      });
      incoming.once('end', () =>
        end({
          kind: 'answered',
          status: incoming.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          isJson: (incoming.headers['content-type'] ?? '').startsWith('application/json'),
          isFinal: incoming.headers['x-slack-no-retry'] === '1',
        }),
      );
    });
    outgoing.end(body);
  });
}
