import { canonical } from '../../core/canonical.ts';
import { isJson, type Json } from './model.ts';

/** One Web API call as it arrived and as it was answered. */
export type Call = {
  readonly seq: number;
  /** Milliseconds since 1970, when the whole request had arrived. */
  readonly at: number;
  readonly method: string;
  /** As sent, JSON inside form fields already parsed; never with the token. */
  readonly args: Json;
  /** The HTTP status, or null when the connection was dropped on purpose. */
  readonly status: number | null;
  readonly ok: boolean;
  /** Whether the workspace did what was asked, whatever the bot got to hear. */
  readonly wasDone: boolean;
  readonly error: string | null;
  readonly channel: string | null;
  readonly ts: string | null;
};

/** Every Web API call, for oracles that do not take the bot's word. */
export type Ledger = {
  readonly calls: () => readonly Call[];
  /** Messages that were really posted. */
  readonly posts: () => readonly Call[];
  /** Edits that were really made. */
  readonly edits: () => readonly Call[];
  /** Posts that say the same in `metadata`, twice or more; posts without metadata are not compared. */
  readonly duplicates: () => readonly (readonly Call[])[];
  readonly add: (call: Omit<Call, 'seq'>) => void;
  readonly reset: () => void;
};

export function openLedger(max: number): Ledger {
  let calls: Call[] = [];
  let seq = 0;
  const done = (method: string): readonly Call[] =>
    calls.filter((call) => call.method === method && call.wasDone);
  return {
    calls: () => calls,
    posts: () => done('chat.postMessage'),
    edits: () => done('chat.update'),
    duplicates: () => {
      const groups = new Map<string, Call[]>();
      for (const call of done('chat.postMessage').filter(({ args }) => isJson(args['metadata']))) {
        const key = `${call.channel} ${canonical(call.args['metadata'])}`;
        groups.set(key, [...(groups.get(key) ?? []), call]);
      }
      return [...groups.values()].filter((group) => group.length > 1);
    },
    add: (call) => {
      seq += 1;
      calls.push({ ...call, seq });
      if (calls.length > max) calls = calls.slice(-Math.ceil(max / 2));
    },
    reset: () => {
      calls = [];
    },
  };
}
