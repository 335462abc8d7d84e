import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asked, recordingDesk } from '../test/support/recording-desk.ts';
import { commands } from './index.ts';

/** What every value that reaches the Desk must look like, written down a second time and not taken from the program. */
const allowed: Record<string, (value: unknown) => boolean> = {
  service: (value) =>
    value === null || isWord(value, /^(?!d-|[afhklmpr]-[0-9a-hjkmnp-tv-z]{8}$)[a-z][a-z0-9-]*$/),
  environment: (value) => value === null || isWord(value, /^[a-z][a-z0-9-]*$/),
  deployment: (value) => value === null || isWord(value, /^d-[0-9a-z]{8}$/),
  ref: (value) => value === null || isRef(value),
  to: (value) => value === null || isRef(value),
  base: isRef,
  between: (value) => value === null || (isRef(Object(value).base) && isRef(Object(value).head)),
  head: isRef,
  strategy: (value) =>
    value === null || ['rolling', 'canary', 'blue-green', 'all-at-once', 'contract'].includes(String(value)),
  anyway: (value) => typeof value === 'boolean',
  as: (value) => typeof value === 'object',
  trafficPercents: (value) => value === null || isRising(value),
  observeMs: (value) =>
    value === null || (typeof value === 'number' && value >= 1_000 && value <= 86_400_000),
  queue: (value) => typeof value === 'boolean',
  flags: (value) =>
    Array.isArray(value) &&
    value.every(
      ({ key, percent }) => /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(key) && percent >= 1 && percent <= 100,
    ),
  waives: (value) => Array.isArray(value) && value.every((each) => isWord(each, /^[a-z][a-z0-9-]*$/)),
  replaces: (value) => value === null || isWord(value, /^d-[0-9a-z]{8}$/),
  atMs: (value) => value === null,
  zone: (value) => value === null || isWord(value, /^[A-Z][A-Za-z_+-]*(?:\/[A-Za-z_+-]+)*$/),
  when: (value) => isText(value) || isWhen(value),
  which: (value) => allowed['id']?.((value as { id?: unknown }).id ?? null) === true && isWhich(value),
  allowsDeploys: (value) => typeof value === 'boolean',
  keepsServing: (value) => typeof value === 'boolean',
  breakGlass: (value) => value === null,
  comment: isText,
  rejectBecause: isText,
  metric: (value) => value === null || ['latency', 'errors', 'requests', 'memory'].includes(String(value)),
  rangeMs: (value) => typeof value === 'number' && value >= 300_000 && value <= 7_776_000_000,
  isDelivery: (value) => typeof value === 'boolean',
  level: (value) => value === null || value === 'info' || value === 'warn' || value === 'error',
  why: isText,
  contains: isText,
  plan: isText,
  again: (value) => typeof value === 'boolean',
  sinceMs: (value) => typeof value === 'number' && value >= 1_000 && value <= 604_800_000,
  kind: (value) =>
    [
      ...['freeze', 'unfreeze', 'abort-all', 'hotfix', 'kill-switch', 'switch-on', 'review'],
      ...['list', 'start', 'schedule', 'end', 'extend', 'resume'],
      ...['lock', 'unlock', 'wait', 'leave', 'give', 'take'],
      ...['status', 'report', 'approve', 'abort', 'settle', 'skip', 'retry'],
      ...['create', 'list', 'extend', 'destroy'],
      ...['list', 'take', 'close'],
    ].includes(String(value)),
  runbook: isText,
  isDrill: (value) => typeof value === 'boolean',
  restoreToMs: (value) => value === null || Number.isInteger(value),
  isForMachines: (value) => typeof value === 'boolean',
  run: (value) => value === null || isWord(value, /^run-[0-9a-z]{8}$/),
  step: isText,
  how: (value) => value === 'done' || value === 'failed',
  lossMs: (value) => value === null || (Number.isInteger(value) && Number(value) >= 0),
  scope: isScope,
  incident: isText,
  flag: isText,
  note: isText,
  forMs: (value) => value === null || (typeof value === 'number' && value >= 1_000 && value <= 2_592_000_000),
  id: (value) => value === null || isWord(value, /^[a-z]-[0-9a-z]{8}$/),
  seen: (value) =>
    value === null ||
    (typeof value === 'string' && value.length <= 12 && isText(value)) ||
    (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 1_000_000),
  isAll: (value) => typeof value === 'boolean',
  isWhole: (value) => typeof value === 'boolean',
  direct: (value) => value === null || ['off', 'needs-me', 'ended', 'all'].includes(String(value)),
  favourites: (value) =>
    value === null || (Array.isArray(value) && value.every((each) => allowed['service']?.(each) === true)),
  favourite: (value) => allowed['service']?.(value) === true,
  unfavourite: (value) => allowed['service']?.(value) === true,
  quiet: isQuiet,
  linesMax: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 5_000,
};

