import { expect, test } from 'vitest';
import { watch } from '../../../../test/support/watched.ts';
import { usualWatch } from '../../../core/watch.ts';
import type { Cursor, Judged, MetricSource } from '../../../metric/metric.ts';

test('a good version is watched at every share, and deployed', async () => {
  const { untilOver, outcome, office, id } = await watch();
  await untilOver();
  expect(await outcome()).toBe('deployed');
  const { plan, steps } = await office.deployment(id);
  for (const step of plan.steps.filter(({ kind }) => kind === 'observe')) {
    const { startedAtMs, endedAtMs, left } = steps.get(step.id) ?? {};
    expect([step.id, left?.verdict?.kind]).toEqual([step.id, 'pass']);
    expect((endedAtMs ?? 0) - (startedAtMs ?? 0)).toBeGreaterThanOrEqual(60_000);
  }
});

test('what it uses is shown with what it answers', async () => {
  const { untilOver, office, id } = await watch();
  await untilOver();
  const { steps } = await office.deployment(id);
  const shown = [...steps.values()].flatMap(({ numbers }) => numbers ?? []);
  expect(shown.length).toBeGreaterThan(0);
  for (const numbers of shown) expect(numbers.memoryMb).toBe(96);
});

test('a bad version is announced, and taken back when nobody says anything', async () => {
  const { shares, until, untilOver, outcome, kinds, because } = await watch();
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  expect(await outcome()).toBe(null);
  await untilOver();
  expect(await outcome()).toBe('rolled-back');
  expect(await because()).toMatch(/the new version answers \d(?:\.\d+)? % errors, the old one 0 %/);
  const all = await kinds();
  expect(all.indexOf('turning')).toBeLessThan(all.indexOf('undo-started'));
});

test('what is ill in both versions is not held against the new one, and lets nothing go on', async () => {
  const { shares, until, untilOver, kinds, outcome } = await watch();
  await until('judged');
  shares.failing = 0.2;
  shares.failingBefore = 0.2;
  await untilOver(20);
  expect(await kinds()).not.toContain('turning');
  expect(await outcome()).toBe(null);
  await untilOver();
  expect(await outcome()).toBe('rolled-back');
});

test('counters that begin anew while a good version is watched are no reason to take it back', async () => {
  const { until, untilOver, countAnew, outcome } = await watch();
  await until('judged');
  countAnew();
  await untilOver();
  expect(await outcome()).toBe('deployed');
});

test('counters that begin anew hide no error that is counted after that', async () => {
  const { until, untilOver, countAnew, shares, outcome } = await watch();
  await until('judged');
  countAnew();
  shares.failing = 0.05;
  await untilOver();
  expect(await outcome()).toBe('rolled-back');
});

test('a process that ends at every visit loses no evidence', async () => {
  const { until, untilOver, forget, shares, outcome } = await watch();
  await until('judged');
  shares.failing = 0.05;
  let visits = 0;
  while ((await outcome()) === null && visits < 60) {
    forget();
    visits += await untilOver(1);
  }
  expect(await outcome()).toBe('rolled-back');
  expect(visits).toBeLessThan(30);
});

test('better numbers during the countdown stop nothing: only a person does', async () => {
  const { shares, until, untilOver, outcome } = await watch({
    countdown: { strongMs: 60_000, plainMs: 60_000 },
  });
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  shares.failing = 0;
  await untilOver(20);
  expect(await outcome()).toBe('rolled-back');
});

test('what people said is not lost with the process that heard it', async () => {
  const { shares, until, untilOver, desk, id, forget, outcome } = await watch();
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  shares.failing = 0;
  await desk('U0BOB').turn(id, { how: 'go-on', why: 'known' });
  for (let visits = 0; (await outcome()) === null && visits < 100; visits++) {
    forget();
    await untilOver(1);
  }
  expect(await outcome()).toBe('deployed');
});

test('a countdown that nobody was there for is over when somebody comes back', async () => {
  const { shares, until, untilOver, forget, office, outcome } = await watch();
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  forget();
  office.pass(3_600_000);
  await untilOver(4);
  expect(await outcome()).toBe('rolled-back');
});

