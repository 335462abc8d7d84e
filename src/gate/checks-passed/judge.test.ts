import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Check, CheckList } from '../../source/source.ts';
import { checksPassed } from './index.ts';
import { judgeChecks, type Wanted } from './judge.ts';

const usual: Wanted = { of: 'required', ignore: [] };
const ci = { id: '15368', name: 'github-actions' };
const other = { id: '9', name: 'other' };
const byActions = { name: 'ci', app: 'github-actions' };
const check = (name: string, how: Check['how'] = 'pass', app: Check['app'] = ci): Check => ({
  name,
  how,
  app,
});
const list = (checks: readonly Check[], more: Partial<CheckList> = {}): CheckList => ({
  checks,
  required: [],
  unread: [],
  ...more,
});
const required = (...names: readonly string[]) => names.map((name) => ({ name, appId: null }));

test.each<[string, CheckList, Partial<Wanted>, string]>([
  ['all green', list([check('lint'), check('test')]), {}, 'pass'],
  ['one red', list([check('lint'), check('test', 'fail')]), {}, 'fail'],
  ['one running', list([check('lint'), check('test', 'pending')]), {}, 'unknown'],
  ['one that nobody understands', list([check('lint', 'unknown')]), {}, 'unknown'],
  ['none at all', list([]), {}, 'unknown'],
  [
    'required alone',
    list([check('lint'), check('slow', 'fail')], { required: required('lint') }),
    {},
    'pass',
  ],
  ['required, and silent', list([check('lint')], { required: required('lint', 'e2e') }), {}, 'unknown'],
  [
    'everything, by setting',
    list([check('lint'), check('slow', 'fail')], { required: required('lint') }),
    { of: 'all' },
    'fail',
  ],
  ['ignored', list([check('lint'), check('slow', 'fail')]), { of: 'all', ignore: ['slow'] }, 'pass'],
  ['nothing but what is ignored', list([check('slow')]), { of: 'all', ignore: ['slow'] }, 'unknown'],
  ['named in the settings', list([check('lint'), check('slow', 'fail')]), { required: ['lint'] }, 'pass'],
  ['named, and never heard of', list([check('lint')]), { required: ['e2e'] }, 'unknown'],
  [
    'rules that nobody may read',
    list([check('lint'), check('slow', 'fail')], { required: null }),
    {},
    'fail',
  ],
  [
    'rules of which only some could be read',
    list([check('lint'), check('slow', 'fail')], { required: required('lint'), mayRequireMore: true }),
    {},
    'fail',
  ],
  [
    'required by what could be read, and silent',
    list([check('lint')], { required: required('e2e'), mayRequireMore: true }),
    {},
    'unknown',
  ],
  [
    'everything, by setting, and what is required silent',
    list([check('lint')], { required: required('e2e') }),
    { of: 'all' },
    'unknown',
  ],
  [
    'required, and left out by name',
    list([check('lint')], { required: required('e2e') }),
    { of: 'all', ignore: ['e2e'] },
    'pass',
  ],
  ['a page that was not read', list([check('lint')], { unread: ['check runs (503)'] }), {}, 'unknown'],
  ['red on the page that was read', list([check('lint', 'fail')], { unread: ['more'] }), {}, 'fail'],
  [
    'of another app than the one that is required',
    list([check('ci', 'pass', null)], { required: [{ name: 'ci', appId: ci.id }] }),
    {},
    'unknown',
  ],
  [
    'of the app that is required',
    list([check('ci')], { required: [{ name: 'ci', appId: ci.id }] }),
    {},
    'pass',
  ],
  [
    'of two apps, one of them red',
    list([check('ci'), check('ci', 'fail', null)], { required: required('ci') }),
    {},
    'fail',
  ],
  ['named with its app', list([check('ci')]), { required: [byActions] }, 'pass'],
  [
    'named with its app, and green by another one alone',
    list([check('ci', 'pass', other)]),
    { required: [byActions] },
    'unknown',
  ],
  [
    'named with its app, and green as a status, which anybody may write',
    list([check('ci', 'pass', null)]),
    { required: [byActions] },
    'unknown',
  ],
  [
    'named with its app, which says no',
    list([check('ci', 'fail'), check('ci', 'pass', other)]),
    { required: [byActions] },
    'fail',
  ],
  [
    'named with its app, where another one says no',
    list([check('ci'), check('ci', 'fail', other)]),
    { required: [byActions] },
    'pass',
  ],
  [
    'named with its app and without it, where another one says no',
    list([check('ci'), check('ci', 'fail', other)]),
    { required: [byActions, 'ci'] },
    'fail',
  ],
  [
    'of an app whose slug nobody said, and whose id is the slug that is asked for',
    list([check('ci', 'pass', { id: '7', name: '7' })]),
    { required: [{ name: 'ci', app: '7' }] },
    'unknown',
  ],
])('%s', (_, found, wanted, kind) => {
  expect(judgeChecks(found, { ...usual, ...wanted }).kind).toBe(kind);
});

test('who has not been heard of is named with its app', () => {
  const { because } = judgeChecks(list([check('ci', 'pass', other)]), { ...usual, required: [byActions] });
  expect(because).toBe('required, and not heard of: ci by github-actions');
});

test('a name may stand beside a name with its app, and an app is a slug', () => {
  const { Settings } = checksPassed;
  const isTaken = (required: unknown) => Settings.safeParse({ required }).success;
  expect(isTaken(['lint', byActions])).toBe(true);
  for (const app of ['GitHub Actions', '', 15368, '-x']) expect(isTaken([{ name: 'ci', app }])).toBe(false);
  expect(isTaken([{ name: 'ci' }])).toBe(false);
  expect(isTaken([{ ...byActions, of: 'all' }])).toBe(false);
});

const anyList: fc.Arbitrary<CheckList> = fc.record({
  checks: fc.array(
    fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      app: fc.constantFrom(null, ci),
      how: fc.constantFrom<Check['how']>('pass', 'fail', 'pending', 'unknown'),
    }),
    { maxLength: 5 },
  ),
  required: fc.option(
    fc.array(fc.record({ name: fc.constantFrom('a', 'b', 'd'), appId: fc.constantFrom(null, ci.id) }), {
      maxLength: 3,
    }),
  ),
  unread: fc.array(fc.constant('a page'), { maxLength: 1 }),
});

test('a pass means that everything was read, something counts, and all that counts is green', () => {
  fc.assert(
    fc.property(anyList, fc.constantFrom('required' as const, 'all' as const), (found, of) => {
      if (judgeChecks(found, { of, ignore: [] }).kind !== 'pass') return;
      const names = of === 'all' ? [] : (found.required ?? []).map(({ name }) => name);
      const counted = found.checks.filter(({ name }) => names.length === 0 || names.includes(name));
      expect(found.unread).toEqual([]);
      expect(counted.length).toBeGreaterThan(0);
      for (const name of names) expect(counted.map((one) => one.name)).toContain(name);
      // Of a name that one app has to say, others may say what they like.
      const isFree = (one: Check) =>
        (found.required ?? []).some(({ name, appId }) => name === one.name && appId === null);
      for (const one of counted)
        if (of === 'all' || names.length === 0 || isFree(one)) expect(one.how).toBe('pass');
    }),
    { numRuns: 10_000 },
  );
});
