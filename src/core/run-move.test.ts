import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newRun } from './new-run.ts';
import { automaticSteps, isOver, isSettled, measuredOf, type Run, runDueMs } from './run.ts';
import { moveRun, type RunMove } from './run-move.ts';
import { rpoWords } from './run-words.ts';
import { longestMs, Runbook, type RunbookStep, runPlanHash, touchedBy } from './runbook.ts';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 20, 9);

const common = { withinMs: 10 * MINUTE_MS, needs: [], isDrillSafe: false, undo: null };
const manual = (name: string, more: Partial<RunbookStep> = {}): RunbookStep =>
  ({
    ...common,
    name,
    phase: 'assess',
    kind: 'manual',
    instruction: 'look',
    owners: [],
    ...more,
  }) as RunbookStep;

function runbook(steps: readonly RunbookStep[]): Runbook {
  return Runbook.parse({
    name: 'fail-over',
    summary: '',
    rtoMs: 15 * MINUTE_MS,
    rpoMs: null,
    approval: {
      requirements: [{ needed: 2, group: null }],
      expiresAfterMs: 60 * MINUTE_MS,
      isAuthorExcluded: false,
    },
    channel: 'C1',
    announce: 'C2',
    escalate: [],
    hasOwnChannel: false,
    failBack: null,
    steps,
  });
}

function asked(steps: readonly RunbookStep[], isDrill = false): Run {
  const book = runbook(steps);
  const plan = { runbook: book, configuration: 'c1', isDrill, requestedBy: 'U1', why: null, chosen: [] };
  return newRun({ ...plan, hash: runPlanHash(plan), person: 'one' }, START_MS);
}

const yes = (by: string, run: Run): RunMove => ({
  kind: 'approve',
  approval: { by, person: by, groups: [], hash: run.hash, comment: null, atMs: START_MS },
});
const settle = (step: string, how: 'done' | 'failed' = 'done', lossMs: number | null = null): RunMove => ({
  kind: 'settle',
  step,
  how,
  by: 'U2',
  note: null,
  lossMs,
});
const move = (run: Run, each: RunMove, afterMs = 0) => moveRun(run, each, START_MS + afterMs).run;
const started = (steps: readonly RunbookStep[], isDrill = false) => {
  const run = asked(steps, isDrill);
  return move(move(run, yes('U2', run)), yes('U3', run));
};
const statuses = ({ steps }: Run) => steps.map(({ status }) => status);

const three = [
  manual('one'),
  manual('two', { needs: ['one'], phase: 'restore' }),
  manual('three', { needs: ['two'], phase: 'redirect' }),
];

