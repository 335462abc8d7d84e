import type { Answer, Chart, Part } from '../../../src/core/answer.ts';
import { possible } from '../../../src/core/can.ts';
import type { Numbers } from '../../../src/core/numbers.ts';
import type { Refusal } from '../../../src/core/refusal.ts';
import type { Report, Task } from '../../../src/core/report.ts';
import type { Text } from '../../../src/core/text.ts';

/** Reports and answers full of what an attacker would put into a branch, a commit message or a log. For tests. */
export type Dice = {
  /** A whole number from 0 up to and without `below`. */
  roll(below: number): number;
  pick<T>(from: readonly T[]): T;
};

/** The same seed gives the same dice (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  const roll = (below: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  return { roll, pick: (from) => from[roll(from.length)] as (typeof from)[number] };
}

const hostile = [
  '<!channel>',
  '<!here|now>',
  '<!everyone>',
  '<@U12345>',
  '<#C12345|general>',
  '<http://evil.example|release notes>',
  '<HTTPS://evil.example>',
  '<!subteam^S123>',
  '<!date^1^{date}|x>',
  '`; rm -rf /`',
  '*bold* _it_ ~no~ ```code```',
  'line\nline\r\nline\ttab',
  '\u202egnp.exe\u2066\u200b\ufeff',
  '\u0000\u001b[31mred\u001b[0m',
  '👩‍👩‍👧‍👦🏳️‍🌈',
  '\ud800',
  'a\udc00b',
  ':fire: :tada:',
  '&lt;!channel&gt; &amp;',
  '<',
  '',
  '   ',
  'v1.4.2',
  'main',
] as const;

export function hostileText(dice: Dice): string {
  const kind = dice.roll(250);
  if (kind === 0) return '😀<!channel>'.repeat(900);
  if (kind === 1) return '<@'.repeat(5_000);
  if (kind === 2) return '&<>'.repeat(3_000);
  return Array.from({ length: 1 + dice.roll(4) }, () => dice.pick(hostile)).join(
    dice.pick(['', ' ', '\n', '<']),
  );
}

function hostileSpans(dice: Dice): Text {
  return Array.from({ length: dice.roll(6) }, (): Text[number] => {
    const text = hostileText(dice);
    return dice.pick<Text[number]>([
      text,
      { kind: 'strong', text },
      { kind: 'code', text },
      { kind: 'person', id: dice.pick(['UOURS1', text]) },
      { kind: 'time', atMs: 1_795_000_000_000 + dice.roll(1_000_000) },
      { kind: 'link', url: dice.pick(['https://deploy.example/d', `javascript:${text}`, text]), text },
    ]);
  });
}

function list<T>(dice: Dice, most: number, make: () => T): T[] {
  return Array.from({ length: dice.roll(most + 1) }, make);
}

function numbers(dice: Dice): Numbers | null {
  if (dice.roll(3) === 0) return null;
  return {
    windowMs: 60_000,
    requests: dice.roll(10_000),
    errors: dice.roll(10),
    latencyP50Ms: dice.roll(100),
    latencyP95Ms: dice.roll(2) === 0 ? null : dice.roll(1_000),
    cpuPercent: dice.roll(100),
    memoryMb: dice.roll(500),
  };
}

export function randomReport(dice: Dice): Report {
  const text = () => hostileText(dice);
  const phase = dice.pick([
    'waiting',
    'held',
    'moving',
    'undoing',
    'deployed',
    'rolled-back',
    'stopped',
    'needs-human',
  ] as const);
  const isOver = !['waiting', 'held', 'moving', 'undoing'].includes(phase);
  return {
    deploymentId: 'd-7f3a9k2m',
    title: text(),
    phase,
    sentence: text(),
    purpose: 'deploy',
    requestedBy: dice.pick(['UOURS1', 'os:root', text()]),
    stoppedBy: dice.pick([null, 'UOURS1', text()]),
    why: dice.pick([null, text()]),
    strategy: text(),
    planHash: 'abc',
    noWayBack: dice.pick([null, text()]),
    waiting: list(dice, 6, () => [text(), { kind: 'code', text: text() }]),
    offers: list(dice, 3, () => ({ label: text(), command: 'deploy-approve', text: text() })),
    startedAtMs: 1_795_000_000_000,
    endedAtMs: isOver ? 1_795_000_100_000 : null,
    targets: list(dice, 12, () => ({
      id: text(),
      service: text(),
      environment: text(),
      platform: text(),
      version: text(),
      commit: dice.pick([null, text()]),
      before: dice.pick([null, text()]),
      trafficPercent: dice.pick([null, 0, 5, 50, 100]),
      serves: null,
      url: dice.pick([null, text()]),
      undo: { how: text(), leaves: list(dice, 4, text) },
      numbers: { before: numbers(dice), after: numbers(dice) },
      chart: dice.roll(2) === 0 ? null : randomChart(dice),
    })),
    tasks: list(
      dice,
      14,
      (): Task => ({
        id: text(),
        kind: dice.pick(['check', 'release', 'route', 'flag', 'observe', 'retire']),
        target: text(),
        title: text(),
        status: dice.pick(['waiting', 'running', 'done', 'failed', 'undoing', 'undone', 'skipped']),
        say: dice.pick([null, text()]),
        verdict: null,
        startedAtMs: dice.pick([null, 1_795_000_000_000]),
        endedAtMs: dice.pick([null, 1_795_000_010_000]),
      }),
    ),
    problem:
      dice.roll(2) === 0
        ? null
        : { severity: 1, cause: text(), consequence: text(), evidence: list(dice, 12, text) },
    waived: list(dice, 3, text),
    notMeasured: list(dice, 5, text),
    actions: possible(phase),
    isPartial: dice.pick([true, false]),
    isTurning: dice.pick([true, false]),
    product: null,
  };
}

function randomPart(dice: Dice): Part {
  const text = () => hostileText(dice);
  const spans = () => hostileSpans(dice);
  switch (dice.roll(6)) {
    case 5:
      return randomChart(dice);
    case 0:
      return { kind: 'text', text: spans() };
    case 1:
      return { kind: 'note', text: spans() };
    case 2:
      return { kind: 'facts', facts: list(dice, 12, () => ({ name: text(), value: spans() })) };
    case 3:
      return { kind: 'log', lines: list(dice, 60, text) };
    default: {
      const width = dice.roll(25);
      const row = () => Array.from({ length: dice.pick([width, dice.roll(30)]) }, text);
      const rows = list(dice, dice.pick([3, 3, 3, 130]), row);
      return { kind: 'table', caption: text(), columns: Array.from({ length: width }, text), rows };
    }
  }
}

function randomChart(dice: Dice): Chart {
  const text = () => hostileText(dice);
  const categories = list(dice, 26, () => dice.pick([text(), '10:00', '10:00 2', '']));
  const point = () => dice.pick([null, 0, dice.roll(1_000) / 7, Number.NaN]);
  return {
    kind: 'chart',
    title: dice.pick([text(), '']),
    form: dice.pick(['line', 'bar']),
    unit: dice.pick([text(), '', 'ms']),
    categories,
    series: list(dice, 9, () => ({
      name: dice.pick([text(), 'p95']),
      points: dice.pick([categories.map(point), list(dice, 9, point), categories.map(() => 1)]),
    })),
  };
}

const offersOf = (dice: Dice) =>
  list(dice, 7, () => ({
    label: hostileText(dice),
    command: 'deploy-staging',
    text: hostileText(dice),
    isDangerous: dice.roll(2) === 0,
    ...(dice.roll(2) === 0 ? {} : { confirm: { title: hostileText(dice), text: hostileText(dice) } }),
  }));

export function randomAnswer(dice: Dice): Answer {
  const title = hostileText(dice);
  const parts = list(dice, dice.pick([4, 4, 4, 60]), () => randomPart(dice));
  const more = { offers: offersOf(dice), isShareable: dice.roll(2) === 0 };
  const titled = dice.roll(2) === 0 ? {} : { title };
  return { kind: 'answer', sentence: hostileText(dice), parts, ...titled, ...more };
}

export function randomRefusal(dice: Dice): Refusal {
  return {
    kind: 'refusal',
    code: 'not-found',
    message: hostileSpans(dice),
    next: hostileSpans(dice),
    offers: offersOf(dice),
  };
}