/** Words about a time are judged by whoever knows the clock; here they are words of one line. */
function isWhen(value: unknown): boolean {
  const { words, zone } = value as { words: unknown; zone: unknown };
  const isLine = typeof words === 'string' && words.length > 0 && words.length <= 1_000;
  return isLine && !/[\p{Cc}\u202a-\u202e\u200b]/u.test(words) && (zone === null || isWord(zone, /^[A-Z]/));
}

function isQuiet(value: unknown): boolean {
  if (value === null || value === 'none') return true;
  const { from, until } = value as { from: unknown; until: unknown };
  return [from, until].every((each) => typeof each === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(each));
}

/** Something on the board by its id, or what it reaches, and never both. */
function isWhich(value: unknown): boolean {
  const { id, scope } = value as { id?: unknown; scope?: unknown };
  return id === undefined ? isScope(scope) : scope === undefined;
}

function isScope(value: unknown): boolean {
  const { service, environment } = value as { service: unknown; environment: unknown };
  return allowed['service']?.(service) === true && allowed['environment']?.(environment) === true;
}

function isRising(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every((each, at) => typeof each === 'number' && each > (value[at - 1] ?? 0) && each < 100)
  );
}

function isWord(value: unknown, rule: RegExp): boolean {
  return typeof value === 'string' && value.length <= 40 && rule.test(value);
}

function isRef(value: unknown): boolean {
  if (typeof value !== 'string' || value.length > 200) return false;
  const parts = value.split('/');
  const isClean = Array.from(value).every(
    (letter) => '._/+-'.includes(letter) || /^[A-Za-z0-9]$/.test(letter),
  );
  const isGit = parts.every(
    (part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock') && !part.endsWith('.'),
  );
  return isClean && isGit && !value.includes('..') && /^[A-Za-z0-9]/.test(value);
}

function isText(value: unknown): boolean {
  if (value === null) return true;
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= 500 &&
    !/[\p{Cc}\u202a-\u202e\u200b]/u.test(value)
  );
}

/** The call that a line leads to, or null when it leads to none. */
function callFor(
  name: string,
  text: string,
): { echo: string; call: [string, Record<string, unknown>] } | null {
  const found = asked(commands, name, text);
  if (found.kind !== 'prepared') return null;
  const calls: [string, Record<string, unknown>][] = [];
  void found.run(recordingDesk(calls));
  expect(calls).toHaveLength(1);
  return { echo: found.echo, call: calls[0]! };
}

