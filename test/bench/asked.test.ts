import { expect, test } from 'vitest';
import { askedFrom } from './asked.ts';

const benches = { usual: ['start', 'ack'], long: ['rollouts'] };
const asked = (line: string) => askedFrom(line.split(' ').filter(Boolean), benches);

test('without a word the usual ones are measured, and with names those', () => {
  expect(asked('')).toEqual({ kind: 'run', names: ['start', 'ack'], options: [] });
  expect(asked('--write')).toEqual({ kind: 'run', names: ['start', 'ack'], options: [] });
  expect(asked('ack')).toEqual({ kind: 'run', names: ['ack'], options: [] });
  expect(asked('rollouts --cells 3 --write')).toEqual({
    kind: 'run',
    names: ['rollouts'],
    options: ['--cells', '3'],
  });
});

test.each(['--help', '-h', 'ack --help', 'rollouts --help'])(
  '%s says what there is and measures nothing',
  (line) => {
    const said = asked(line);
    expect(said).toMatchObject({ kind: 'say', exitCode: 0 });
    expect(JSON.stringify(said)).toMatch(/start, ack.*rollouts.*BENCHMARKS/);
  },
);

test.each([
  ['akc', 'There is no akc.'],
  ['ack nothing', 'There is no nothing.'],
  ['--quick', 'Nobody takes --quick there'],
  ['ack --quick', 'Nobody takes --quick there'],
])('%s is wrong, says so, and measures nothing', (line, words) => {
  expect(asked(line)).toMatchObject({ kind: 'say', exitCode: 2, words: expect.stringContaining(words) });
});
