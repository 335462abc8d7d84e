import type { AuditRecord } from '../../core/audit/record.ts';
import { type Run, runDueMs } from '../../core/run.ts';
import type { PutDown } from '../../store/store.ts';
import type { EngineParts } from '../parts.ts';
import { noticesOf, RUN } from './told.ts';

/** A run with the sheet that it hangs on. `version` 0 is one that does not hang there yet. */
export type HungRun = { readonly id: string; readonly version: number; readonly run: Run };

export type RunChange = {
  readonly before: HungRun;
  readonly after: Run;
  readonly key: string;
  readonly records: readonly AuditRecord[];
};

/** Writes what a run has become, with everything that is to be told of it. */
export function putRun({ store }: EngineParts, { before, after, key, records }: RunChange): Promise<PutDown> {
  const { id, version } = before;
  const nowMs = after.timeline.at(-1)?.atMs ?? after.askedAtMs;
  return store.board.put({
    kind: RUN,
    id,
    afterVersion: version,
    key,
    body: after,
    isOpen: after.endedAtMs === null,
    dueAtMs: runDueMs(after, nowMs),
    notices: noticesOf(id, version === 0 ? null : before.run, after),
    records,
  });
}
