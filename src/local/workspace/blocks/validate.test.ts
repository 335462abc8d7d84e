import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inSlacksWords, type Surface } from './check.ts';
import { checkBlocks, codeFor } from './validate.ts';
import { checkView } from './view.ts';

const isReadyImage = (id: string): boolean => id === 'F1';
const look = (blocks: unknown, surface: Surface = 'message'): readonly string[] =>
  checkBlocks(blocks, '/blocks', { surface, isReadyImage }).map(inSlacksWords);

const plain = (text: string) => ({ type: 'plain_text', text });
const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
const button = (action_id: string, more: object = {}) => ({
  type: 'button',
  action_id,
  text: plain('Go'),
  ...more,
});
const rich = (...elements: object[]) => ({ type: 'rich_text', elements });
const line = (...elements: object[]) => ({ type: 'rich_text_section', elements });
const raw = (text: string) => ({ type: 'raw_text', text });
const option = (value: string) => ({ text: plain(value), value });
const point = (label: string, value: number) => ({ label, value });
const chart = (kind: string, series: object[], categories: string[]) => ({
  type: 'data_visualization',
  title: 'Latency',
  chart: { type: kind, series, axis_config: { categories, x_label: 'time' } },
});

/** One of every kind that an app may send in a message. */
const everyKind: readonly object[] = [
  { type: 'section', text: mrkdwn('*hi*'), fields: [plain('a')], accessory: button('a') },
  { type: 'divider' },
  { type: 'header', text: plain('web 1.4.2'), level: 2 },
  {
    type: 'context',
    elements: [mrkdwn('a'), { type: 'image', alt_text: 'x', image_url: 'https://a.test/b.png' }],
  },
  {
    type: 'actions',
    elements: [
      button('one', {
        style: 'danger',
        value: 'v',
        confirm: { title: plain('Sure?'), text: mrkdwn('*Sure?*'), confirm: plain('Yes'), deny: plain('No') },
      }),
      { type: 'overflow', action_id: 'two', options: [{ ...option('x'), url: 'https://a.test' }] },
      { type: 'static_select', action_id: 'three', options: [option('a')], initial_option: option('a') },
      { type: 'radio_buttons', action_id: 'four', options: [{ text: mrkdwn('a'), value: 'a' }] },
      { type: 'external_select', action_id: 'five', min_query_length: 0 },
      { type: 'datepicker', action_id: 'six', initial_date: '2026-11-20' },
    ],
  },
  { type: 'context_actions', elements: [{ type: 'icon_button', icon: 'trash', text: plain('Dismiss') }] },
  { type: 'image', alt_text: 'x', slack_file: { id: 'F1' }, title: plain('Chart') },
  {
    type: 'input',
    label: plain('Why'),
    element: { type: 'plain_text_input', action_id: 'why', multiline: true },
  },
  rich(
    line({ type: 'text', text: 'a', style: { bold: true } }, { type: 'user', user_id: 'U1' }),
    { type: 'rich_text_list', style: 'ordered', elements: [line({ type: 'link', url: 'https://a.test' })] },
    { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'log' }], language: 'text' },
    {
      type: 'rich_text_quote',
      elements: [{ type: 'date', timestamp: 1, format: '{date_short}', fallback: 'x' }],
    },
  ),
  { type: 'markdown', text: '# Notes' },
  {
    type: 'plan',
    title: 'web 1.4.2',
    tasks: [
      {
        type: 'task_card',
        task_id: 't1',
        title: 'Build',
        status: 'complete',
        output: rich(line({ type: 'text', text: '12 s' })),
        sources: [{ type: 'url', url: 'https://a.test', text: 'run' }],
      },
    ],
  },
  {
    type: 'data_table',
    caption: 'What runs where',
    page_size: 10,
    row_header_column_index: 1,
    rows: [
      [raw('env'), raw('service')],
      [rich(line({ type: 'text', text: 'staging' })), { type: 'raw_number', value: 1, text: '1' }],
    ],
  },
  chart('line', [{ name: 'p99', data: [point('a', 1), point('b', -2)] }], ['a', 'b']),
  { type: 'data_visualization', title: 'Share', chart: { type: 'pie', segments: [point('a', 1)] } },
  { type: 'card', title: mrkdwn('web'), body: mrkdwn('what'), actions: [button('b')] },
  {
    type: 'container',
    title: plain('Changed files'),
    is_collapsible: true,
    default_collapsed: true,
    child_blocks: [{ type: 'section', text: plain('a') }],
  },
];

test('one block of every kind passes, alone and all together', () => {
  for (const block of everyKind) expect([block, look([block])]).toEqual([block, []]);
  expect(look(everyKind)).toEqual([]);
});

