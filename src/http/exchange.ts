import type { Failure } from '../core/failure.ts';
import type { Call } from './ask.ts';
import { nameNonsense, nameSilence, nameStatus } from './name-failure.ts';
import { readBody, TooLarge } from './read-body.ts';

const BODY_BYTES_MAX = 5 * 1_024 * 1_024;
const SAID_BYTES_MAX = 64 * 1_024;
const SAID_CHARACTERS_MAX = 200;

/** An answer that came whole. */
export type Heard = { readonly status: number; readonly headers: Headers; readonly bytes: Buffer };

/** One request and what came of it, with a name if it is not an answer. `onAnswer` hears of every answer's headers. */
export type Exchange = (
  call: Call<unknown>,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  onAnswer: (headers: Headers) => void,
) => Promise<Heard | Failure>;

type ExchangeWorld = {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: { nowMs(): number };
  readonly redact: (text: string) => string;
};

export function exchangeOver({ fetch, clock, redact }: ExchangeWorld): Exchange {
  return async (call, headers, signal, onAnswer) => {
    const { ask, url, body, asked } = call;
    try {
      const response = await fetch(url, {
        method: ask.method,
        headers: headersOf(call, headers),
        redirect: 'manual',
        signal,
        ...(body === null ? {} : { body: body.text }),
      });
      onAnswer(response.headers);
      const isAnswer = response.ok || ask.okStatuses?.includes(response.status);
      if (isAnswer) return await hear(response, ask.as === 'nothing');
      const said = await readBody(response, SAID_BYTES_MAX).catch(() => '');
      return nameStatus(asked, response, oneLine(said.toString('utf8'), redact), clock.nowMs());
    } catch (error) {
      if (error instanceof TooLarge) return nameNonsense(asked, `more than ${BODY_BYTES_MAX / 1_048_576} MB`);
      return nameSilence(asked, error);
    }
  };
}

/** Where nothing is to be read, the status has said it all, and a body that breaks off takes nothing back. */
async function hear(response: Response, isStatusAll: boolean): Promise<Heard> {
  const { status, headers } = response;
  if (!isStatusAll) return { status, headers, bytes: await readBody(response, BODY_BYTES_MAX) };
  await readBody(response, SAID_BYTES_MAX).catch(() => undefined);
  return { status, headers, bytes: Buffer.alloc(0) };
}

/** What says who we are comes last, so that nothing else can take its place, however it is spelled. */
function headersOf(
  { ask, body }: Call<unknown>,
  identity: Readonly<Record<string, string>>,
): Record<string, string> {
  const headers = {
    accept: (ask.as ?? 'json') === 'json' ? 'application/json' : '*/*',
    'user-agent': 'slipway',
    ...(body === null ? {} : { 'content-type': body.type }),
  };
  const said = [headers, ask.headers ?? {}, identity].flatMap((each) => Object.entries(each));
  return Object.fromEntries(said.map(([name, value]) => [name.toLowerCase(), value]));
}

/** What a server says about its refusal, short enough for people and without anything that could hurt them. */
function oneLine(said: string, redact: (text: string) => string): string {
  const line = said.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  const redacted = redact(line);
  return redacted.length > SAID_CHARACTERS_MAX ? `${redacted.slice(0, SAID_CHARACTERS_MAX)}…` : redacted;
}
