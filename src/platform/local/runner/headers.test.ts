import { expect, test } from 'vitest';
import { passedOn } from './headers.ts';

test('spelling, order and repetition stay', () => {
  const headers = ['Host', 'a', 'Set-Cookie', 'x=1', 'set-cookie', 'y=2'];
  expect(passedOn(headers)).toEqual(headers);
});

test('what belongs to one connection stays there, and so does what it names', () => {
  const headers = [
    'Connection',
    'close, X-Mine',
    'X-Mine',
    '1',
    'Transfer-Encoding',
    'chunked',
    'Accept',
    '*/*',
  ];
  expect(passedOn(headers)).toEqual(['Accept', '*/*']);
});

test('a service cannot say for itself which release it is', () => {
  expect(passedOn(['X-Slipway-Release', 'forged', 'A', 'b'], ['x-slipway-release'])).toEqual(['A', 'b']);
});
