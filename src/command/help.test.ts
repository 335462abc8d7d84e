import { expect, test } from 'vitest';
import { z } from 'zod';
import { answer } from '../core/answer.ts';
import { plain } from '../core/text.ts';
import { choice, count, duration, environment, maybe, ref, service, switchFlag, text } from './argument.ts';
import { defineCommand } from './define.ts';
import { formOf, submitForm } from './form.ts';
import { helpAnswer, usageHint } from './help.ts';

const paint = defineCommand({
  name: 'deploy-paint',
  summary: 'Paint a service',
  examples: ['api@v2 --env staging --colour red'],
  permission: 'deploy',
  Args: z.strictObject({
    service: service(),
    version: maybe(ref({ description: 'version to paint' })),
    environment: environment(),
    colour: choice(['red', 'green']),
    reason: maybe(text(20)),
    since: duration('15m', 3_600_000),
    lines: count(20, 50),
    again: switchFlag(),
    plan: maybe(text(64, { isAsked: false })),
  }),
  run: async (args) => answer(JSON.stringify(args), []),
});

test('the hint shows what may be typed, in the order in which it may stand', () => {
  expect(usageHint(paint)).toBe(
    '<service>[@version] --env <environment> --colour red|green [--reason "…"] [--since 15m] [--lines 20] [--again]',
  );
});

test('help names every argument, every example and who may', () => {
  const { sentence, parts } = helpAnswer(paint);
  expect(sentence).toBe('/deploy-paint: Paint a service.');
  expect(parts.map(({ kind }) => kind)).toEqual(['text', 'facts', 'text', 'note']);
  const facts = parts.flatMap((part) => (part.kind === 'facts' ? part.facts : []));
  expect(facts.map(({ name, value }) => `${name}: ${plain(value)}`)).toEqual([
    'service: service to act on (needed)',
    'version: version to paint',
    '--env: where (needed)',
    '--colour: one of red, green (needed; red or green)',
    '--reason: a few words',
    '--since: how long (15m when left out)',
    '--lines: how many (20 when left out)',
    '--again: yes or no',
    '--plan: a few words',
  ]);
  expect(parts.flatMap((part) => (part.kind === 'note' ? [plain(part.text)] : []))).toEqual([
    'Needs the deployer role. Typed alone, it asks with a form.',
  ]);
});

test('a form asks for everything that people fill in, with what is known in its place', () => {
  const form = formOf(paint, { service: 'api', lines: '5' });
  expect([form.title, form.submit]).toEqual(['Deploy paint', 'Go']);
  expect(
    form.fields.map(({ name, label, initial, isRequired }) => [name, label, initial, isRequired]),
  ).toEqual([
    ['service', 'Service', 'api', true],
    ['version', 'Version', null, false],
    ['environment', 'Environment', null, true],
    ['colour', 'Colour', null, true],
    ['reason', 'Reason', null, false],
    ['since', 'Since', '15m', false],
    ['lines', 'Lines', '5', false],
    ['again', 'Again', null, false],
  ]);
});

test('a filled form is judged as a typed line is, and empty fields count as left out', () => {
  const filled = {
    service: ' api ',
    version: '',
    environment: 'staging',
    colour: 'red',
    reason: null,
    lines: undefined,
  };
  const submitted = submitForm(paint, filled);
  expect(submitted).toMatchObject({
    kind: 'prepared',
    echo: 'api --env staging --colour red',
    command: paint,
  });
});

test('what is wrong with a form is said at each field, in a sentence', () => {
  const submitted = submitForm(paint, {
    service: 'API',
    colour: 'blue',
    lines: '51',
    since: '2h',
    reason: 'x'.repeat(21),
  });
  expect(submitted).toEqual({
    kind: 'misfilled',
    errors: {
      service: 'The service must be a-z, 0-9 and -, starting with a letter, not API.',
      environment: '--env is needed.',
      colour: '--colour must be red or green, not blue.',
      reason: `--reason must be at most 20 characters, not ${'x'.repeat(21)}.`,
      since: '--since must be a time between 1s and 1h, such as 90s, 15m or 1h30m, not 2h.',
      lines: '--lines must be a whole number from 1 to 50, not 51.',
    },
  });
});

test('a field that the form never had is refused', () => {
  expect(
    submitForm(paint, { service: 'api', environment: 'staging', colour: 'red', admin: 'yes' }),
  ).toMatchObject({
    kind: 'misfilled',
    errors: { admin: '--admin is not something this command knows.' },
  });
});

test('an argument that was not declared with one of the kinds is a mistake of ours, found at the start', () => {
  const Args = z.strictObject({ loose: z.string() });
  expect(() => defineCommand({ ...paint, Args, run: async () => answer('', []) })).toThrow(
    'loose is not declared',
  );
});
