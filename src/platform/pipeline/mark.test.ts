import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isForTarget, readMark, writeMark } from './mark.ts';

const intentId = 'd-7f3a9k2m/replace.api/staging/forward/1';

test('a mark is read back from wherever it stands, whatever stands around it', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._/+-]{0,60}$/);
  const commit = fc.option(fc.stringMatching(/^[0-9a-f]{40}$/));
  const around = fc.constantFrom('', 'Deploy (', 'Deploy v1: ', '[', ')', ' by ada', '"', '\n');
  fc.assert(
    fc.property(name, commit, around, around, (version, sha, before, after) => {
      fc.pre(!/\w$/.test(before) && !/^\w/.test(after));
      const mark = { intentId, version: { name: version, commit: sha } };
      expect(readMark(`${before}${writeMark(mark)}${after}`)).toEqual(mark);
    }),
  );
});

test.each([
  '',
  'Deploy v2',
  'slipway',
  `slipway ${intentId}`,
  `slipway ${intentId} v2`,
  `slipway ${intentId} v2 0f3a9`,
  `slipway ${intentId} v2 0f3a9c1dxyz`,
  'slipway d-7f3a9k2m/replace.api/staging/sideways/1 v2 -',
  `slipway ${intentId} -v2 -`,
])('%j carries none', (text) => expect(readMark(text)).toBeNull());

test('a mark says which place it is for, and similar names are others', () => {
  const mark = { intentId, version: { name: 'v2', commit: null } };
  expect(isForTarget(mark, 'api/staging')).toBe(true);
  for (const other of ['api/production', 'pi/staging', 'api/stag', 'api'])
    expect(isForTarget(mark, other)).toBe(false);
});