describe('a run', () => {
  test('begins when two different people have said yes to its hash, and with its first step alone', () => {
    const run = asked(three);
    const one = move(run, yes('U2', run));
    expect(one.phase).toBe('asked');
    expect(moveRun(one, yes('U2', run), START_MS).stays).toBe('settled');
    const other = {
      kind: 'approve',
      approval: { ...one.approvals[0], person: 'U4', hash: 'other' },
    } as RunMove;
    expect(move(one, other).phase).toBe('asked');
    const two = move(one, yes('U3', run));
    expect([two.phase, ...statuses(two)]).toEqual(['running', 'running', 'waiting', 'waiting']);
  });

  test('that nobody approves in time ends, and calls somebody after five minutes', () => {
    const run = asked(three);
    expect(runDueMs(run, START_MS)).toBe(START_MS + 5 * MINUTE_MS);
    expect(move(run, { kind: 'tick' }, 5 * MINUTE_MS).calls).toBe(1);
    const over = move(run, { kind: 'tick' }, 60 * MINUTE_MS);
    expect([over.phase, over.because]).toEqual(['aborted', 'it was not approved in time']);
    expect(moveRun(over, yes('U2', run), START_MS).stays).toBe('over');
  });

  test('goes through its steps, and measures its two times', () => {
    let run = started(three);
    run = move(run, settle('one'), 1 * MINUTE_MS);
    run = move(run, settle('two', 'done', 4 * MINUTE_MS), 2 * MINUTE_MS);
    expect(measuredOf(run)).toEqual({ rtoMs: null, rpoMs: 4 * MINUTE_MS });
    run = move(run, settle('three'), 7 * MINUTE_MS);
    expect(run.phase).toBe('done');
    expect(measuredOf(run)).toEqual({ rtoMs: 7 * MINUTE_MS, rpoMs: 4 * MINUTE_MS });
  });

  test('counts what it waited for approvals to the time to recover', () => {
    const run = asked(three);
    const begun = move(move(run, yes('U2', run), 3 * MINUTE_MS), yes('U3', run), 5 * MINUTE_MS);
    const names = ['one', 'two', 'three'];
    const over = names.reduce((so, name) => move(so, settle(name), 9 * MINUTE_MS), begun);
    expect([over.phase, measuredOf(over).rtoMs]).toEqual(['done', 9 * MINUTE_MS]);
  });

  test('does not call a loss held while nobody has said all of it', () => {
    const both = started([
      manual('orders', { phase: 'restore' }),
      manual('mails', { phase: 'restore', needs: ['orders'] }),
    ]);
    const promised = { ...both, runbook: { ...both.runbook, rpoMs: 5 * MINUTE_MS } };
    const lost = (orders: number | null, mails: number | null) =>
      rpoWords(move(move(promised, settle('orders', 'done', orders)), settle('mails', 'done', mails)));
    expect(lost(4 * MINUTE_MS, 0)).toBe('4 m measured, at most 5 m expected: held');
    expect(lost(4 * MINUTE_MS, null)).toContain('nobody said what mails lost');
    expect(lost(null, 6 * MINUTE_MS)).toBe('6 m measured, at most 5 m expected: missed');
    expect(lost(null, null)).toBe('not measured (at most 5 m expected)');
  });

  test('says that nothing was measured where nobody said what was lost, or where it did not end well', () => {
    expect(measuredOf(started(three)).rpoMs).toBeNull();
    const over = move(started(three), { kind: 'abort', by: 'U2', why: 'not needed' });
    expect([over.phase, measuredOf(over).rtoMs]).toEqual(['aborted', null]);
  });

  test('halts at a step that is late or has failed, begins nothing new, and goes on once it is answered', () => {
    const side = [manual('one'), manual('other'), manual('next', { needs: ['other'] })];
    let run = move(started(side), { kind: 'tick' }, 10 * MINUTE_MS);
    expect([run.phase, run.because]).toEqual(['halted', 'one is late, other is late']);
    run = move(run, settle('other'), 11 * MINUTE_MS);
    expect([run.phase, ...statuses(run)]).toEqual(['halted', 'late', 'done', 'waiting']);
    expect(move(run, { kind: 'tick' }, 15 * MINUTE_MS).calls).toBe(1);
    expect(move(run, { kind: 'tick' }, 16 * MINUTE_MS).calls).toBe(1);
    const failed = move(run, settle('one', 'failed'), 12 * MINUTE_MS);
    expect([failed.phase, failed.because]).toEqual(['halted', 'one has failed']);
    const again = move(failed, { kind: 'retry', step: 'one', by: 'U2' }, 13 * MINUTE_MS);
    expect([again.phase, ...statuses(again)]).toEqual(['running', 'running', 'done', 'running']);
    const skipped = move(failed, { kind: 'skip', step: 'one', by: 'U2', why: 'no' }, 13 * MINUTE_MS);
    expect([skipped.phase, ...statuses(skipped)]).toEqual(['running', 'skipped', 'done', 'running']);
  });

  test('that halted and was forsaken for a day ends', () => {
    const late = move(started(three), { kind: 'tick' }, 10 * MINUTE_MS);
    const over = move(late, { kind: 'tick' }, 10 * MINUTE_MS + 24 * 60 * MINUTE_MS);
    expect([over.phase, over.because]).toEqual(['aborted', 'it halted, and nobody answered for a day']);
  });

  test('tells stakeholders at its start and every quarter of an hour', () => {
    const run = started(three);
    expect(run.summaries).toBe(1);
    expect(move(run, { kind: 'tick' }, 14 * MINUTE_MS).summaries).toBe(1);
    expect(move(run, { kind: 'tick' }, 15 * MINUTE_MS).summaries).toBe(2);
    expect(move(run, { kind: 'tick' }, 50 * MINUTE_MS).summaries).toBe(4);
  });

  test('cannot be settled where it is not its turn, nor twice', () => {
    const run = started(three);
    expect(moveRun(run, settle('two'), START_MS).stays).toBe('not-its-turn');
    expect(moveRun(run, settle('nowhere'), START_MS).stays).toBe('not-its-turn');
    expect(moveRun(run, { kind: 'retry', step: 'one', by: 'U2' }, START_MS).stays).toBe('not-asked');
    const done = move(run, settle('one'));
    expect(moveRun(done, settle('one', 'failed'), START_MS).stays).toBe('settled');
  });

  test('as a drill leaves alone what is not marked, and touches nothing there', () => {
    const deploy: RunbookStep = {
      ...common,
      name: 'deploy',
      phase: 'deploy',
      needs: ['one'],
      kind: 'deploy',
      service: 'api',
      environment: 'recovery',
      from: 'production',
    };
    const steps = [manual('one', { isDrillSafe: true }), deploy];
    const run = move(started(steps, true), settle('one'), MINUTE_MS);
    expect([run.phase, ...statuses(run)]).toEqual(['done', 'done', 'not-drilled']);
    expect(touchedBy(runbook(steps), true)).toEqual([]);
    expect(touchedBy(runbook(steps), false)).toEqual([{ service: 'api', environment: 'recovery' }]);
    expect(longestMs(runbook(steps), false)).toBe(20 * MINUTE_MS);
    expect(longestMs(runbook(steps), true)).toBe(10 * MINUTE_MS);
  });

  test('of which anything is changed has another hash', () => {
    const plan = {
      runbook: runbook(three),
      configuration: 'c1',
      isDrill: false,
      requestedBy: 'U1',
      why: null,
      chosen: [],
    };
    const hashes = [
      plan,
      { ...plan, runbook: runbook(three.slice(0, 2)) },
      { ...plan, configuration: 'c2' },
      { ...plan, isDrill: true },
      { ...plan, requestedBy: 'U2' },
      { ...plan, why: 'why' },
      { ...plan, chosen: [{ step: 'one', version: 'v1' }] },
    ].map(runPlanHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

// ---- Whatever people and the clock do

const aSteps = fc
  .array(
    fc.record({
      isManual: fc.boolean(),
      isDrillSafe: fc.boolean(),
      minutes: fc.integer({ min: 1, max: 60 }),
      needs: fc.array(fc.nat(7), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((drawn) =>
    drawn.map(({ isManual, isDrillSafe, minutes, needs }, index): RunbookStep => {
      const facts = {
        name: `s${index}`,
        needs: [...new Set(needs.filter((need) => need < index).map((need) => `s${need}`))],
        isDrillSafe,
        withinMs: minutes * MINUTE_MS,
        undo: null,
      };
      return isManual
        ? { ...facts, phase: 'assess', kind: 'manual', instruction: 'look', owners: [] }
        : { ...facts, phase: 'verify', kind: 'verify', service: 'api', environment: 'staging' };
    }),
  );
const aStep = fc.nat(9).map((index) => `s${index}`);
const aMove: fc.Arbitrary<RunMove> = fc.oneof(
  fc.constant<RunMove>({ kind: 'tick' }),
  fc
    .record({ step: aStep, how: fc.constantFrom('done', 'failed'), lossMs: fc.option(fc.nat(1_000_000)) })
    .map((drawn): RunMove => ({ kind: 'settle', by: 'U2', note: null, ...drawn }) as RunMove),
  aStep.map((step): RunMove => ({ kind: 'skip', step, by: 'U2', why: 'no' })),
  aStep.map((step): RunMove => ({ kind: 'retry', step, by: 'U2' })),
  aStep.map((step): RunMove => ({ kind: 'link', step, deploymentId: 'd-00000000' })),
);
/** Clocks of databases go back now and then. */
const aHistory = fc.array(fc.tuple(aMove, fc.integer({ min: -2 * MINUTE_MS, max: 30 * MINUTE_MS })), {
  maxLength: 40,
});

function played(
  steps: readonly RunbookStep[],
  isDrill: boolean,
  history: readonly (readonly [RunMove, number])[],
) {
  const runs = [started(steps, isDrill)];
  let nowMs = START_MS;
  for (const [each, pauseMs] of history) {
    nowMs += pauseMs;
    runs.push(moveRun(runs.at(-1) as Run, each, nowMs).run);
  }
  return { runs, nowMs };
}

describe('whatever people press and whatever the clock says', () => {
  test('a step begins only when all that it needs is settled, and never while the run halts', () => {
    fc.assert(
      fc.property(aSteps, fc.boolean(), aHistory, (steps, isDrill, history) => {
        for (const { steps: states, runbook: book } of played(steps, isDrill, history).runs) {
          for (const state of states.filter(({ status }) => status !== 'waiting')) {
            const needs = book.steps.find(({ name }) => name === state.name)?.needs ?? [];
            const needed = states.filter(({ name }) => needs.includes(name));
            expect(needed.every(isSettled)).toBe(true);
          }
        }
      }),
    );
    fc.assert(
      fc.property(aSteps, aHistory, (steps, history) => {
        const { runs } = played(steps, false, history);
        for (const [index, run] of runs.entries()) {
          const before = runs[index - 1];
          if (before === undefined || run.phase !== 'halted') continue;
          const waited = before.steps.filter(({ status }) => status === 'waiting').map(({ name }) => name);
          const begun = run.steps.filter(({ name, status }) => waited.includes(name) && status !== 'waiting');
          expect(begun).toEqual([]);
          expect(run.askingSinceMs).not.toBeNull();
        }
      }),
    );
  });

  test('nothing that is not marked as safe runs in a drill', () => {
    fc.assert(
      fc.property(aSteps, aHistory, (steps, history) => {
        for (const run of played(steps, true, history).runs) {
          const safe = new Set(steps.filter(({ isDrillSafe }) => isDrillSafe).map(({ name }) => name));
          expect(run.steps.every(({ name, attempts }) => attempts === 0 || safe.has(name))).toBe(true);
          expect(automaticSteps(run).every(({ step }) => step.isDrillSafe)).toBe(true);
        }
      }),
    );
  });

  test('a step that is late or has failed halts the run', () => {
    fc.assert(
      fc.property(aSteps, fc.boolean(), aHistory, (steps, isDrill, history) => {
        for (const run of played(steps, isDrill, history).runs) {
          const asks = run.steps.some(({ status }) => status === 'late' || status === 'failed');
          if (!isOver(run)) expect(run.phase).toBe(asks ? 'halted' : 'running');
        }
      }),
    );
  });

  test('every run ends by the clock alone, and always says when the clock is needed next', () => {
    fc.assert(
      fc.property(aSteps, fc.boolean(), aHistory, (steps, isDrill, history) => {
        const { runs, nowMs } = played(steps, isDrill, history);
        let run = runs.at(-1) as Run;
        let atMs = nowMs + 2 * MINUTE_MS;
        for (let rounds = 0; !isOver(run) && rounds < 2_000; rounds += 1) {
          const dueMs = runDueMs(run, atMs);
          expect(dueMs).not.toBeNull();
          atMs = Math.max(dueMs ?? 0, atMs + MINUTE_MS);
          run = moveRun(run, { kind: 'tick' }, atMs).run;
        }
        expect(isOver(run)).toBe(true);
        expect(runDueMs(run, atMs)).toBeNull();
      }),
      { numRuns: 30 },
    );
  });

  test('no time is before the one that it follows', () => {
    fc.assert(
      fc.property(aSteps, fc.boolean(), aHistory, (steps, isDrill, history) => {
        const run = played(steps, isDrill, history).runs.at(-1) as Run;
        const moments = run.timeline.map(({ atMs }) => atMs);
        expect(moments).toEqual(moments.toSorted((a, b) => a - b));
        for (const { startedAtMs, endedAtMs } of run.steps) {
          if (startedAtMs !== null && endedAtMs !== null)
            expect(endedAtMs).toBeGreaterThanOrEqual(startedAtMs);
        }
        const { rtoMs, rpoMs } = measuredOf(run);
        expect((rtoMs ?? 0) >= 0 && (rpoMs ?? 0) >= 0).toBe(true);
      }),
    );
  });
});
