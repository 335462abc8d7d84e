import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineRedactor, redact, redactor } from './redact.ts';

// Put together here, so that nothing that scans the repository takes the examples for real ones.
const joined = (...parts: string[]): string => parts.join('');
const body = '1a2B3c4D5e6F7g8H9i0J1k2L3m4N5o6P7q8R';

describe('redact', () => {
  const examples: readonly (readonly [string, string, string])[] = [
    ['a bot token of Slack', joined('xo', 'xb-123456789012-', body), 'xoxb-[redacted]'],
    ['a user token of Slack', joined('xo', 'xp-123456789012-', body), 'xoxp-[redacted]'],
    ['a refresh token of Slack', joined('xo', 'xe-1-', body), 'xoxe-[redacted]'],
    ['a rotated token of Slack', joined('xo', 'xe.xo', 'xb-1-', body), 'xoxe.xoxb-[redacted]'],
    ['an app token of Slack', joined('xa', 'pp-1-A0-', body), 'xapp-[redacted]'],
    ['a personal token of GitHub', joined('gh', 'p_', body), 'ghp_[redacted]'],
    ['an OAuth token of GitHub', joined('gh', 'o_', body), 'gho_[redacted]'],
    ['an installation token of GitHub', joined('gh', 's_', body), 'ghs_[redacted]'],
    ['a fine-grained token of GitHub', joined('github', '_pat_', body, '_', body), 'github_pat_[redacted]'],
    ['a key id of AWS', joined('AK', 'IA', 'ABCDEFGHIJKLMNOP'), 'AKIA[redacted]'],
    ['a key of Render', joined('rn', 'd_', body), 'rnd_[redacted]'],
    ['a token of Supabase', joined('sb', 'p_', body), 'sbp_[redacted]'],
    ['a JSON web token', joined('ey', 'JhbGciOiJIUzI1NiJ9.ey', 'JzdWIiOiIxIn0.', body), '[redacted]'],
    [
      'the password in an address',
      'postgres://app:s3cr3t@db:5432/app',
      'postgres://app:[redacted]@db:5432/app',
    ],
    ['a password with an @ in it', 'redis://:p@ss@cache/0', 'redis://:[redacted]@cache/0'],
    ['a bearer token', 'authorization: Bearer abcdef.123456', 'authorization: Bearer [redacted]'],
    ['basic credentials', 'Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [redacted]'],
  ];
  test.each(examples)('hides %s and leaves the words around it', (_, secret, hidden) => {
    expect(redact(`before ${secret} after`)).toBe(`before ${hidden} after`);
  });

  test('hides a private key, whole or cut off', () => {
    const key = joined(
      '-----BEGIN RSA PRIV',
      'ATE KEY-----\nMIIEow\nAAAA\n-----END RSA PRIV',
      'ATE KEY-----',
    );
    expect(redact(`key: ${key} done`)).toBe('key: [redacted] done');
    expect(redact(`key: ${key.slice(0, 45)}`)).toBe('key: [redacted]');
  });

  test('hides every one of several', () => {
    const token = joined('gh', 'p_', body);
    expect(redact(`${token} ${token}`)).toBe('ghp_[redacted] ghp_[redacted]');
  });

  test.each([
    'GET /orders 200 in 12 ms',
    'see https://example.com:8080/a?b=c@d',
    'mail me@example.com',
    'the bearer of news',
    'commit 0f3a9c1d2b4e5f60718293a4b5c6d7e8f9012345',
  ])('leaves %j as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  test('redacting twice changes nothing more', () => {
    const text = examples.map(([, secret]) => secret).join(' ');
    expect(redact(redact(text))).toBe(redact(text));
  });
});

describe('redactor', () => {
  const secrets = fc.string({ minLength: 8, maxLength: 40, unit: 'binary' });

  test('hides a value in plain, JSON, URL and base64 form, alone or inside something longer', () => {
    fc.assert(
      fc.property(secrets, fc.string({ maxLength: 5 }), (secret, prefix) => {
        const hide = redactor([secret]);
        const forms = [
          secret,
          JSON.stringify(secret).slice(1, -1),
          encodeURIComponent(secret),
          new URLSearchParams({ v: secret }).toString().slice(2),
        ];
        for (const form of forms) expect(hide(`«${form}»`)).toBe('«[redacted]»');
        for (const alphabet of ['base64', 'base64url'] as const) {
          const wrapped = Buffer.from(`${prefix}${secret}end`).toString(alphabet);
          expect(hide(wrapped)).toContain('[redacted]');
        }
      }),
    );
  });

  test('leaves values shorter than eight characters alone', () => {
    expect(redactor(['staging'])('deploying to staging')).toBe('deploying to staging');
  });

  test('hides the longer of two values that begin alike', () => {
    expect(redactor(['password', 'password-of-the-king'])('password-of-the-king')).toBe('[redacted]');
  });

  test('hides known shapes too', () => {
    expect(redactor(['something-else'])(joined('gh', 'p_', body))).toBe('ghp_[redacted]');
  });
});

describe('lineRedactor', () => {
  const begin = joined('-----BEGIN PRIV', 'ATE KEY-----');
  const end = joined('-----END PRIV', 'ATE KEY-----');

  test('hides a private key that is logged line by line', () => {
    const hide = lineRedactor();
    const lines = ['start', begin, 'MIIEowIBAAKCAQEA', 'abcdef', end, 'ready'];
    expect(lines.map(hide)).toEqual([
      'start',
      '[redacted]',
      '[redacted]',
      '[redacted]',
      '[redacted]',
      'ready',
    ]);
  });

  test('speaks again after a key that never ended', () => {
    const hide = lineRedactor();
    hide(begin);
    const after = Array.from({ length: 400 }, (_, index) => hide(`line ${index}`));
    expect(after[0]).toBe('[redacted]');
    expect(after.at(-1)).toBe('line 399');
  });
});
