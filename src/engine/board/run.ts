import { automaticSteps, Run } from '../../core/run.ts';
import { moveRun } from '../../core/run-move.ts';
import { sayRun } from '../../core/run-words.ts';
import type { Sheet } from '../../store/store.ts';
import type { EngineParts } from '../parts.ts';
import { performStep } from '../recover/perform-step.ts';
import { type HungRun, putRun } from '../recover/put-run.ts';
import { RUN } from '../recover/told.ts';
import { recordOfProgram } from './noted.ts';
import type { SheetKind } from './sheet.ts';

/** A run of a runbook; it hangs there until it has ended, and goes on after every start of the program. */
export const runs: SheetKind = {
  kind: RUN,
  say: (sheet) => sayRun(sheet.id, Run.parse(sheet.body)),
  attend,
};

/** Says what the clock has done, carries out what is the program's own, and writes only what is new. */
async function attend(sheet: Sheet, parts: EngineParts): Promise<void> {
  const { id, version } = sheet;
  const run = Run.parse(sheet.body);
  let hung: HungRun = { id, version, run };
  let after = moveRun(run, { kind: 'tick' }, await parts.store.nowMs()).run;
  for (const { step, state } of automaticSteps(after)) {
    // Written down before the call, with everything so far; whoever was slower calls nothing.
    const intend = async () => {
      const next = moveRun(after, { kind: 'intend', step: step.name }, await parts.store.nowMs()).run;
      if (!(await write(parts, sheet, hung, next))) return false;
      hung = { id, version: hung.version + 1, run: next };
      after = next;
      return true;
    };
    const move = await performStep(parts, { id, run: after, step, state, intend });
    if (move !== null) after = moveRun(after, move, await parts.store.nowMs()).run;
  }
  if (after !== hung.run) await write(parts, sheet, hung, after);
}

async function write(parts: EngineParts, sheet: Sheet, before: HungRun, after: Run): Promise<boolean> {
  const { run, version } = before;
  const said = after.timeline.slice(run.timeline.length).map(({ say }) => say);
  const put = await putRun(parts, {
    before,
    after,
    key: `attend/${version}`,
    records: [
      recordOfProgram({
        action: run.isDrill ? 'recover-drill-moved' : 'recover-moved',
        sheet,
        scope: { service: null, environment: null },
        detail: { runbook: run.runbook.name, phase: after.phase, said },
      }),
    ],
  });
  return put === 'written';
}
