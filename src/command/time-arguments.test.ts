import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { plain } from '../core/text.ts';
import { argumentsOf } from './argument.ts';
import { usageHint } from './help.ts';
import {
  defineCommand,
  deployment,
  formOf,
  lineOf,
  maybe,
  moment,
  ref,
  service,
  text,
  window,
  zone,
} from './index.ts';
import { parse } from './parse.ts';

const Later = z.strictObject({
  service: service(),
  version: maybe(ref()),
  deployment: maybe(deployment()),
  when: moment(),
  zone: maybe(zone()),
  reason: maybe(text(50)),
});
const later = { arguments: argumentsOf(Later) };
const pause = {
  arguments: argumentsOf(z.strictObject({ service: service(), window: window(), zone: maybe(zone()) })),
};

function named(line: string, command = later): unknown {
  const parsed = parse(command, line);
  return parsed.kind === 'named' ? parsed.named : plain(parsed.kind === 'help' ? ['help'] : parsed.message);
}

describe('a time takes the rest of the line', () => {
  test.each([
    ['web 1.4.2 tomorrow 09:30', { service: 'web', version: '1.4.2', when: 'tomorrow 09:30' }],
    ['web@1.4.2 tomorrow 09:30', { service: 'web', version: '1.4.2', when: 'tomorrow 09:30' }],
    ['web 1.4.2 +15m', { service: 'web', version: '1.4.2', when: '+15m' }],
    ['web@1.4.2 in 2 h', { service: 'web', version: '1.4.2', when: 'in 2 h' }],
    ['web@1.4.2 "tomorrow 09:30" UTC', { service: 'web', version: '1.4.2', when: 'tomorrow 09:30 UTC' }],
    [
      'web@1.4.2 21 nov 09:30 --reason "a d-day" --tz Europe/Berlin',
      { service: 'web', version: '1.4.2', when: '21 nov 09:30', reason: 'a d-day', zone: 'Europe/Berlin' },
    ],
    ['web@1.4.2 --when "tomorrow 09:30"', { service: 'web', version: '1.4.2', when: 'tomorrow 09:30' }],
    ['d-7f3a9k2m 14:00 tomorrow', { deployment: 'd-7f3a9k2m', when: '14:00 tomorrow' }],
  ])('%s', (line, expected) => expect(named(line)).toEqual(expected));

  test.each([
    ['web sat 02:00 3h', { service: 'web', window: 'sat 02:00 3h' }],
    ['web fri 16:00 - mon 08:00', { service: 'web', window: 'fri 16:00 - mon 08:00' }],
    ['web fri 16:00 – mon 08:00', { service: 'web', window: 'fri 16:00 – mon 08:00' }],
  ])('%s', (line, expected) => expect(named(line, pause)).toEqual(expected));

  test('it ends at the first flag, and what stands after the flag is one too many', () => {
    expect(named('web@1.4.2 tomorrow --reason x 09:30')).toBe('The when is given twice.');
    expect(named('web@1.4.2 --when noon tomorrow')).toContain('given twice');
    expect(named('web@1.4.2 tomorrow -soon')).toContain('There is no -soon here.');
    expect(named('web@1.4.2 tomorrow zone=UTC')).toContain('is missing its dashes');
  });

  test('help is heard in the middle of it', () => {
    expect(parse(later, 'web@1.4.2 tomorrow 09:30 --help').kind).toBe('help');
  });
});

const command = defineCommand({
  name: 'deploy-later',
  summary: 'Deploy later',
  examples: ['web@1.4.2 tomorrow 09:30'],
  permission: 'deploy',
  Args: Later,
  run: () => Promise.reject(new Error('not run here')),
});

test('what was understood is said in a line that means the same', () => {
  const given = { service: 'web', version: '1.4.2', when: 'tomorrow 09:30', zone: 'Europe/Berlin' };
  const line = lineOf(command.arguments, given);
  expect(line).toBe('web@1.4.2 --when "tomorrow 09:30" --tz Europe/Berlin');
  expect(named(line)).toEqual(given);
});

test('a zone is taken in any case, and one that does not exist is refused with what was meant', () => {
  const given = { service: 'web', when: 'noon', zone: 'europe/berlin' };
  expect(Later.parse(given).zone).toBe('Europe/Berlin');
  const [problem] = command.check({ ...given, zone: 'CET' });
  expect(plain(problem?.message ?? [])).toBe('must be a place such as Europe/Berlin, or UTC, not CET');
  expect(problem?.meant).toContain('Europe/Berlin');
});

test('words about a time are kept as they are: who reads them knows the zone', () => {
  expect(Later.parse({ service: 'web', when: ' whenever it suits ' }).when).toBe('whenever it suits');
  expect(Later.safeParse({ service: 'web', when: 'noon\u202e' }).success).toBe(false);
  expect(Later.safeParse({ service: 'web', when: 'x'.repeat(1_001) }).success).toBe(false);
});

test('help and the form name the time', () => {
  expect(usageHint(command)).toContain('<when> [--tz Europe/Berlin]');
  expect(formOf(command, { service: 'web' }).fields.map(({ kind }) => kind)).toContain('moment');
});
