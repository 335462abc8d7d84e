import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawingOf, expectTaken } from '../../../test/support/slack/drawing.ts';
import { diceOf, randomReport } from '../../../test/support/slack/random-report.ts';
import { answer, type Chart } from '../../core/answer.ts';
import type { Task } from '../../core/report.ts';
import { person, time } from '../../core/text.ts';
import { renderAnswer, renderRefusal } from './answer.ts';
import { renderCard } from './card.ts';
import { clean, cut, topText } from './clean.ts';
import { type Fold, fold } from './fold.ts';
import { renderModal, renderOptions } from './modal.ts';

test('whatever words come in, Slack takes what is drawn, and nobody is mentioned or linked by them', () => {
  // test/security draws 100,000.
  fc.assert(
    fc.property(fc.nat(0x7fffffff), (seed) => expectTaken(drawingOf(seed))),
    { numRuns: 3_000 },
  );
});

test('plainer blocks hold none of those that a Slack may not know yet', () => {
  for (let seed = 0; seed < 600; seed += 1) {
    const types = drawingOf(seed).plainer.map(({ type }) => type);
    expect(types).not.toContain('plan');
    expect(types).not.toContain('data_table');
    expect(types).not.toContain('data_visualization');
  }
});

test('what hides is shown as its code point, and markup is broken wherever it stands', () => {
  expect(clean('a\u202eb\u0007', 100)).toBe('a\\u{202e}b\\u{7}');
  expect(clean('see <!channel> and <https://evil>', 100)).toBe(
    'see \\u{3c}!channel> and \\u{3c}https://evil>',
  );
  expect(clean('x < 3 & y', 100)).toBe('x < 3 & y');
  expect(topText('x < 3 & y', 100)).toBe('x &lt; 3 &amp; y');
});

test('words are cut between code points', () => {
  expect(cut('ab😀cd', 4)).toBe('ab…');
  expect(cut('abcd', 4)).toBe('abcd');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 20 }), (text, max) => {
      expect(cut(text, max).length).toBeLessThanOrEqual(max);
      expect(/\p{Cs}/u.test(cut(text, max))).toBe(false);
    }),
  );
});

test('a card says title, state, person, time and strategy, and offers what can be done now', () => {
  const report = {
    ...randomReport(diceOf(3)),
    title: 'api v2 → staging',
    sentence: 'It is.',
    phase: 'moving' as const,
  };
  const { text, blocks } = renderCard({
    ...report,
    problem: null,
    endedAtMs: null,
    requestedBy: 'U1A',
    actions: ['abort', 'logs'],
  });
  expect(text).toBe('It is.');
  expect(blocks[0]).toMatchObject({ type: 'header', text: { text: 'api v2 → staging' } });
  expect(JSON.stringify(blocks[1])).toContain('▶ Deploying');
  expect(JSON.stringify(blocks[1])).toContain('<@U1A>');
  const actions = blocks.at(-1) as { elements: { action_id: string; value: string; confirm?: object }[] };
  expect(actions.elements.map(({ action_id, value }) => [action_id, value])).toEqual([
    ['v1:abort', 'd-7f3a9k2m'],
    ['v1:logs', 'd-7f3a9k2m'],
  ]);
  expect(actions.elements[0]?.confirm).toBeDefined();
});

test('whoever stops what has no good way back is told so before it is done', () => {
  const asked = (noWayBack: string | null) =>
    JSON.stringify(
      renderCard({
        ...randomReport(diceOf(3)),
        phase: 'held' as const,
        actions: ['abort'],
        offers: [],
        endedAtMs: null,
        noWayBack,
      }),
    );
  expect(asked('v1 does not work with it')).toContain('taken back. But: v1 does not work with it.');
  expect(asked(null)).not.toContain('But:');
});

test('a card never offers what its phase forbids', () => {
  const report = {
    ...randomReport(diceOf(3)),
    phase: 'deployed' as const,
    actions: ['abort', 'rollBack'] as const,
  };
  const json = JSON.stringify(renderCard(report));
  expect(json).not.toContain('v1:abort');
  expect(json).toContain('v1:rollBack');
});

/** How many steps the lines stand for. */
const stepsIn = (lines: readonly Fold[]) =>
  lines.reduce((sum, { title }) => sum + Number(/^(\d+) steps: /.exec(title)?.[1] ?? 1), 0);

