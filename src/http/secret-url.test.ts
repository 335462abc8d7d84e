import { expect, test } from 'vitest';
import { SecretUrl } from './secret-url.ts';

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
