import {
  afterStartup,
  type Batch,
  fatal,
  greeting,
  type Listening,
  readAnswer,
  readBatches,
  simpleQuery,
} from './protocol.ts';

/** Runs one round trip in the one session that there is, and answers with the bytes that it said. */
export type Run = (bytes: Uint8Array) => Promise<Uint8Array>;

/** To one connection: bytes, or null when it is over. */
export type Send = (connection: number, bytes: Buffer | null) => void;

type Connection = { pending: Buffer; isStarted: boolean; readonly channels: Set<string> };

type Work =
  | { readonly connection: number; readonly batch: Batch }
  | { readonly connection: number; readonly batch: null }
  | { readonly connection: null; readonly batch: Batch };

/**
 * Many connections on one session. Whoever has a transaction open has the session to themselves until it ends;
 * otherwise round trips are taken in the order in which they came.
 *
 * What is shared, because there is only one session: SET, session-wide advisory locks, named prepared statements and
 * temporary tables. What is not spoken: COPY from the client, cursors (Flush without Sync), cancelling.
 */
export class Session {
  readonly #run: Run;
  readonly #send: Send;
  readonly #nowMs: () => number;
  readonly #connections = new Map<number, Connection>();
  readonly #queue: Work[] = [];
  /** The connection whose transaction is open. */
  #owner: number | null = null;
  /** The round trips that are under way; null while there is nothing to do. */
  #pumping: Promise<void> | null = null;
  #isStopped = false;
  #isUsed = false;
  #spokenAtMs: number;

  constructor(run: Run, send: Send, nowMs: () => number) {
    this.#run = run;
    this.#send = send;
    this.#nowMs = nowMs;
    this.#spokenAtMs = nowMs();
  }

  open(id: number): void {
    this.#connections.set(id, { pending: Buffer.alloc(0), isStarted: false, channels: new Set() });
  }

  receive(id: number, bytes: Buffer): void {
    const connection = this.#connections.get(id);
    if (connection === undefined) return;
    connection.pending = Buffer.concat([connection.pending, bytes]);
    if (!connection.isStarted) {
      const rest = afterStartup(connection.pending);
      if (rest === null) return;
      connection.pending = rest;
      connection.isStarted = true;
      this.#send(id, greeting());
    }
    const { batches, rest, isTerminated } = readBatches(connection.pending);
    connection.pending = rest;
    for (const batch of batches) this.#enqueue({ connection: id, batch });
    if (isTerminated) this.end(id);
  }

  end(id: number): void {
    this.#enqueue({ connection: id, batch: null });
  }

  /** Runs a statement of our own when no transaction is open. */
  maintain(sql: string): void {
    this.#enqueue({ connection: null, batch: simpleQuery(sql) });
  }

  /** Whether anybody asked anything since this was last called. */
  wasUsed(): boolean {
    const was = this.#isUsed;
    this.#isUsed = false;
    return was;
  }

  /** Ends the transaction of a connection that keeps all others waiting and has been silent for this long. */
  breakSilence(silentForMs: number): void {
    if (this.#owner === null || this.#pumping !== null || this.#queue.length === 0) return;
    if (this.#nowMs() - this.#spokenAtMs < silentForMs) return;
    this.#send(this.#owner, fatal('25P03', 'terminating connection due to idle-in-transaction timeout'));
    this.end(this.#owner);
  }

  /** Lets the round trip that is under way come to its end, and starts no other. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#queue.length = 0;
    await this.#pumping;
  }

  #enqueue(work: Work): void {
    if (this.#isStopped) return;
    this.#queue.push(work);
    this.#pumping ??= this.#pump();
  }

  async #pump(): Promise<void> {
    // Nobody may find the queue at rest before the promise of this is kept in its place.
    await Promise.resolve();
    try {
      for (let work = this.#next(); work !== undefined; work = this.#next()) {
        if (work.batch === null) await this.#close(work.connection);
        else await this.#exchange(work.connection, work.batch);
      }
    } finally {
      this.#pumping = null;
    }
  }

  #next(): Work | undefined {
    const owner = this.#owner;
    const index = owner === null ? 0 : this.#queue.findIndex(({ connection }) => connection === owner);
    return index < 0 ? undefined : this.#queue.splice(index, 1)[0];
  }

  async #exchange(id: number | null, batch: Batch): Promise<void> {
    if (id === null) {
      await this.#ask(batch);
      return;
    }
    const connection = this.#connections.get(id);
    if (connection === undefined) return;
    const { answer, isIdle } = await this.#ask(batch);
    this.#owner = isIdle ? null : id;
    this.#isUsed = true;
    if (batch.listening !== null) await this.#listen(connection, batch.listening);
    this.#send(id, answer);
  }

  async #ask({ bytes }: Batch) {
    const said = readAnswer(Buffer.from(await this.#run(bytes)));
    this.#spokenAtMs = this.#nowMs();
    for (const { channel, bytes: notification } of said.notifications) {
      for (const [id, { channels }] of this.#connections) {
        if (channels.has(channel)) this.#send(id, notification);
      }
    }
    return said;
  }

  /** The session listens for everybody: when one stops listening, the others still want to hear. */
  async #listen({ channels }: Connection, { kind, channel }: Listening): Promise<void> {
    if (kind === 'listen') {
      channels.add(channel);
      return;
    }
    if (channel === '*') channels.clear();
    else channels.delete(channel);
    if (this.#owner !== null) return;
    const wanted = new Set([...this.#connections.values()].flatMap((other) => [...other.channels]));
    for (const name of wanted) await this.#ask(simpleQuery(`listen "${name}"`));
  }

  async #close(id: number): Promise<void> {
    if (this.#owner === id) {
      await this.#ask(simpleQuery('rollback'));
      this.#owner = null;
    }
    if (this.#connections.delete(id)) this.#send(id, null);
  }
}
