import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { argumentsOf } from './argument.ts';
import { environment, lineFrom, service, text } from './index.ts';
import { parse } from './parse.ts';

const declared = {
  arguments: argumentsOf(
    z.strictObject({ service: service(), environment: environment(), reason: text(500) }),
  ),
};
const words = fc
  .string({
    unit: fc.constantFrom(...Array.from('aB1 "\'\\<>&;=-@#`.é漢🚀“—$()')),
    minLength: 1,
    maxLength: 40,
  })
  .filter((word) => word !== 'help');

test('what a shell has cut into words is read as these very words', () => {
  fc.assert(
    fc.property(words, words, fc.boolean(), (name, reason, isAttached) => {
      fc.pre(!/^--?[A-Za-z0-9-]+(?:=|$)/.test(name) && !/^--?[A-Za-z0-9-]+$/.test(reason));
      fc.pre(!name.includes('='));
      const flag = isAttached ? [`--reason=${reason}`] : ['--reason', reason];
      const read = parse(declared, lineFrom([name, '--env', 'staging', ...flag]));
      const straight = (word: string) => word.normalize('NFC').replaceAll('“', '"').replaceAll('—', '—');
      expect(read).toEqual({
        kind: 'named',
        named: { service: straight(name), environment: 'staging', reason: straight(reason) },
      });
    }),
    { numRuns: 3_000 },
  );
});