test('where the numbers fall silent nothing goes on, and it goes back at its deadline with the reason', async () => {
  const { shares, until, untilOver, kinds, outcome, because } = await watch();
  await until('judged');
  shares.isSilent = true;
  await untilOver(20);
  expect(await outcome()).toBe(null);
  await untilOver();
  expect(await outcome()).toBe('rolled-back');
  expect(await because()).toMatch(/not known to be good in time: .*no answer/);
  expect(await kinds()).not.toContain('turning');
});

test('the time in which nobody was there to look is not held against a good version', async () => {
  const { until, untilOver, outcome, office, forget } = await watch();
  for (const kind of ['judged', 'step-succeeded']) {
    await until(kind);
    office.pass(10 * 60_000);
    forget();
  }
  await untilOver();
  expect(await outcome()).toBe('deployed');
});

test('a source that takes its time to say nothing is not waited for longer than its deadline', async () => {
  const { untilOver, outcome, office, id, shares } = await watch();
  shares.isSilent = true;
  shares.answersAfterMs = 40_000;
  await untilOver();
  expect(await outcome()).toBe('rolled-back');
  const { plan, steps } = await office.deployment(id);
  const step = plan.steps.find(({ kind }) => kind === 'observe');
  const { startedAtMs, endedAtMs } = steps.get(step?.id ?? '') ?? {};
  const deadlineMs = step?.kind === 'observe' ? step.deadlineMs : 0;
  expect((endedAtMs ?? 0) - (startedAtMs ?? 0)).toBeLessThan(deadlineMs + 2 * 45_000);
});

test('who holds it here stops the countdown, and nothing goes on until somebody decides', async () => {
  const { shares, until, untilOver, desk, id, outcome } = await watch();
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  expect(await desk('U0DAN').turn(id, { how: 'hold', why: null })).toMatchObject({ kind: 'answer' });
  await untilOver(20);
  expect(await outcome()).toBe(null);
  expect(await desk('U0DAN').turn(id, { how: 'now', why: null })).toMatchObject({ kind: 'answer' });
  await untilOver(4);
  expect(await outcome()).toBe('rolled-back');
});

test('of two who press in the same second it goes back at once, and who wanted it to go on is told', async () => {
  const { shares, until, untilOver, desk, id, office, outcome } = await watch();
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  const { read } = office.store.journal;
  const before = await read(id, 0);
  const now = await desk('U0DAN').turn(id, { how: 'now', why: null });
  // The second one has read the journal before the first one wrote.
  let reads = 0;
  office.store.journal.read = async (...asked) => (reads++ === 0 ? before : read(...asked));
  const late = await desk('U0BOB').turn(id, { how: 'go-on', why: 'known' });
  office.store.journal.read = read;
  expect(now.kind).toBe('answer');
  expect(late).toMatchObject({ kind: 'refusal', code: 'too-late' });
  await untilOver(4);
  expect(await outcome()).toBe('rolled-back');
});

test('a version that is held is forgotten by nobody for ever', async () => {
  const { shares, until, untilOver, desk, id, outcome, because } = await watch({ heldMs: 120_000 });
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  await desk('U0DAN').turn(id, { how: 'hold', why: null });
  await untilOver(60);
  expect(await outcome()).toBe('rolled-back');
  expect(await because()).toContain('nobody decided');
});

test('a false alarm begins watching anew: what was seen before does not count any more', async () => {
  const { shares, until, untilOver, desk, id, outcome } = await watch();
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  shares.failing = 0;
  const reason = { how: 'dismiss' as const, why: 'a load test' };
  expect(await desk('U0BOB').turn(id, reason)).toMatchObject({ kind: 'answer' });
  await untilOver();
  expect(await outcome()).toBe('deployed');
});

test('after a false alarm it is watched for its whole time, however long it was held before', async () => {
  const { shares, until, untilOver, desk, id, office, outcome } = await watch();
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  shares.failing = 0;
  await desk('U0DAN').turn(id, { how: 'hold', why: null });
  await untilOver(60);
  const dismissedAtMs = office.nowMs();
  await desk('U0BOB').turn(id, { how: 'dismiss', why: 'a load test' });
  await untilOver();
  expect(await outcome()).toBe('deployed');
  const { plan, steps } = await office.deployment(id);
  const watched = plan.steps.find((step) => steps.get(step.id)?.watchedAnewAtMs !== null);
  const endedAtMs = steps.get(watched?.id ?? '')?.endedAtMs ?? 0;
  expect(endedAtMs - dismissedAtMs).toBeGreaterThanOrEqual(60_000);
});

