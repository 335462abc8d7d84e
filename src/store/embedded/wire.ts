import { Duplex } from 'node:stream';

/** What a wire does with what is written into it. */
export type Line = {
  open(wire: Wire): void;
  write(wire: Wire, bytes: Buffer): void;
  end(wire: Wire): void;
};

let wires = 0;

/**
 * What pg takes for its TCP socket: a stream to the thread of the embedded database. Timeouts and keep-alive mean
 * nothing here, for both ends live and die together.
 */
export class Wire extends Duplex {
  readonly id: number;
  readonly #line: Line;

  constructor(line: Line) {
    super();
    wires += 1;
    this.id = wires;
    this.#line = line;
  }

  connect(): this {
    this.#line.open(this);
    queueMicrotask(() => this.emit('connect'));
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    // What comes from the thread is pushed as it comes.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#line.write(this, chunk);
    done();
  }

  override _writev(chunks: readonly { chunk: Buffer }[], done: () => void): void {
    this.#line.write(this, Buffer.concat(chunks.map(({ chunk }) => chunk)));
    done();
  }

  override _final(done: () => void): void {
    this.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#line.end(this);
    done(error);
  }
}
