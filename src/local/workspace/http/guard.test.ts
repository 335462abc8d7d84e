import { expect, test } from 'vitest';
import { whyRefused } from './guard.ts';

const refused = (headers: Record<string, string>): boolean => whyRefused({ headers }) !== null;

test('only loopback names are answered, whatever the port', () => {
  for (const host of ['127.0.0.1:4600', 'localhost', '[::1]:80']) expect(refused({ host })).toBe(false);
  for (const host of [
    'evil.example',
    '127.0.0.1.evil.example:4600',
    '10.0.0.7:4600',
    '',
    'localhost.evil.example',
  ])
    expect(refused({ host })).toBe(true);
});

test('another site, another port and a sandboxed frame may not send anything', () => {
  const host = '127.0.0.1:4600';
  expect(refused({ host, origin: 'http://127.0.0.1:4600' })).toBe(false);
  for (const origin of ['https://evil.example', 'http://127.0.0.1:3000', 'http://localhost:4600', 'null'])
    expect(refused({ host, origin })).toBe(true);
});

test('a cross-site request is refused unless somebody follows a link', () => {
  const host = 'localhost:4600';
  expect(refused({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(true);
  expect(refused({ host, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' })).toBe(true);
  expect(refused({ host, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' })).toBe(false);
  expect(refused({ host, 'sec-fetch-site': 'same-origin' })).toBe(false);
});