test('folding keeps every step, and lets what runs and what failed stand alone', () => {
  const task = (status: 'done' | 'running' | 'waiting' | 'failed', id: number) => ({
    id: String(id),
    kind: 'check' as const,
    target: 't',
    title: `step ${id}`,
    status,
    say: null,
    verdict: null,
    startedAtMs: null,
    endedAtMs: null,
  });
  const tasks = [
    ...Array.from({ length: 6 }, (_, index) => task('done', index)),
    task('running', 6),
    ...Array.from({ length: 6 }, (_, index) => task('waiting', 7 + index)),
  ];
  const folded = fold(tasks, 8);
  expect(folded.length).toBeLessThanOrEqual(8);
  expect(folded.some(({ title, status }) => title === 'step 6' && status === 'running')).toBe(true);
  expect(stepsIn(folded)).toBe(tasks.length);
  expect(fold(tasks, 3).map(({ title }) => title)).toEqual([
    '6 steps: step 0 … step 5',
    'step 6',
    '6 steps: step 7 … step 12',
  ]);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('done', 'running', 'waiting', 'failed' as const), { maxLength: 40 }),
      (states) => {
        const made = states.map((status, index) => task(status, index));
        const lines = fold(made, 8);
        expect(lines.length).toBeLessThanOrEqual(8);
        expect(stepsIn(lines)).toBe(made.length);
      },
    ),
  );
});

test('a share and its watching are one line, and what is not done any more is one', () => {
  const task = (kind: Task['kind'], title: string, status: Task['status']): Task => ({
    id: title,
    kind,
    target: 't',
    title,
    status,
    say: status === 'failed' ? 'it is bad' : null,
    verdict: null,
    startedAtMs: null,
    endedAtMs: null,
  });
  const lines = fold(
    [
      task('release', 'Start api v3', 'undone'),
      task('route', 'Give api v3 50 % of the traffic', 'undone'),
      task('observe', 'Watch api v3 for 6 s', 'failed'),
      task('route', 'Give api v3 100 % of the traffic', 'skipped'),
      task('observe', 'Watch api v3 for 6 s', 'skipped'),
      task('retire', 'Take api v2 away', 'skipped'),
    ],
    8,
  );
  expect(lines.map(({ title, status, say }) => [title, status, say])).toEqual([
    ['Start api v3', 'undone', null],
    ['Give api v3 50 % of the traffic, watch api v3 for 6 s', 'failed', 'it is bad'],
    ['The other 3 steps', 'skipped', null],
  ]);
});

test('people and times become mentions and dates in the zone of the reader', () => {
  const { blocks } = renderAnswer(
    answer('s', [{ kind: 'text', text: [person('U1A'), ' at ', time(1_795_000_000_000)] }]),
  );
  expect(JSON.stringify(blocks)).toContain('"user_id":"U1A"');
  expect(JSON.stringify(blocks)).toContain('"fallback":"2026-11-18 11:06 UTC"');
});