/** The words of a plain line but for its flags: nothing that was typed may vanish, nothing may be added. */
function bag(line: string): string[] {
  return line
    .replaceAll(
      /(^| )--(?:again|contract|anyway|dora|drift|all|queue|reject|drill|json)(=yes|=no)?(?= |$)/gi,
      '',
    )
    .replaceAll(/(^| )--[a-z]+/gi, ' ')
    .split(/[\s@="]+/)
    .filter((word) => word !== '')
    .toSorted();
}

const isPlainLine = (line: string) => /^[A-Za-z0-9@=._/ -]*$/.test(line);

/** How many lines were understood, for each command. */
const understood = new Map<string, number>();

function judge(name: string, text: string): void {
  const found = callFor(name, text);
  if (found === null) return;
  understood.set(name, (understood.get(name) ?? 0) + 1);
  const [, order] = found.call;
  for (const [key, value] of Object.entries(order)) {
    if (key === 'environment' && name === 'deploy-staging') expect(value).toBe('staging');
    else if (key === 'environment' && name === 'deploy-production') expect(value).toBe('production');
    else expect([key, value, allowed[key]?.(value)]).toEqual([key, value, true]);
  }
  if (isPlainLine(text)) expect(bag(found.echo)).toEqual(bag(text));
  expect(callFor(name, found.echo)?.call).toEqual(found.call);
}

/** Another seed each time. More where there is time: FUZZ_RUNS=3000000. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 300_000);

const names = fc.constantFrom(...commands.map(({ name }) => name));
const good = [
  'api',
  'web',
  'api@v2',
  'v2',
  'main',
  'feature/x',
  'd-7f3a9k2m',
  'v1..v2',
  '--dora',
  '--metric',
  'latency',
  '--range',
  'staging',
  '15m',
  'error',
  'rolling',
  '40',
  '--env',
  '--env=staging',
  '--strategy',
  '--reason',
  '--reason="a b"',
  '--again',
  '--since',
  '--grep',
  '--level',
  '--lines',
  '--to',
  '--plan',
  '--version',
  '--service',
  '"quoted words"',
  "'it’s'",
  '--environment',
  'move',
  'list',
  'tomorrow',
  '09:30',
  'l-7f3a9k2m',
  'm-7f3a9k2m',
  'p-7f3a9k2m',
  'm-frontend',
  '--at',
  '--tz',
  'UTC',
];
const bad = [
  '—env',
  '–',
  '-',
  '--',
  '=',
  '@',
  '@@',
  '"',
  '“',
  "'",
  '`',
  '\\',
  '<',
  '>',
  '&',
  '&amp;',
  '<@U1|ada>',
  '<#C1>',
  '<!channel>',
  '<https://x.y|x.y>',
  '\u202e',
  '\u200b',
  '\u00a0',
  '\n',
  '\t',
  '\0',
  'а',
  '..',
  '../',
  '~1',
  '%2f',
  ';',
  '|',
  '$(id)',
  '--upload-pack=x',
  '-x',
  '__proto__',
  '--__proto__',
  '--constructor',
  'toString',
  '?',
  'help',
  '\ud800',
  '1e9',
  '=v2',
  '100,1',
  '5,,6',
  '0',
  'v1...v2',
  'f-',
  'd-',
  'yesterday',
  '25:61',
];
const hostile = fc
  .array(fc.tuple(fc.constantFrom(...good, ...good, ...bad), fc.constantFrom(' ', ' ', ' ', '', '=', '@')), {
    maxLength: 9,
  })
  .map((pieces) => pieces.flat().join(''));
/** Lines of which something comes: the examples of each command, with a slip or two in them. */
const examples = commands.flatMap(({ name, examples: lines }) => lines.map((line) => [name, line] as const));
const slips = fc.array(
  fc.tuple(
    fc.constantFrom('none', 'more', 'less', 'other', 'letter'),
    fc.nat(),
    fc.constantFrom(...good, ...bad),
  ),
  { maxLength: 2 },
);
const likely = fc.tuple(fc.constantFrom(...examples), slips).map(([[name, line], all]) => {
  const slipped = all.reduce((words, [how, at, piece]) => slip(words, how, at, piece), line.split(' '));
  return [name, slipped.join(' ')] as const;
});

function slip(words: readonly string[], how: string, at: number, piece: string): string[] {
  const index = at % (words.length + 1);
  if (how === 'more') return words.toSpliced(index, 0, piece);
  if (how === 'less') return words.toSpliced(index, 1);
  if (how === 'other') return words.toSpliced(index, 1, piece);
  const word = words[index] ?? '';
  return how === 'letter'
    ? words.toSpliced(index, 1, word.slice(0, at % 5) + piece + word.slice(at % 5))
    : [...words];
}

const noise = fc.string({ unit: 'binary', maxLength: 60 });
const ascii = fc.string({ unit: fc.constantFrom(...'abpi wev2@=-_./"\'\\<>&;|'), maxLength: 40 });

/** For a busy machine: one line takes a fifth of a millisecond where nothing else runs. */
const patience = { timeout: 120_000 + 3 * RUNS };

test(
  'whatever is typed, an order is made only of what the grammar allows, of all of it, and of nothing else',
  patience,
  () => {
    const lines = fc.oneof(
      { weight: 6, arbitrary: hostile },
      { weight: 2, arbitrary: noise },
      { weight: 2, arbitrary: ascii },
    );
    const named = fc.oneof(
      { weight: 7, arbitrary: fc.tuple(names, lines) },
      { weight: 3, arbitrary: likely },
    );
    understood.clear();
    fc.assert(
      fc.property(named, ([name, line]) => judge(name, line)),
      { numRuns: RUNS },
    );
    // Lines of which nothing comes prove nothing.
    for (const { name } of commands)
      expect([name, (understood.get(name) ?? 0) > RUNS / 500]).toEqual([name, true]);
  },
);

test('whatever a service is called, a line that names it is shown and typed again as a line that names it', () => {
  const ids = ['d', 'f', 'h', 'l', 'm', 'p', 'r', 'run'].map((what) => `${what}-7f3a9k2m`);
  const choices = commands.flatMap((command) => command.arguments.flatMap((each) => each.choices));
  const called = [...ids, ...choices, 'm-shop', 'm-frontend', 'all'];
  const lines = commands.flatMap(({ name, arguments: declared, examples: all }) =>
    declared.some(({ kind, isPositional }) => kind === 'service' && isPositional)
      ? all.map((line) => [name, line] as const)
      : [],
  );
  let named = 0;
  for (const [name, line] of lines) {
    for (const service of called) {
      for (const text of [line.replace(/\b(api|web)\b/, `--service ${service}`), `--service ${service}`]) {
        const found = callFor(name, text);
        if (found === null) continue;
        named += 1;
        expect([text, callFor(name, found.echo)?.call]).toEqual([text, found.call]);
      }
    }
  }
  expect(named).toBeGreaterThan(500);
});

const service = fc
  .stringMatching(/^[a-z][a-z0-9-]{0,12}$/)
  .filter((name) => allowed['service']?.(name) === true && name !== 'help');
const ref = fc.stringMatching(/^[a-z][a-z0-9]{0,5}(\/[a-z0-9]{1,5})?$/).filter((name) => name !== 'help');
const reason = fc
  .string({ unit: fc.constantFrom(...Array.from('aBä漢🚀0"\'\\<>&;=-@#`. é')), minLength: 1, maxLength: 40 })
  .filter((words) => words.trim() === words);
const quoted = (words: string) =>
  `"${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const valid = fc
  .record({
    service,
    ref: fc.option(ref),
    isPair: fc.boolean(),
    flags: fc.shuffledSubarray(['strategy', 'again', 'reason']),
    reason,
  })
  .map(({ service, ref, isPair, flags, reason }) => {
    const place = ref === null ? [service] : isPair ? [`${service}@${ref}`] : [service, ref];
    const said: Record<string, string> = {
      strategy: '--strategy=rolling',
      again: '--again',
      reason: `--reason ${quoted(reason)}`,
    };
    return {
      words: [...place, ...flags.map((flag) => said[flag]!)],
      service,
      ref,
      reason: flags.includes('reason') ? reason : null,
    };
  });

test('every line inside the grammar is understood as what it says', () => {
  fc.assert(
    fc.property(valid, ({ words, service, ref, reason }) => {
      const found = callFor('deploy-staging', words.join(' '));
      expect(found?.call[1]).toMatchObject({ service, ref });
      if (reason !== null) expect(found?.call[1]).toMatchObject({ why: reason });
    }),
    { numRuns: 3_000 },
  );
});

test('one fault anywhere in a good line, and nothing is prepared', () => {
  const fault = fc.constantFrom(
    '--nonsense x',
    '--nonsense=x',
    '-x',
    '--',
    'a b c',
    '--strategy cnary',
    '--reason',
    '"never closed',
    '--again=perhaps',
    'service=api',
    '--service api',
    '@',
    '--version ../x',
    '--reason ""',
    '\u202e',
    '--environment production',
    '%2f %2f %2f',
  );
  fc.assert(
    fc.property(valid, fault, fc.boolean(), ({ words }, wrong, isFirst) => {
      // In front of a bare word, a flag without its value would take that word along and be right.
      const takesAlong = /^--reason$/.test(wrong);
      const line = isFirst && !takesAlong ? [wrong, ...words] : [...words, wrong];
      expect(callFor('deploy-staging', line.join(' '))).toBeNull();
    }),
    { numRuns: 5_000 },
  );
});

test('eight thousand characters of the worst are answered, and nothing is prepared', () => {
  for (const piece of [
    '<',
    '<a',
    '"',
    '" ',
    '\\"',
    '&',
    '&am',
    '--',
    '-- ',
    '--a=',
    '@',
    'a@',
    '— ',
    '“',
    '<@U1|',
    '>',
    '= ',
    'd-',
    "' '",
  ]) {
    const text = piece.repeat(Math.floor(8_000 / piece.length));
    for (const { name } of commands) expect(asked(commands, name, text).kind).toBe('refusal');
  }
});
