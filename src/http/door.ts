import type { z } from 'zod';
import { invariant } from '../core/bug.ts';
import { Failed, type Failure } from '../core/failure.ts';
import { type Circuit, openCircuit } from './circuit.ts';
import { type Asked, nameNonsense, nameSilence, nameStatus } from './name-failure.ts';
import { readBody, TooLarge } from './read-body.ts';

/** What the door needs of the world. */
export type DoorWorld = {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: { nowMs(): number; sleep(ms: number): Promise<void> };
  readonly random: () => number;
  /** Hides secrets in what servers say. */
  readonly redact: (text: string) => string;
};

/** One server that we talk to. */
export type Host = {
  /** With its path, when everything lies below one: `https://api.example.com/v1`. */
  readonly baseUrl: string;
  /** Headers that say who we are, read for every request. `isAgain`: what it said before was just turned away. */
  authorize?(isAgain: boolean): Promise<Readonly<Record<string, string>>>;
  /** For one call with everything in it: retries, waiting and reading. */
  readonly deadlineMs?: number;
};

/** A list becomes the same name several times. */
export type Query = Readonly<Record<string, Scalar | readonly Scalar[]>>;
type Scalar = string | number | boolean;

/** Every method rejects with `Failed` and nothing else for what the world does. Paths are built with `path`. */
export type Http = {
  get<T>(path: string, Answer: z.ZodType<T>, query?: Query): Promise<T>;
  post<T>(path: string, body: unknown, Answer: z.ZodType<T>, query?: Query): Promise<T>;
  put<T>(path: string, body: unknown, Answer: z.ZodType<T>, query?: Query): Promise<T>;
  patch<T>(path: string, body: unknown, Answer: z.ZodType<T>, query?: Query): Promise<T>;
  delete<T>(path: string, Answer: z.ZodType<T>, query?: Query): Promise<T>;
};

const DEADLINE_MS = 10_000;
const BODY_BYTES_MAX = 5 * 1_024 * 1_024;
const SAID_BYTES_MAX = 64 * 1_024;
const SAID_CHARACTERS_MAX = 200;
const RETRIES_MAX = 2;
const RETRY_WAIT_MS = 200;
/** A tenth of the reads may be repeated, and ten in a row at most: a server in trouble is not asked three times as often. */
const BUDGET = { perRead: 0.1, max: 10 } as const;

type Call = {
  readonly method: string;
  readonly url: URL;
  readonly body: string | undefined;
  readonly asked: Asked;
  readonly endsAtMs: number;
};

/**
 * The only way out: every call ends, every answer is checked, every failure has a name. Reads are repeated while the
 * budget lasts; what changes something is sent once, and its lost answer is `outcome-unknown`, never a retry.
 */
export function openDoor(world: DoorWorld): (host: Host) => Http {
  return (host) => {
    const server = new Server(world, host);
    return {
      get: (path, Answer, query) => server.call('GET', path, undefined, Answer, query),
      post: (path, body, Answer, query) => server.call('POST', path, body, Answer, query),
      put: (path, body, Answer, query) => server.call('PUT', path, body, Answer, query),
      patch: (path, body, Answer, query) => server.call('PATCH', path, body, Answer, query),
      delete: (path, Answer, query) => server.call('DELETE', path, undefined, Answer, query),
    };
  };
}

/** The same into the real world. */
export function openDoorOut(world: Omit<DoorWorld, 'fetch'>): (host: Host) => Http {
  return openDoor({ ...world, fetch: (input, init) => fetch(input, init) });
}

class Server {
  readonly #world: DoorWorld;
  readonly #host: Host;
  readonly #base: URL;
  readonly #circuit: Circuit;
  #budget: number = BUDGET.max;

  constructor(world: DoorWorld, host: Host) {
    this.#world = world;
    this.#host = host;
    this.#base = new URL(host.baseUrl.endsWith('/') ? host.baseUrl : `${host.baseUrl}/`);
    this.#circuit = openCircuit(world.clock, world.random);
  }