const refusals: readonly [why: string, blocks: readonly unknown[], ...messages: string[]][] = [
  [
    'a kind that nobody knows',
    [{ type: 'nonsense' }],
    'unsupported type: nonsense [json-pointer:/blocks/0/type]',
  ],
  [
    'a kind that is a name of JavaScript',
    [{ type: 'constructor' }],
    'unsupported type: constructor [json-pointer:/blocks/0/type]',
  ],
  ['a video', [{ type: 'video' }], 'unsupported type: video [json-pointer:/blocks/0/type]'],
  [
    'an alert in a message',
    [{ type: 'alert', text: plain('x') }],
    'unsupported type: alert [json-pointer:/blocks/0/type]',
  ],
  ['no type', [{ text: plain('x') }], 'missing required field: type [json-pointer:/blocks/0]'],
  ['a section of nothing', [{ type: 'section' }], 'missing required field: text [json-pointer:/blocks/0]'],
  [
    'an empty text',
    [{ type: 'section', text: mrkdwn('') }],
    'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'a long text',
    [{ type: 'section', text: mrkdwn('x'.repeat(3_001)) }],
    'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'a long header',
    [{ type: 'header', text: plain('x'.repeat(151)) }],
    'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'markup in a header',
    [{ type: 'header', text: mrkdwn('x') }],
    'unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]',
  ],
  [
    'a field that nobody knows',
    [{ type: 'divider', colour: 'red' }],
    'invalid additional property: colour [json-pointer:/blocks/0]',
  ],
  [
    'eleven fields',
    [{ type: 'section', fields: Array(11).fill(plain('x')) }],
    'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
  ],
  [
    'an input inside actions',
    [{ type: 'actions', elements: [{ type: 'plain_text_input' }] }],
    'unsupported type: plain_text_input [json-pointer:/blocks/0/elements/0/type]',
  ],
  [
    'a long label',
    [{ type: 'actions', elements: [button('a', { text: plain('x'.repeat(76)) })] }],
    'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
  ],
  [
    'a script for a link',
    [{ type: 'actions', elements: [button('a', { url: 'javascript:alert(1)' })] }],
    'must be a valid URL [json-pointer:/blocks/0/elements/0/url]',
  ],
  [
    'two buttons of one name in a block',
    [{ type: 'actions', elements: [button('a'), button('a')] }],
    '`action_id` "a" already exists [json-pointer:/blocks/0/elements/1/action_id]',
  ],
  [
    'two blocks of one name',
    [
      { type: 'divider', block_id: 'b' },
      { type: 'divider', block_id: 'b' },
    ],
    '`block_id` "b" already exists [json-pointer:/blocks/1/block_id]',
  ],
  [
    'a select without options',
    [{ type: 'actions', elements: [{ type: 'static_select' }] }],
    'must provide either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]',
  ],
  [
    'a choice that is not offered',
    [
      {
        type: 'actions',
        elements: [{ type: 'static_select', options: [option('a')], initial_option: option('b') }],
      },
    ],
    'must match one of the options [json-pointer:/blocks/0/elements/0/initial_option]',
  ],
  [
    'a picture that Slack has not looked at',
    [{ type: 'image', alt_text: 'x', slack_file: { id: 'F2' } }],
    'invalid slack file [json-pointer:/blocks/0/slack_file]',
  ],
  [
    'an empty leaf',
    [rich(line({ type: 'text', text: '' }))],
    'must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]',
  ],
  [
    'a mention inside preformatted text',
    [rich({ type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U1' }] })],
    'unsupported type: user [json-pointer:/blocks/0/elements/0/elements/0/type]',
  ],
  [
    'a task in no known state',
    [{ type: 'plan', title: 'x', tasks: [{ type: 'task_card', task_id: 'a', title: 'b', status: 'done' }] }],
    'value is not allowed: done; it must be one of pending, in_progress, complete, error [json-pointer:/blocks/0/tasks/0/status]',
  ],
  [
    'two plans',
    [
      { type: 'plan', title: 'x' },
      { type: 'plan', title: 'y' },
    ],
    'only one plan block is allowed in a message [json-pointer:/blocks]',
  ],
  [
    'a table of formatted headers',
    [{ type: 'data_table', caption: 'x', rows: [[rich(line())], [raw('a')]] }],
    'unsupported type: rich_text [json-pointer:/blocks/0/rows/0/0/type]',
  ],
  [
    'a table without caption',
    [{ type: 'data_table', rows: [[raw('a')], [raw('b')]] }],
    'missing required field: caption [json-pointer:/blocks/0]',
  ],
  [
    'an uneven table',
    [{ type: 'table', rows: [[raw('a')], [raw('b'), raw('c')]] }],
    'must provide 1 items, as many as the first row [json-pointer:/blocks/0/rows/1]',
  ],
  [
    'a chart with a hole',
    [chart('bar', [{ name: 'p', data: [point('a', 1)] }], ['a', 'b'])],
    'must provide exactly one point for each category [json-pointer:/blocks/0/chart/series/0/data]',
  ],
  [
    'a slice of nothing',
    [{ type: 'data_visualization', title: 'x', chart: { type: 'pie', segments: [point('a', 0)] } }],
    'must be more than 0 [json-pointer:/blocks/0/chart/segments/0/value]',
  ],
  ['three charts', Array(3).fill(everyKind[13]), 'too many data_visualization blocks [json-pointer:/blocks]'],
  [
    'a plan inside a container',
    [{ type: 'container', title: plain('x'), child_blocks: [{ type: 'plan', title: 'x' }] }],
    'unsupported type: plan [json-pointer:/blocks/0/child_blocks/0/type]',
  ],
  [
    'fifty-one blocks',
    Array(51).fill({ type: 'divider' }),
    'no more than 50 items allowed [json-pointer:/blocks]',
  ],
  [
    'markdown that is too long in all',
    Array(2).fill({ type: 'markdown', text: 'x'.repeat(6_001) }),
    'markdown must be less than 12001 characters in all [json-pointer:/blocks]',
  ],
];

for (const [why, blocks, ...messages] of refusals)
  test(`${why} is refused, and named`, () => {
    expect(look(blocks)).toEqual(messages.map((message) => `[ERROR] ${message}`));
  });

test('lengths are counted in characters, not in halves of emoji', () => {
  expect(look([{ type: 'header', text: plain('🚢'.repeat(150)) }])).toEqual([]);
  expect(look([{ type: 'header', text: plain('🚢'.repeat(151)) }])).toHaveLength(1);
});

test('a second table is filed under attachments, everything else under blocks', () => {
  const table = { type: 'table', rows: [[raw('a')]] };
  const problems = checkBlocks([table, table], '/blocks', { surface: 'message', isReadyImage });
  expect(problems.map(({ message }) => message)).toEqual(['only_one_table_allowed']);
  expect(codeFor(problems)).toBe('invalid_attachments');
  const worse = checkBlocks([table, table, { type: 'x' }], '/blocks', { surface: 'message', isReadyImage });
  expect(codeFor(worse)).toBe('invalid_blocks');
});

test('two sections may have buttons of one name, as Slack has it', () => {
  const section = { type: 'section', text: plain('x'), accessory: button('same') };
  expect(look([section, section])).toEqual([]);
});

test('each surface takes its own blocks', () => {
  const alert = { type: 'alert', level: 'error', text: plain('Careful') };
  expect(look([alert], 'modal')).toEqual([]);
  expect(look([{ type: 'plan', title: 'x' }], 'modal')).toHaveLength(1);
  expect(look([everyKind[12]], 'home')).toHaveLength(1);
  expect(look(Array(100).fill({ type: 'divider' }), 'home')).toEqual([]);
  expect(look(Array(101).fill({ type: 'divider' }), 'home')).toHaveLength(1);
});

test('a modal with inputs needs a submit button, and all its titles are short', () => {
  const view = { type: 'modal', title: plain('Deploy'), blocks: [everyKind[7]] };
  const messages = (content: object): readonly string[] =>
    checkView(content, 'modal', isReadyImage).map(inSlacksWords);
  expect(messages({ ...view, submit: plain('Go') })).toEqual([]);
  expect(messages(view)).toEqual([
    '[ERROR] must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]',
  ]);
  expect(messages({ type: 'modal' })).toEqual([
    '[ERROR] missing required field: title [json-pointer:/view]',
    '[ERROR] missing required field: blocks [json-pointer:/view]',
  ]);
  expect(messages({ ...view, submit: plain('x'.repeat(25)), private_metadata: 'x'.repeat(3_001) })).toEqual([
    '[ERROR] must be less than 25 characters [json-pointer:/view/submit/text]',
    '[ERROR] must be less than 3001 characters [json-pointer:/view/private_metadata]',
  ]);
});

test('whatever is sent, the judge answers instead of breaking', () => {
  const kinds = everyKind.map((block) => (block as { type: string }).type);
  const value = fc.jsonValue({ maxDepth: 4 });
  const block = fc.record({
    type: fc.constantFrom(...kinds),
    text: value,
    elements: value,
    rows: value,
    tasks: value,
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(block, value)), (blocks) => {
      expect(Array.isArray(look(blocks))).toBe(true);
    }),
  );
});
