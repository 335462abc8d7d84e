import { expect, test } from 'vitest';
import { BareUrl, SecretUrl } from './secret-url.ts';

test.each([
  'https://api.example.com/v1',
  'http://127.0.0.1:9090',
  'http://127.8.0.1',
  'http://[::1]:9090/path',
  'http://localhost:9090',
  'HTTPS://api.example.com',
])('a secret may go to %s', (url) => {
  expect(SecretUrl.safeParse(url).success).toBe(true);
});

test.each([
  'http://api.example.com',
  'http://10.0.0.1',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
  'http://127.0.0.1@example.com',
  'http://0.0.0.0',
  'ftp://127.0.0.1',
  'nonsense',
])('a secret may not go to %s', (url) => {
  expect(SecretUrl.safeParse(url).success).toBe(false);
});

test.each([
  'https://user:hunter2@api.example.com',
  'https://user@api.example.com',
  'https://:hunter2@api.example.com',
  'https://api.example.com?token=hunter2',
  'https://api.example.com/v1#hunter2',
])('an address that holds a secret itself is no address: %s', (url) => {
  for (const Url of [SecretUrl, BareUrl]) {
    const { error } = Url.safeParse(url);
    expect(error?.issues[0]?.message).toContain('what is secret is a reference');
  }
});

test('what no token is sent to may be reached in the clear', () => {
  expect(BareUrl.safeParse('http://flagd:8016/flags').success).toBe(true);
  expect(BareUrl.safeParse('ftp://flagd').success).toBe(false);
});
