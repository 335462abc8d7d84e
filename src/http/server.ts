import { Failed, type Failure } from '../core/failure.ts';
import { type Ask, addressOf, bodyOf, type Call, type Reply } from './ask.ts';
import { type Circuit, openCircuit } from './circuit.ts';
import { connectedFetch } from './connected-fetch.ts';
import { type Exchange, exchangeOver, type Heard } from './exchange.ts';
import type { Host } from './host.ts';
import { type Given, openPace, type Pace, shareOf } from './pace.ts';
import { understand, understandIfAny } from './understand.ts';

/** What the door needs of the world. */
export type DoorWorld = {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: { nowMs(): number; sleep(ms: number): Promise<void> };
  readonly random: () => number;
  /** Hides secrets in what servers say. */
  readonly redact: (text: string) => string;
  /** How many processes share what each server allows; left out: this one has it for itself. */
  readonly processes?: number;
};

const DEADLINE_MS = 10_000;
const RETRIES_MAX = 2;
const RETRY_WAIT_MS = 200;
/** A tenth of the reads may be repeated, and ten in a row at most: a server in trouble is not asked three times as often. */
const BUDGET = { perRead: 0.1, max: 10 } as const;
/** Whoever had to wait for a turn is still left so much of the time to be answered in. */
const ANSWER_SHARE = 0.25;

type Headers = Readonly<Record<string, string>>;

/** One server, with everything that is remembered between two calls of it. */
export class Server {
  readonly #world: DoorWorld;
  readonly #host: Host;
  readonly #base: URL;
  readonly #circuit: Circuit;
  readonly #pace: Pace;
  readonly #exchange: Exchange;
  #budget: number = BUDGET.max;

  constructor(world: DoorWorld, host: Host) {
    this.#world = world;
    this.#host = host;
    this.#base = new URL(host.baseUrl.endsWith('/') ? host.baseUrl : `${host.baseUrl}/`);
    this.#circuit = openCircuit(world.clock, world.random);
    const limit = host.limit === undefined ? null : shareOf(host.limit, world.processes ?? 1);
    this.#pace = openPace(limit, () => world.clock.nowMs());
    const fetch = host.connect === undefined ? world.fetch : connectedFetch(host.connect);
    this.#exchange = exchangeOver({ ...world, fetch });
  }

  async call<T>(ask: Ask<T>, isUrgent: boolean): Promise<Reply<T | null>> {
    const call = await this.#callOf(ask, isUrgent);
    if (!call.asked.isMutating) this.#budget = Math.min(BUDGET.max, this.#budget + BUDGET.perRead);
    for (let retry = 0; ; retry++) {
      const heard = await this.#once(call);
      if ('bytes' in heard) return replyOf(call, heard);
      if (!(await this.#mayRetry(call, heard, retry))) throw new Failed(heard);
    }
  }

  async #callOf<T>(ask: Ask<T>, isUrgent: boolean): Promise<Call<T>> {
    const url = addressOf(this.#base, ask);
    const isMutating = ask.isRead !== true && ask.method !== 'GET' && ask.method !== 'HEAD';
    return {
      ask,
      url,
      body: await bodyOf(ask.body),
      asked: { request: `${ask.method} ${url.host}${this.#world.redact(url.pathname)}`, isMutating },
      isUrgent,
      endsAtMs: this.#world.clock.nowMs() + (this.#host.deadlineMs ?? DEADLINE_MS),
    };
  }

  /** Only what could not be had is worth asking for again, and only where asking changes nothing. */
  async #mayRetry({ asked, endsAtMs }: Call<unknown>, { code }: Failure, retry: number): Promise<boolean> {
    const waitMs = RETRY_WAIT_MS * 2 ** retry * (0.5 + this.#world.random());
    const isInTime = this.#world.clock.nowMs() + waitMs < endsAtMs;
    const isWorthIt = code === 'unavailable' && !asked.isMutating && retry < RETRIES_MAX;
    if (!isWorthIt || !isInTime || this.#budget < 1) return false;
    this.#budget -= 1;
    await this.#world.clock.sleep(waitMs);
    return true;
  }

  /** One request, with one more when who we are was turned away: what was not allowed was not done. */
  async #once(call: Call<unknown>): Promise<Heard | Failure> {
    let headers: Headers = {};
    const first = await this.#send(call, async () => {
      headers = (await this.#host.authorize?.(false)) ?? {};
      return headers;
    });
    const isTurnedAway = 'code' in first && first.code === 'unauthorized';
    if (!isTurnedAway || this.#host.authorize === undefined) return first;
    const fresh = await this.#host.authorize(true);
    const isSame = JSON.stringify(fresh) === JSON.stringify(headers);
    return isSame ? first : this.#send(call, async () => fresh);
  }

  async #send(call: Call<unknown>, identity: () => Promise<Headers>): Promise<Heard | Failure> {
    const turn = await this.#turnFor(call);
    if ('code' in turn) return turn;
    const closedForMs = this.#circuit.closedForMs();
    if (closedForMs !== null) {
      this.#pace.unused(turn);
      const message = `${call.asked.request} was not sent: the server has not been answering`;
      return { code: 'unavailable', message, retryAfterMs: Math.ceil(closedForMs) };
    }
    try {
      return await this.#sendNow(call, await identity());
    } finally {
      this.#pace.ended();
    }
  }

  async #sendNow(call: Call<unknown>, headers: Headers): Promise<Heard | Failure> {
    const leftMs = Math.round(call.endsAtMs - this.#world.clock.nowMs());
    if (leftMs < 1) {
      const message = `${call.asked.request} was not sent: the time was up before it could be`;
      return { code: 'unavailable', message, retryAfterMs: 1_000 };
    }
    const kind = { isUrgent: call.isUrgent, isMutating: call.asked.isMutating };
    const outcome = await this.#exchange(call, headers, AbortSignal.timeout(leftMs), (answer) =>
      this.#pace.heard(kind, answer),
    );
    const code = 'code' in outcome ? outcome.code : null;
    if (code === 'rate-limited' && 'code' in outcome) this.#pace.close(kind, outcome.retryAfterMs ?? 0);
    if (code === 'unavailable' || code === 'outcome-unknown') this.#circuit.failed();
    else this.#circuit.answered();
    return outcome;
  }

  /** Waits until it may be sent; a failure says that it was not. */
  async #turnFor({ asked, isUrgent, endsAtMs }: Call<unknown>): Promise<Given | Failure> {
    const { clock } = this.#world;
    const latestMs = endsAtMs - (this.#host.deadlineMs ?? DEADLINE_MS) * ANSWER_SHARE;
    for (;;) {
      const turn = this.#pace.turn({ isUrgent, isMutating: asked.isMutating }, latestMs);
      if (turn.kind === 'refused') {
        const message = `${asked.request} was not sent: we may ask this server again in ${sayWait(turn.forMs)}`;
        return { code: 'rate-limited', message, retryAfterMs: turn.forMs };
      }
      const waitMs = turn.atMs - clock.nowMs();
      if (waitMs <= 0) return turn;
      await clock.sleep(waitMs);
      this.#pace.unused(turn);
    }
  }
}

function sayWait(ms: number): string {
  return `${Math.max(1, Math.ceil(ms / 1_000))} s`;
}

function replyOf<T>({ ask, asked }: Call<T>, { status, headers, bytes }: Heard): Reply<T | null> {
  const isYes = status >= 200 && status < 300;
  const value = isYes ? understand(ask, bytes, asked) : understandIfAny(ask, bytes, asked);
  return { status, header: (name) => headers.get(name), value };
}
