import { expect, test } from 'vitest';
import { BEGINNING, DESK_STREAM, hashOfLine, type Line } from '../../src/core/audit/chain.ts';
import { anchorOf, type Checkpoint, hashOfStatement, stateHeads } from '../../src/core/audit/checkpoint.ts';
import { momentOf } from '../../src/core/audit/moment.ts';
import type { AuditRecord } from '../../src/core/audit/record.ts';
import type { Store } from '../../src/store/store.ts';
import type { Given } from './store.test.ts';
import { aborted, beginning, ended, held, started, writing } from './store-world.ts';

export function record(code: string, more: Partial<AuditRecord> = {}): AuditRecord {
  return {
    actor: { id: 'U1', person: null, kind: 'person' },
    origin: { channel: 'C1', deliveryKey: 'k-1' },
    action: 'deploy',
    object: { service: 'api', environment: 'production', deployment: null, sheet: null },
    outcome: 'refused',
    code,
    detail: {},
    ...more,
  };
}

/** Whether every line carries the hash of itself and of the one before it, beginning with the first. */
function follows(lines: readonly Line[]): boolean {
  return lines.every(
    (line, index) =>
      line.seq === index + 1 && line.hash === hashOfLine(lines[index - 1]?.hash ?? BEGINNING, line),
  );
}

async function sign(store: Store, number: number): Promise<Checkpoint> {
  const heads = (await store.ledger.heads('moved')).map(({ stream, seq, hash }) => ({
    stream,
    seq,
    hash: hash ?? '',
  }));
  const last = await store.ledger.lastCheckpoint();
  const previous = last === null ? BEGINNING : hashOfStatement(last.statement);
  const at = momentOf(await store.nowMs());
  return { number, statement: stateHeads({ number, at, previous, key: 'key' }, heads), signature: 'signed' };
}

export function ledgerContract({ store }: Given): void {
  test('what is noted is a chain, in its order, as it was noted', async () => {
    const { ledger } = store();
    await ledger.note([record('first'), record('second', { detail: { odd: '\u0000 ü \ud800 "\n' } })]);
    await ledger.note([]);
    await ledger.note([record('third')]);
    const lines = await ledger.read(DESK_STREAM, 0, 10);
    expect(lines.map(({ seq, text }) => [seq, JSON.parse(text).code])).toEqual([
      [1, 'first'],
      [2, 'second'],
      [3, 'third'],
    ]);
    expect(lines[1]?.text).toBe(JSON.stringify(record('second', { detail: { odd: '\u0000 ü \ud800 "\n' } })));
    expect(lines.every(({ at }) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(at))).toBe(true);
    expect(follows(lines)).toBe(true);
    expect(await ledger.read(DESK_STREAM, 1, 1)).toEqual([lines[1]]);
    expect(await ledger.read('nowhere', 0, 10)).toEqual([]);
  });

  test('every journal is a chain of its own, however its lines were written', async () => {
    const claim = await held(store(), 'd-1');
    await store().journal.append(claim, 1, writing([started, started, aborted]));
    await store().journal.signal('d-1', 'stop', aborted, []);
    await store().journal.begin(beginning('d-2', { target: 'web/staging' }));
    const [first, second] = await Promise.all(
      ['d-1', 'd-2'].map((stream) => store().ledger.read(stream, 0, 10)),
    );
    expect(first).toHaveLength(5);
    expect(follows(first ?? []) && follows(second ?? [])).toBe(true);
    expect(JSON.parse(first?.[3]?.text ?? '')).toEqual(aborted);
    expect(first?.[0]?.hash).not.toBe(second?.[0]?.hash);
  });

  test('of fifty who note at once every record is there, in one chain without gaps', async () => {
    const { ledger } = store();
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        ledger.note([record(`${index}-a`), record(`${index}-b`), record(`${index}-c`)]),
      ),
    );
    const lines = await ledger.read(DESK_STREAM, 0, 1_000);
    expect(lines).toHaveLength(150);
    expect(follows(lines)).toBe(true);
    const codes = lines.map(({ text }) => JSON.parse(text).code as string);
    for (let place = 0; place < 150; place += 3) {
      const [writer] = codes[place]?.split('-') ?? [];
      expect(codes.slice(place, place + 3)).toEqual([`${writer}-a`, `${writer}-b`, `${writer}-c`]);
    }
    expect(new Set(codes).size).toBe(150);
  });

  test('walking passes every line once, one stream after the other, however short the steps', async () => {
    await ended(store(), 'd-1', 'deployed');
    await ended(store(), 'd-2', 'rolled-back');
    await store().ledger.note([record('a'), record('b')]);
    const whole = await store().ledger.walk(null, 100);
    expect(whole.map(({ stream, seq }) => `${stream} ${seq}`)).toEqual([
      'desk 1',
      'desk 2',
      'd-1 1',
      'd-1 2',
      'd-2 1',
      'd-2 2',
    ]);
    for (const step of [1, 2, 3, 6]) {
      const walked: Line[] = [];
      for (;;) {
        const next = await store().ledger.walk(walked.at(-1) ?? null, step);
        walked.push(...next);
        if (next.length < step) break;
      }
      expect(walked).toEqual(whole);
    }
  });

  test('a checkpoint covers what has moved since the one before, and the next one only what moved after it', async () => {
    const { ledger } = store();
    expect([await ledger.heads('all'), await ledger.lastCheckpoint()]).toEqual([[], null]);
    const claim = await held(store(), 'd-1');
    await ledger.note([record('a'), record('b')]);
    expect((await ledger.heads('moved')).map(({ stream, seq }) => [stream, seq])).toEqual([
      ['d-1', 1],
      ['desk', 2],
    ]);
    const first = await sign(store(), 1);
    expect(await ledger.checkpoint(first)).toBe(true);
    expect(await ledger.heads('moved')).toEqual([]);

    await store().journal.append(claim, 1, writing([aborted]));
    const [moved, ...more] = await ledger.heads('moved');
    expect(more).toEqual([]);
    const [line, newest] = await ledger.read('d-1', 0, 10);
    expect(moved).toEqual({
      stream: 'd-1',
      seq: 2,
      hash: newest?.hash,
      signed: { seq: 1, hash: line?.hash },
    });
    expect((await ledger.heads('all')).map(({ stream }) => stream)).toEqual(['d-1', 'desk']);

    const second = await sign(store(), 2);
    expect(await ledger.checkpoint(second)).toBe(true);
    expect(await ledger.checkpoints(0, 10)).toEqual([first, second]);
    expect(await ledger.checkpoints(1, 10)).toEqual([second]);
    expect(await ledger.lastCheckpoint()).toEqual(second);
    expect(JSON.parse(second.statement).previous).toBe(anchorOf(first).hash);
  });

  test('a checkpoint that is not the next one is not kept, and of ten who make the next one is', async () => {
    const { ledger } = store();
    await ledger.note([record('a')]);
    const first = await sign(store(), 1);
    expect(await ledger.checkpoint({ ...first, number: 2 })).toBe(false);
    const kept = await Promise.all(Array.from({ length: 10 }, () => ledger.checkpoint(first)));
    expect(kept.filter(Boolean)).toHaveLength(1);
    expect(await ledger.checkpoint(first)).toBe(false);
    expect(await ledger.checkpoints(0, 10)).toEqual([first]);
  });
}