  async call<T>(
    method: string,
    path: string,
    body: unknown,
    Answer: z.ZodType<T>,
    query: Query = {},
  ): Promise<T> {
    const call = this.#callOf(method, path, body, query);
    if (!call.asked.isMutating) this.#budget = Math.min(BUDGET.max, this.#budget + BUDGET.perRead);
    for (let retry = 0; ; retry++) {
      const answer = await this.#once(call);
      if ('text' in answer) return understand(answer.text, Answer, call.asked);
      if (!(await this.#mayRetry(call, answer, retry))) throw new Failed(answer);
    }
  }

  #callOf(method: string, path: string, body: unknown, query: Query): Call {
    const url = new URL(path.replace(/^\//, './'), this.#base);
    for (const [name, value] of Object.entries(query)) {
      for (const each of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(each));
    }
    const isBelow = url.origin === this.#base.origin && url.pathname.startsWith(this.#base.pathname);
    invariant(/^\/(?!\/)/.test(path) && isBelow, 'a path leads out of its host');
    const request = `${method} ${url.host}${this.#world.redact(url.pathname)}`;
    return {
      method,
      url,
      body: body === undefined ? undefined : JSON.stringify(body),
      asked: { request, isMutating: method !== 'GET' },
      endsAtMs: this.#world.clock.nowMs() + (this.#host.deadlineMs ?? DEADLINE_MS),
    };
  }

  /** Only what could not be had is worth asking for again, and only where asking changes nothing. */
  async #mayRetry({ asked, endsAtMs }: Call, { code }: Failure, retry: number): Promise<boolean> {
    const waitMs = RETRY_WAIT_MS * 2 ** retry * (0.5 + this.#world.random());
    const isInTime = this.#world.clock.nowMs() + waitMs < endsAtMs;
    const isWorthIt = code === 'unavailable' && !asked.isMutating && retry < RETRIES_MAX;
    if (!isWorthIt || !isInTime || this.#budget < 1) return false;
    this.#budget -= 1;
    await this.#world.clock.sleep(waitMs);
    return true;
  }

  /** One request, with one more when who we are was turned away: what was not allowed was not done. */
  async #once(call: Call): Promise<{ readonly text: string } | Failure> {
    const closedForMs = this.#circuit.closedForMs();
    if (closedForMs !== null) {
      const message = `${call.asked.request} was not sent: the server has not been answering`;
      return { code: 'unavailable', message, retryAfterMs: Math.ceil(closedForMs) };
    }
    const headers = (await this.#host.authorize?.(false)) ?? {};
    const first = await this.#send(call, headers);
    if ('text' in first || first.code !== 'unauthorized' || this.#host.authorize === undefined) return first;
    const fresh = await this.#host.authorize(true);
    return JSON.stringify(fresh) === JSON.stringify(headers) ? first : this.#send(call, fresh);
  }

  async #send(
    call: Call,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ readonly text: string } | Failure> {
    const leftMs = Math.round(call.endsAtMs - this.#world.clock.nowMs());
    if (leftMs < 1) {
      const message = `${call.asked.request} was not sent: the time was up before it could be`;
      return { code: 'unavailable', message, retryAfterMs: 1_000 };
    }
    const outcome = await this.#exchange(call, headers, AbortSignal.timeout(leftMs));
    const isSilent =
      'code' in outcome && (outcome.code === 'unavailable' || outcome.code === 'outcome-unknown');
    if (isSilent) this.#circuit.failed();
    else this.#circuit.answered();
    return outcome;
  }

  async #exchange(
    { method, url, body, asked }: Call,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<{ readonly text: string } | Failure> {
    try {
      const response = await this.#world.fetch(url, {
        method,
        headers: {
          accept: 'application/json',
          'user-agent': 'slipway',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        redirect: 'manual',
        signal,
        ...(body === undefined ? {} : { body }),
      });
      if (response.ok) return { text: await readBody(response, BODY_BYTES_MAX) };
      const said = await readBody(response, SAID_BYTES_MAX).catch(() => '');
      return nameStatus(asked, response, this.#oneLine(said), this.#world.clock.nowMs());
    } catch (error) {
      if (error instanceof TooLarge) return nameNonsense(asked, `more than ${BODY_BYTES_MAX / 1_048_576} MB`);
      return nameSilence(asked, error);
    }
  }

  /** What a server says about its refusal, short enough for people and without anything that could hurt them. */
  #oneLine(said: string): string {
    const line = said.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
    const redacted = this.#world.redact(line);
    return redacted.length > SAID_CHARACTERS_MAX ? `${redacted.slice(0, SAID_CHARACTERS_MAX)}…` : redacted;
  }
}

/** @throws {Failed} when the text is no JSON, or not the JSON that was agreed upon. */
function understand<T>(text: string, Answer: z.ZodType<T>, asked: Asked): T {
  let json: unknown;
  try {
    json = text === '' ? undefined : JSON.parse(text);
  } catch {
    throw new Failed(nameNonsense(asked, 'not JSON'));
  }
  const answer = Answer.safeParse(json);
  if (answer.success) return answer.data;
  const where = answer.error.issues
    .slice(0, 3)
    .map(({ path, code }) => `${path.join('.') || 'the whole'} (${code})`);
  throw new Failed(nameNonsense(asked, `unexpected at ${where.join(', ')}`));
}
