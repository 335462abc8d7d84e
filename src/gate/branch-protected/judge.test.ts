import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Protection } from '../../source/source.ts';
import { type Demanded, judgeProtection } from './judge.ts';

const good: Protection = {
  branch: 'main',
  approvals: 1,
  forgetsStale: true,
  requiredChecks: ['ci'],
  forbidsForce: true,
  forbidsDeletion: true,
  demandsSignatures: true,
  unread: [],
};
const usual: Demanded = { approvals: 1, checks: [], forgetsStale: false, signatures: false };

test.each<[string, Partial<Protection>, Partial<Demanded>, string]>([
  ['protected as asked for', {}, {}, 'pass'],
  ['written over', { forbidsForce: false }, {}, 'fail'],
  ['fewer approvals', { approvals: 1 }, { approvals: 2 }, 'fail'],
  ['no approvals, and none asked for', { approvals: 0 }, { approvals: 0 }, 'pass'],
  ['a check that is not demanded', {}, { checks: ['ci', 'e2e'] }, 'fail'],
  ['stale approvals kept', { forgetsStale: false }, { forgetsStale: true }, 'fail'],
  ['signatures', { demandsSignatures: false }, { signatures: true }, 'fail'],
  ['not known whether it may be written over', { forbidsForce: null }, {}, 'unknown'],
  ['not known how many approvals', { approvals: null, unread: ['the branch protection'] }, {}, 'unknown'],
  ['not known which checks', { requiredChecks: null }, { checks: ['ci'] }, 'unknown'],
  ['not known, and nobody asks', { requiredChecks: null, demandsSignatures: null }, {}, 'pass'],
])('%s', (_, found, demanded, kind) => {
  expect(judgeProtection({ ...good, ...found }, { ...usual, ...demanded }).kind).toBe(kind);
});

test('what is not known is never a pass', () => {
  const maybe = fc.constantFrom(true, false, null);
  fc.assert(
    fc.property(
      fc.record({ forbidsForce: maybe, forgetsStale: maybe, demandsSignatures: maybe }),
      fc.record({ forgetsStale: fc.boolean(), signatures: fc.boolean() }),
      (found, demanded) => {
        const { kind } = judgeProtection({ ...good, ...found }, { ...usual, ...demanded });
        const isGood =
          found.forbidsForce === true &&
          (!demanded.forgetsStale || found.forgetsStale === true) &&
          (!demanded.signatures || found.demandsSignatures === true);
        expect(kind === 'pass').toBe(isGood);
      },
    ),
  );
});
