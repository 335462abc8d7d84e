import { verifySlackRequest } from '@slack/bolt';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signatureHeaders } from './signature.ts';

const nowMs = 1_800_000_000_000;

function verify(secret: string, body: string, headers: Record<string, string>, atMs: number): void {
  verifySlackRequest({
    signingSecret: secret,
    body,
    headers: {
      'x-slack-signature': headers['x-slack-signature'] ?? '',
      'x-slack-request-timestamp': Number(headers['x-slack-request-timestamp']),
    },
    nowMilliseconds: atMs,
  });
}

test("Bolt's verifier accepts what we sign, and nothing else", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), (secret, body) => {
      const headers = signatureHeaders(secret, body, nowMs);
      expect(() => verify(secret, body, headers, nowMs)).not.toThrow();
      expect(() => verify(secret, `${body}x`, headers, nowMs)).toThrow('signature mismatch');
      expect(() => verify(`${secret}x`, body, headers, nowMs)).toThrow('signature mismatch');
    }),
  );
});

test('a signature is stale after five minutes', () => {
  const headers = signatureHeaders('secret', 'body', nowMs);
  expect(() => verify('secret', 'body', headers, nowMs + 5 * 60_000)).not.toThrow();
  expect(() => verify('secret', 'body', headers, nowMs + 5 * 60_000 + 1_000)).toThrow('stale');
});
