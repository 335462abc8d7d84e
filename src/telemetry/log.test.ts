import { expect, test } from 'vitest';
import { redactor } from '../http/redact.ts';
import { Secret } from '../secret/index.ts';
import { type LogSettings, openLog } from './log.ts';

function open(settings: Partial<LogSettings> = {}) {
  const lines: string[] = [];
  const log = openLog({
    level: 'info',
    redact: (line) => line,
    write: (line) => lines.push(line),
    ...settings,
  });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown> };
}

test('a line is JSON with the moment, the sentence and the fields', () => {
  const { log, last } = open();
  log.child({ deploymentId: 'd-7f3a9k2m' }).warn({ step: 'route' }, 'step failed');
  expect(last()).toMatchObject({ level: 40, deploymentId: 'd-7f3a9k2m', step: 'route', msg: 'step failed' });
  expect(String(last()['time'])).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
});

test('what is below the level is not written', () => {
  const { log, lines } = open({ level: 'warn' });
  log.debug({}, 'a');
  log.info({}, 'b');
  log.child({}).info({}, 'c');
  log.error({}, 'd');
  expect(lines).toHaveLength(1);
});

test('secrets are hidden wherever they stand in a line, child fields and keys included', () => {
  const { log, lines } = open({ redact: redactor(['hunter2-hunter2']) });
  const secret = new Secret('env:TOKEN', 'hunter2-hunter2');
  log
    .child({ url: 'https://x.y/?t=hunter2-hunter2' })
    .info({ secret, deep: { a: ['hunter2-hunter2'] }, 'hunter2-hunter2': 1 }, 'x');
  expect(lines.join()).not.toContain('hunter2');
  expect(lines.join()).toContain('[secret env:TOKEN]');
});

test('no value can start a new line, or steer a terminal', () => {
  const { log, lines, last } = open();
  const nasty = 'a\nb\r\u001b[31m\u009b2J\u202e\u2028\u0085\u200bz';
  log.info({ nasty }, 'x');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^[ -~]*\n$/);
  expect(last()['nasty']).toBe(nasty);
});

test('what cannot be said in JSON does not keep a line from being written', () => {
  const { log, last } = open();
  const round: Record<string, unknown> = {};
  round['self'] = round;
  log.info({ round, big: 10n, nothing: undefined }, 'still written');
  expect(last()['msg']).toBe('still written');
});