test('who was in a hurry before a false alarm has not seen it: it is watched all the same', async () => {
  const { shares, until, untilOver, desk, id, office, outcome } = await watch();
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  shares.failing = 0;
  const promote = () => desk('U0ANN').promote(id, { isAll: true, why: null });
  expect(await promote()).toMatchObject({ kind: 'refusal', code: 'too-late' });
  const press = { kind: 'hurried', step: null, by: 'U0ANN', why: null } as const;
  await office.store.journal.signal(id, 'pressed-before', press, []);
  const dismissedAtMs = office.nowMs();
  await desk('U0BOB').turn(id, { how: 'dismiss', why: 'a load test' });
  await untilOver(11);
  expect(await outcome()).toBe(null);
  expect((await office.deployment(id)).people.hurried.size).toBe(0);
  expect(await promote()).toMatchObject({ kind: 'answer' });
  await untilOver(30);
  expect(await outcome()).toBe('deployed');
  expect(office.nowMs() - dismissedAtMs).toBeLessThan(120_000);
});

test('what is still bad after a false alarm is announced again', async () => {
  const { shares, until, untilOver, desk, id, kinds, outcome } = await watch();
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  await desk('U0BOB').turn(id, { how: 'dismiss', why: 'a load test' });
  await untilOver();
  expect((await kinds()).filter((kind) => kind === 'turning').length).toBeGreaterThan(1);
  expect(await outcome()).toBe('rolled-back');
});

test('a delivery that comes again has had its say: it dismisses nothing that is announced later', async () => {
  const { shares, until, untilOver, office, id, kinds, outcome } = await watch();
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  const press = () =>
    office.as('U0BOB', undefined, 'one-press').turn(id, { how: 'dismiss', why: 'a load test' });
  expect(await press()).toMatchObject({ kind: 'answer' });
  const turnings = async () => (await kinds()).filter((kind) => kind === 'turning').length;
  for (let visits = 0; (await turnings()) < 2 && visits < 100; visits++) await untilOver(1);
  expect(await press()).toMatchObject({ kind: 'answer' });
  await untilOver();
  expect((await kinds()).filter((kind) => kind === 'turn-answered').length).toBe(1);
  expect(await outcome()).toBe('rolled-back');
});

test('a press that was long on its way is about the announcement that it was seen on', async () => {
  const { shares, until, untilOver, desk, id, kinds, outcome } = await watch();
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  const dismiss = (seen: number | null) =>
    desk('U0BOB').turn(id, { how: 'dismiss', why: 'a load test', seen });
  expect(await dismiss(1)).toMatchObject({ kind: 'answer' });
  const turnings = async () => (await kinds()).filter((kind) => kind === 'turning').length;
  for (let visits = 0; (await turnings()) < 2 && visits < 100; visits++) await untilOver(1);
  expect(await dismiss(1)).toMatchObject({ kind: 'refusal' });
  expect(await desk('U0BOB').turn(id, { how: 'hold', why: null, seen: 1 })).toMatchObject({
    kind: 'refusal',
  });
  await untilOver();
  expect(await outcome()).toBe('rolled-back');
});

test('a hold that is delivered again holds nothing that somebody let go on meanwhile', async () => {
  const { until, untilOver, office, id, outcome } = await watch();
  await until('judged');
  const press = () => office.as('U0DAN', undefined, 'one-press').hold(id, null);
  expect(await press()).toMatchObject({ kind: 'answer' });
  expect(await office.as('U0DAN').goOn(id, null)).toMatchObject({ kind: 'answer' });
  await press();
  await untilOver();
  expect(await outcome()).toBe('deployed');
});

test('what was said to an earlier announcement says nothing to a new one, though the clock was put back', async () => {
  const { shares, until, untilOver, desk, office, id, kinds, outcome } = await watch();
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  await desk('U0BOB').turn(id, { how: 'dismiss', why: 'a load test' });
  await untilOver(1);
  const turnings = async () => (await kinds()).filter((kind) => kind === 'turning').length;
  const dismissedAtMs = (await office.deployment(id)).people.turns.values().next().value?.atMs ?? 0;
  for (let visits = 0; (await turnings()) < 2 && visits < 100; visits++) {
    if (office.nowMs() > dismissedAtMs + 20_000) office.pass(dismissedAtMs - 20_000 - office.nowMs());
    await untilOver(1);
  }
  await untilOver();
  expect(await turnings()).toBe(2);
  expect(await outcome()).toBe('rolled-back');
});

