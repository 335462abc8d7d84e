/**
 * What Slack would refuse in a message of ours, for tests: the documented limits of the blocks that we use, and that
 * nothing in it is markup but what we put there. Lengths are in UTF-16 units, the strictest way of counting.
 */
export function complaints(message: { text: string; blocks: readonly unknown[] }): string[] {
  const found: string[] = [];
  const say = (what: string) => found.push(what);
  if (message.text.trim() === '') say('no top-level text');
  if (message.text.length > 3_999) say(`top-level text of ${message.text.length}`);
  if (message.blocks.length > 50) say(`${message.blocks.length} blocks`);
  const types = message.blocks.map((block) => (block as { type: string }).type);
  if (types.filter((type) => type === 'data_table' || type === 'table').length > 1) say('two tables');
  if (types.filter((type) => type === 'data_visualization').length > 2) say('three charts');
  if (types.filter((type) => type === 'plan').length > 1) say('two plans');
  for (const block of message.blocks) walk(block, '', say);
  found.push(...markup(message.text, 'text'));
  found.push(...markup(withoutOurs(JSON.stringify(message.blocks)), 'blocks'));
  return found;
}

/** What only we write, and nobody can bring in: the requester and dates. */
function withoutOurs(json: string): string {
  return json
    .replaceAll('"<@UOURS1>"', '""')
    .replace(
      /"<!date\^\d{10}\^(since \{time\}, \{ago\}|\{date_short_pretty\} \{time\})\|[0-9: -]+ UTC>"/g,
      '""',
    );
}

function markup(text: string, where: string): string[] {
  const found: string[] = /<[!@#]|<https?:/i.test(text)
    ? [`markup in ${where}: ${text.match(/.{0,40}<([!@#]|http).{0,20}/i)}`]
    : [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/.test(text)) {
    found.push(`unseen character in ${where}`);
  }
  return found;
}

type Plot = {
  axis_config: { categories: string[]; y_label?: string };
  series: { name: string; data: { label: string; value: number }[] }[];
};
type Say = (what: string) => unknown;
type Node = Record<string, unknown>;

function walk(node: unknown, path: string, say: Say): void {
  if (Array.isArray(node)) {
    for (const [index, each] of node.entries()) walk(each, `${path}[${index}]`, say);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const thing = node as Node;
  check(thing, path, say);
  for (const [key, value] of Object.entries(thing)) walk(value, `${path}.${key}`, say);
}

/** The longest that each property may be, by the type of what has it. */
const most: Record<string, Record<string, number>> = {
  plain_text: { text: 3_000 },
  mrkdwn: { text: 3_000 },
  context: { elements: 10 },
  actions: { elements: 25 },
  button: { accessibility_label: 75, value: 2_000, action_id: 255 },
  plan: { tasks: 8, title: 150 },
  task_card: { title: 150, task_id: 255 },
};

/** What must not be empty. */
const filled: Record<string, readonly string[]> = {
  plain_text: ['text'],
  text: ['text'],
  raw_text: ['text'],
  task_card: ['title'],
  data_table: ['caption'],
  button: ['accessibility_label'],
  actions: ['elements'],
  rich_text_list: ['elements'],
  rich_text_section: ['elements'],
};

const words = (node: unknown) => String((node as Node)['text']);

const special: Record<string, (thing: Node, say: Say) => void> = {
  plain_text: (thing, say) => thing['emoji'] !== false && say('shows emoji'),
  header: (thing, say) => words(thing['text']).length > 150 && say('header too long'),
  button: (thing, say) => words(thing['text']).length > 75 && say('button too long'),
  rich_text: (thing, say) => lettersOf(thing) > 3_200 && say(`rich text of ${lettersOf(thing)}`),
  actions(thing, say) {
    const ids = (thing['elements'] as Node[]).map((each) => each['action_id']);
    if (new Set(ids).size !== ids.length) say('repeats an action_id');
  },
  plan(thing, say) {
    const ids = (thing['tasks'] as Node[]).map((each) => each['task_id']);
    if (new Set(ids).size !== ids.length) say('repeats a task_id');
  },
  data_visualization(thing, say) {
    const { title, chart } = thing as { title: string; chart: Plot };
    if (title.length < 1 || title.length > 50) say(`title of ${title.length}`);
    const { categories, y_label } = chart.axis_config;
    const names = chart.series.map(({ name }) => name);
    if (categories.length < 1 || categories.length > 20) say(`${categories.length} categories`);
    if (names.length < 1 || names.length > 6) say(`${names.length} series`);
    for (const label of [...categories, ...names]) {
      if (label.length < 1 || label.length > 20) say(`label ${JSON.stringify(label)}`);
    }
    if (y_label !== undefined && y_label.length > 50) say('axis label too long');
    if (new Set(names).size !== names.length || new Set(categories).size !== categories.length)
      say('repeats');
    for (const { data } of chart.series) {
      if (data.map(({ label }) => label).join('\n') !== categories.join('\n')) say('not a point for each');
      if (data.some(({ value }) => !Number.isFinite(value))) say('a point without a number');
    }
  },
  data_table(thing, say) {
    const rows = thing['rows'] as Node[][];
    const widths = [...new Set(rows.map((row) => row.length))];
    const letters = rows.flat().reduce((sum, cell) => sum + words(cell).length, 0);
    if (rows.length < 2 || rows.length > 101) say(`${rows.length} rows`);
    if (widths.length !== 1 || widths.some((width) => width < 1 || width > 20)) say(`columns ${widths}`);
    if (letters > 10_000) say(`table of ${letters}`);
  },
};

function check(thing: Node, path: string, say: Say): void {
  const type = String(thing['type']);
  for (const [name, max] of Object.entries(most[type] ?? {})) {
    const length = lengthOf(thing[name]);
    if (length > max) say(`${path}.${name}: ${length} > ${max}`);
  }
  for (const name of filled[type] ?? []) if (lengthOf(thing[name]) === 0) say(`${path}.${name} is empty`);
  special[type]?.(thing, (what) => say(`${path}: ${what}`));
  const confirm = thing['confirm'] as Node | undefined;
  if (confirm !== undefined && 'deny' in confirm) checkConfirm(confirm, path, say);
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : 0;
}

const confirmMost = { title: 100, text: 300, confirm: 30, deny: 30 };

function checkConfirm(confirm: Node, path: string, say: Say): void {
  for (const [name, max] of Object.entries(confirmMost)) {
    const { length } = words(confirm[name]);
    if (length > max) say(`${path}.confirm.${name}: ${length} > ${max}`);
  }
}

function lettersOf(node: unknown): number {
  if (Array.isArray(node)) return node.reduce((sum: number, each) => sum + lettersOf(each), 0);
  if (typeof node !== 'object' || node === null) return 0;
  return Object.entries(node).reduce(
    (sum, [key, value]) =>
      sum + (key === 'text' && typeof value === 'string' ? value.length : lettersOf(value)),
    0,
  );
}
