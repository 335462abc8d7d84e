import { expect, test } from 'vitest';
import { judgeSignatures } from './judge.ts';

const id = 'a'.repeat(40);
const verified = { id, signature: { isVerified: true, because: 'valid' } };
const by = (because: string) => ({ id, signature: { isVerified: false, because } });

test.each([
  ['all of them', [verified, verified], 'pass'],
  ['one is not signed', [verified, by('unsigned')], 'fail'],
  ['one by a key that nobody knows', [verified, by('unknown_key')], 'fail'],
  ['a word that nobody knows', [by('something_new')], 'fail'],
  ['the source could not verify', [verified, by('gpgverify_unavailable')], 'unknown'],
  ['the source says nothing of it', [verified, { id, signature: null }], 'unknown'],
  ['unsigned beside what nobody knows', [by('unsigned'), { id, signature: null }], 'fail'],
  ['none at all', [], 'unknown'],
])('%s', (_, commits, kind) => {
  expect(judgeSignatures({ kind: 'known', commits }).kind).toBe(kind);
});

test('what could not be listed is unknown', () => {
  expect(judgeSignatures({ kind: 'not-known', because: 'too many' }).kind).toBe('unknown');
});