test('what was written down as bad stays bad, though whoever wrote it ended before it was announced', async () => {
  const said = { kind: 'fail' as Judged['kind'] };
  const verdict = async (): Promise<Judged> => ({ kind: said.kind, because: `it says ${said.kind}` });
  const judge: MetricSource = { name: 'alerts', kind: 'fake', verdict };
  const { until, untilOver, forget, office, kinds, outcome } = await watch(
    { sources: [{ from: 'alerts', query: {} }] },
    judge,
  );
  const { append } = office.store.journal;
  office.store.journal.append = async (claim, afterSeq, writing) => {
    if (writing.events.some(({ kind }) => kind === 'turning')) throw new Error('it has ended');
    return append(claim, afterSeq, writing);
  };
  await until('judged');
  office.store.journal.append = append;
  said.kind = 'pass';
  forget();
  await untilOver();
  expect(await kinds()).toContain('turning');
  expect(await outcome()).toBe('rolled-back');
});

test('who answers in time is heard, though it is about to go back at that very moment', async () => {
  const { shares, until, untilOver, desk, office, id, outcome } = await watch();
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  const { append } = office.store.journal;
  office.store.journal.append = async (claim, afterSeq, writing) => {
    if (writing.events.some(({ kind }) => kind === 'step-failed')) {
      office.store.journal.append = append;
      shares.failing = 0;
      expect(await desk('U0BOB').turn(id, { how: 'go-on', why: 'known' })).toMatchObject({ kind: 'answer' });
    }
    return append(claim, afterSeq, writing);
  };
  await untilOver();
  expect(await outcome()).toBe('deployed');
});

test('back at once is heard, though somebody has just let it go on', async () => {
  const { shares, until, untilOver, desk, office, id, kinds, outcome } = await watch();
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  await desk('U0BOB').turn(id, { how: 'go-on', why: 'known' });
  const { append } = office.store.journal;
  office.store.journal.append = async (claim, afterSeq, writing) => {
    if (writing.events.some(({ kind }) => kind === 'step-succeeded')) {
      office.store.journal.append = append;
      shares.failing = 0;
      const press = { kind: 'turn-answered', step: '', how: 'now', by: 'U0DAN', why: null } as const;
      const { plan, steps } = await office.deployment(id);
      const step = plan.steps.find((each) => steps.get(each.id)?.turning != null)?.id ?? '';
      await office.store.journal.signal(id, 'pressed', { ...press, step }, []);
    }
    return append(claim, afterSeq, writing);
  };
  await untilOver();
  expect((await kinds()).filter((kind) => kind === 'turning').length).toBe(1);
  expect(await outcome()).toBe('rolled-back');
});

/** Something elsewhere that takes a while: begun, and asked after by the number that it was given. */
function slowJudge(found: (begun: number) => Judged['kind']) {
  let begun = 0;
  const verdict = async (_: unknown, cursor: Cursor = null): Promise<Judged> => {
    if (cursor === null) begun += 1;
    const number = cursor ?? begun;
    const kind = cursor === null ? 'unknown' : found(Number(number));
    return { kind, because: `evaluation ${number}`, cursor: number };
  };
  const source: MetricSource = { name: 'gate', kind: 'gate', verdict };
  const sources = [...usualWatch.sources, { from: 'gate', query: {} }];
  return { source, sources, begun: () => begun };
}

test('what judges for itself is begun once, whichever process asks after it', async () => {
  const { source, sources, begun } = slowJudge(() => 'pass');
  const { untilOver, forget, outcome } = await watch({ sources }, source);
  for (let visits = 0; (await outcome()) === null && visits < 200; visits++) {
    forget();
    await untilOver(1);
  }
  expect(await outcome()).toBe('deployed');
  expect(begun()).toBe(1);
});

test('what judges for itself is begun anew after a false alarm', async () => {
  const { source, sources, begun } = slowJudge((number) => (number === 1 ? 'fail' : 'pass'));
  const { until, untilOver, desk, id, office, outcome } = await watch({ sources }, source);
  await until('turning');
  await desk('U0BOB').turn(id, { how: 'dismiss', why: 'the gate was wrong' });
  office.pass(1_000);
  await untilOver();
  expect(await outcome()).toBe('deployed');
  expect(begun()).toBe(2);
});

