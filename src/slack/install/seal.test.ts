import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Secret } from '../../secret/index.ts';
import { openSafe } from './seal.ts';

const one = new Secret('env:ONE', 'the first key, 32 characters or more');
const two = new Secret('env:TWO', 'the second key, 32 characters or more');
const place = { enterprise: null, team: 'T1' };
const tokens = { access: 'xoxb-1-canary', refresh: 'xoxe-1-canary' };

test('whatever is sealed is opened again, with any of the keys', () => {
  const words = fc.record({
    access: fc.string({ minLength: 1, unit: 'grapheme' }),
    refresh: fc.option(fc.string({ minLength: 1 })),
  });
  fc.assert(
    fc.property(words, (each) => {
      const sealed = openSafe(one).seal(place, each);
      expect(openSafe(one).open(place, sealed)).toEqual(each);
      expect(openSafe(two, [one]).open(place, sealed)).toEqual(each);
      expect(openSafe(two).open(place, sealed)).toBeNull();
    }),
  );
});

test('the same tokens are never sealed into the same words, and none of them can be read', () => {
  const safe = openSafe(one);
  const sealed = Array.from({ length: 100 }, () => safe.seal(place, tokens).sealed);
  expect(new Set(sealed).size).toBe(100);
  for (const words of sealed)
    expect(Buffer.from(words, 'base64url').toString('latin1')).not.toContain('canary');
});

test('a ciphertext with any bit changed opens nothing', () => {
  const safe = openSafe(one);
  const { keyId, sealed } = safe.seal(place, tokens);
  const bytes = Buffer.from(sealed, 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(safe.open(place, { keyId, sealed: changed.toString('base64url') })).toBeNull();
  }
  for (const cut of [0, 5, 12, 27, bytes.length - 1]) {
    const sealedShort = bytes.subarray(0, cut).toString('base64url');
    expect(safe.open(place, { keyId, sealed: sealedShort })).toBeNull();
  }
});

test('what was sealed for one workspace cannot be passed off as the token of another', () => {
  const safe = openSafe(one);
  const sealed = safe.seal(place, tokens);
  for (const elsewhere of [
    { enterprise: null, team: 'T2' },
    { enterprise: 'T1', team: null },
    { enterprise: 'E1', team: 'T1' },
  ]) {
    expect(safe.open(elsewhere, sealed)).toBeNull();
  }
});

test('the id of a key says which one it is, and nothing of what it is', () => {
  const ids = [one, two].map((secret) => openSafe(secret).keyId);
  expect(new Set(ids).size).toBe(2);
  expect(ids.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
  expect(openSafe(two, [one]).keyId).toBe(ids[1]);
});