test('the newest lines of a log are kept', () => {
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index}`);
  const json = JSON.stringify(renderAnswer(answer('s', [{ kind: 'log', lines }])).blocks);
  expect(json).toContain('line 499');
  expect(json).not.toContain('line 1\\n');
});

test('a command that does not fit a button is not offered, because a part of it would be another command', () => {
  const offers = [{ label: 'long', command: 'deploy-staging', text: 'x'.repeat(2_000) }];
  expect(renderRefusal({ kind: 'refusal', code: 'not-found', message: ['no'], offers }).blocks).toHaveLength(
    1,
  );
});

test('only answers that may be shared can be shared, and what is public has nothing to press', () => {
  const shareable = answer('s', [], { isShareable: true });
  const around = { asked: 'deploy-status', links: [], isPublic: false };
  expect(JSON.stringify(renderAnswer(shareable, around))).toContain('v1:share');
  expect(JSON.stringify(renderAnswer(answer('s', []), around))).not.toContain('v1:share');
  expect(JSON.stringify(renderAnswer(shareable, { ...around, isPublic: true }))).not.toContain('actions');
});

test('a form has a field for every argument, and remembers only where it came from', () => {
  const common = {
    aliases: [],
    isPositional: false,
    isAsked: true,
    choices: [],
    fallback: null,
    isRequired: true,
  };
  const view = renderModal(
    {
      kept: {},
      name: 'deploy-staging',
      title: 'Deploy staging',
      summary: 'Deploy',
      submit: 'Go',
      fields: [
        {
          ...common,
          name: 'service',
          label: 'Service',
          description: 'which',
          kind: 'service',
          initial: 'api',
        },
        {
          ...common,
          name: 'strategy',
          label: 'Strategy',
          description: '',
          kind: 'choice',
          choices: ['rolling', 'all-at-once'],
          initial: 'rolling',
        },
        {
          ...common,
          name: 'again',
          label: 'Again',
          description: 'even so',
          kind: 'switch',
          initial: 'no',
          isRequired: false,
        },
        { ...common, name: 'why', label: 'Why', description: 'words', kind: 'text', initial: null },
      ],
    },
    'C1',
  );
  expect(JSON.parse(view.private_metadata ?? '')).toEqual({
    command: 'deploy-staging',
    channel: 'C1',
    kept: {},
  });
  const inputs = view.blocks.flatMap((block) => ('element' in block && 'label' in block ? [block] : []));
  expect(inputs.map(({ block_id, element }) => [block_id, element.type])).toEqual([
    ['service', 'external_select'],
    ['strategy', 'radio_buttons'],
    ['again', 'checkboxes'],
    ['why', 'plain_text_input'],
  ]);
});

test('suggestions whose value would have to be cut are left out', () => {
  const options = renderOptions([
    { value: 'x'.repeat(151), label: 'long', description: null },
    { value: 'api', label: '<!here>', description: 'd' },
  ]);
  expect(options).toHaveLength(1);
  expect(options[0]?.text.text).toBe('\\u{3c}!here>');
});

const chart: Chart = {
  kind: 'chart',
  title: 'Latency',
  form: 'line',
  unit: 'ms',
  categories: ['10:00', '11:00', '12:00', '13:00'],
  series: [{ name: 'p95', points: [12, 0, 14, 13] }],
};
const drawn = (...parts: Chart[]) =>
  renderAnswer(answer('s', parts)).blocks as unknown as { type: string; chart: { type: string } }[];

test('a chart is drawn with every point, and a zero is a point', () => {
  expect(drawn(chart)[0]).toEqual({
    type: 'data_visualization',
    title: 'Latency',
    chart: {
      type: 'line',
      series: [
        {
          name: 'p95',
          data: [
            { label: '10:00', value: 12 },
            { label: '11:00', value: 0 },
            { label: '12:00', value: 14 },
            { label: '13:00', value: 13 },
          ],
        },
      ],
      axis_config: { categories: ['10:00', '11:00', '12:00', '13:00'], y_label: 'ms' },
    },
  });
});

test('what was not measured is no zero: it is left out, said of its neighbour, and no line is drawn across', () => {
  const gap = { ...chart, series: [{ name: 'p95', points: [12, null, null, 13] }] };
  expect(drawn(gap)[0]?.chart).toMatchObject({
    type: 'bar',
    axis_config: { categories: ['10:00', '… 13:00'] },
    series: [{ data: [{ value: 12 }, { value: 13 }] }],
  });
  const { plainer } = renderAnswer(answer('s', [gap]));
  expect(JSON.stringify(plainer)).toContain('11:00  no number');
});

test('a line begins where the first number is: there is nothing to draw across before it', () => {
  const late = { ...chart, series: [{ name: 'p95', points: [null, 3, 4, null] }] };
  expect(drawn(late)[0]?.chart).toMatchObject({
    type: 'line',
    axis_config: { categories: ['… 11:00', '12:00'] },
  });
});

test('a chart without any number is said in words', () => {
  const empty = { ...chart, series: [{ name: 'p95', points: [null, null, null, null] }] };
  expect(JSON.stringify(drawn(empty))).toContain('Latency: there is no number, which is not zero.');
  expect(drawn(empty).map(({ type }) => type)).not.toContain('data_visualization');
});

test('Slack draws two charts a message: the third one is told in letters', () => {
  expect(drawn(chart, chart, chart).map(({ type }) => type)).toEqual([
    'data_visualization',
    'data_visualization',
    'rich_text',
    'rich_text',
  ]);
});