test('where nothing is counted every share is watched for its whole time all the same', async () => {
  const { source } = slowJudge(() => 'pass');
  const { untilOver, office, id, outcome } = await watch({ sources: [{ from: 'gate', query: {} }] }, source);
  await untilOver();
  expect(await outcome()).toBe('deployed');
  const { plan, steps } = await office.deployment(id);
  for (const step of plan.steps.filter(({ kind }) => kind === 'observe')) {
    const { startedAtMs, endedAtMs } = steps.get(step.id) ?? {};
    expect((endedAtMs ?? 0) - (startedAtMs ?? 0)).toBeGreaterThanOrEqual(60_000);
  }
});

test('a process that does not know a source forgets nothing that others have learnt from it', async () => {
  const { source, sources } = slowJudge(() => 'pass');
  const { until, untilOver, office, id, parts, forget } = await watch({ sources }, source);
  await until('judged');
  const known = async () => [...(await office.deployment(id)).evidence.values()][0]?.sources['gate'];
  const before = await known();
  expect(before).toMatchObject({ cursor: 1 });
  const { metricNamed } = parts;
  parts.metricNamed = (name: string) => (name === 'gate' ? null : (metricNamed?.(name) ?? null));
  forget();
  await untilOver(8);
  expect(await known()).toEqual(before);
});

test('a person may let it go on all the same, and what they overruled stands in the report', async () => {
  const { shares, until, desk, id, office, outcome } = await watch();
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  shares.failing = 0;
  await desk('U0BOB').turn(id, { how: 'go-on', why: 'known and fixed' });
  await until('finished');
  expect(await outcome()).toBe('deployed');
  const { steps } = await office.deployment(id);
  const verdicts = [...steps.values()].map(({ left }) => left?.verdict?.because ?? '');
  expect(verdicts.join('\n')).toContain('a person let it go on all the same: known and fixed');
});

test('who lets it go on is looked up at that moment: they may have lost the right a minute ago', async () => {
  const { shares, until, desk, id, office } = await watch();
  office.catalog = {
    ...office.catalog,
    environments: office.catalog.environments.map((each) => ({ ...each, isProtected: true })),
  };
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  await desk('U0BOB').turn(id, { how: 'dismiss', why: 'a load test' });
  expect(office.lookups).toContain('fresh U0BOB');
});

test('going on against the numbers takes somebody who answers for it, and a reason', async () => {
  const { shares, until, desk, id } = await watch();
  expect(await desk('U0DAN').turn(id, { how: 'now', why: null })).toMatchObject({ code: 'too-late' });
  await until('judged');
  shares.failing = 0.05;
  await until('turning');
  const why = 'I want it out';
  expect(await desk('U0DAN').turn(id, { how: 'hold', why: null })).toMatchObject({ kind: 'answer' });
  for (const how of ['go-on', 'dismiss'] as const) {
    expect(await desk('U0BOB').turn(id, { how, why: null })).toMatchObject({ code: 'bad-arguments' });
    expect(await desk('U0EVE').turn(id, { how, why })).toMatchObject({ kind: 'refusal' });
  }
});

test('an alert that fired before it had traffic holds it where it is, and a person may say go on', async () => {
  const sinces: (number | undefined)[] = [];
  const old: Judged = { kind: 'unknown', because: 'was so before the new version had any traffic: Slow' };
  const alerts: MetricSource = {
    name: 'alerts',
    kind: 'prometheus-alerts',
    verdict: async ({ trafficSinceMs }) => {
      sinces.push(trafficSinceMs);
      return old;
    },
  };
  const sources = [{ from: 'alerts', query: {} }];
  const { until, untilOver, desk, id, office, outcome, kinds } = await watch({ sources }, alerts);
  await until('judged');
  await untilOver(8);
  expect(await outcome()).toBe(null);
  expect(await kinds()).not.toContain('turning');
  const { plan, steps } = await office.deployment(id);
  const given = plan.steps.find(({ kind }) => kind === 'route');
  expect(new Set(sinces)).toEqual(new Set([steps.get(given?.id ?? '')?.startedAtMs]));
  await desk('U0ANN').promote(id, { isAll: true, why: 'Slow is about the disks' });
  await untilOver();
  expect(await outcome()).toBe('deployed');
});
