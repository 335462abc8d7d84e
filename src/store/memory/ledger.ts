import { BEGINNING, DESK_STREAM, hashOfLine, type Line } from '../../core/audit/chain.ts';
import { Statement } from '../../core/audit/checkpoint.ts';
import { momentOf } from '../../core/audit/moment.ts';
import type { AuditRecord } from '../../core/audit/record.ts';
import type { Head, Ledger } from '../ledger.ts';
import type { State } from './state.ts';

export function memoryLedger(state: State): Ledger {
  const { ledger } = state;
  return {
    note: async (records) => noteIn(state, records),
    read: async (stream, afterSeq, limit) => linesOf(state, stream).slice(afterSeq, afterSeq + limit),
    walk: async (after, limit) => walk(state, after, limit),
    heads: async (which) =>
      streamsOf(state)
        .toSorted()
        .map((stream) => headOf(state, stream))
        .filter(({ seq, signed }) => which === 'all' || signed?.seq !== seq),
    checkpoint: async (checkpoint) => {
      if (checkpoint.number !== ledger.checkpoints.length + 1) return false;
      ledger.checkpoints.push({ ...checkpoint });
      const { heads } = Statement.parse(JSON.parse(checkpoint.statement));
      for (const [stream, seq, hash] of heads) ledger.signed.set(stream, { seq, hash });
      return true;
    },
    checkpoints: async (afterNumber, limit) => ledger.checkpoints.slice(afterNumber, afterNumber + limit),
    lastCheckpoint: async () => ledger.checkpoints.at(-1) ?? null,
  };
}

/** In the transaction of what they record, which in memory is to say at once. */
export function noteIn({ ledger, nowMs }: State, records: readonly AuditRecord[]): void {
  const atMs = nowMs();
  for (const record of records) ledger.records.push({ atMs, text: JSON.stringify(record) });
}

function streamsOf({ ledger, deployments }: State): string[] {
  const journals = [...deployments.keys()].toSorted();
  return ledger.records.length === 0 ? journals : [DESK_STREAM, ...journals];
}

function walk(state: State, after: Parameters<Ledger['walk']>[0], limit: number): Line[] {
  const streams = streamsOf(state);
  const found: Line[] = [];
  for (const stream of streams.slice(after === null ? 0 : streams.indexOf(after.stream))) {
    const afterSeq = stream === after?.stream ? after.seq : 0;
    found.push(...linesOf(state, stream).slice(afterSeq, afterSeq + limit - found.length));
    if (found.length === limit) break;
  }
  return found;
}

function headOf(state: State, stream: string): Head {
  const last = linesOf(state, stream).at(-1);
  return {
    stream,
    seq: last?.seq ?? 0,
    hash: last?.hash ?? null,
    signed: state.ledger.signed.get(stream) ?? null,
  };
}

function linesOf(state: State, stream: string): Line[] {
  const kept =
    stream === DESK_STREAM
      ? state.ledger.records
      : (state.deployments.get(stream)?.entries ?? []).map(({ atMs, event }) => ({
          atMs,
          text: JSON.stringify(event),
        }));
  const hashes = state.ledger.hashes.get(stream) ?? [];
  state.ledger.hashes.set(stream, hashes);
  return kept.map(({ atMs, text }, index) => {
    const line = { stream, seq: index + 1, at: momentOf(atMs), text };
    const hash = hashes[index] ?? hashOfLine(hashes[index - 1] ?? BEGINNING, line);
    hashes[index] = hash;
    return { ...line, hash };
  });
}
