import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedAnswers } from '../../../test/support/changed-answer.ts';
import { changedTexts } from '../../../test/support/changed-text.ts';
import { judgePlan, parsePlan } from './plan.ts';

const change = (address: string, ...actions: string[]) => ({
  address,
  type: 'aws_s3_bucket',
  change: { actions, before: null, after: {} },
});

/** As `terraform show -json` writes a plan, shortened. */
const plan = (...changes: object[]) => ({
  format_version: '1.2',
  terraform_version: '1.9.8',
  planned_values: { root_module: {} },
  resource_changes: changes,
  output_changes: { url: { actions: ['no-op'], before: 'a', after: 'a' } },
  configuration: { root_module: {} },
  timestamp: '2026-11-20T10:00:00Z',
  applyable: false,
  complete: true,
  errored: false,
});

function verdictOn(text: string, allow: readonly ('create' | 'update')[] = []) {
  const parsed = parsePlan(text);
  return parsed.kind === 'report'
    ? judgePlan(parsed.content, { allow })
    : { kind: 'unknown' as const, because: parsed.because };
}

const EMPTY = plan(change('aws_s3_bucket.a', 'no-op'), change('data.aws_caller_identity.me', 'read'));

test('a plan that changes nothing passes, also one that lists nothing', () => {
  expect(verdictOn(JSON.stringify(EMPTY))).toEqual({ kind: 'pass', because: 'the plan changes nothing' });
  const { resource_changes: _, ...without } = EMPTY;
  expect(verdictOn(JSON.stringify(without)).kind).toBe('pass');
});

test('what is new passes only where that is allowed', () => {
  const text = JSON.stringify(plan(change('aws_s3_bucket.a', 'create'), change('aws_s3_bucket.b', 'create')));
  expect(verdictOn(text)).toEqual({
    kind: 'fail',
    because: 'the plan creates 2 resources: aws_s3_bucket.a, aws_s3_bucket.b',
  });
  expect(verdictOn(text, ['create'])).toEqual({
    kind: 'pass',
    because: 'the plan creates 2 resources, which is allowed here',
  });
});

test.each([
  [['delete']],
  [['delete', 'create']],
  [['create', 'delete']],
  [['forget']],
  [['create', 'forget']],
])('a plan that would %j is never agreed to', (actions) => {
  const text = JSON.stringify(
    plan(change('aws_db_instance.orders', ...actions), change('aws_s3_bucket.a', 'update')),
  );
  expect(verdictOn(text, ['create', 'update'])).toMatchObject({
    kind: 'fail',
    because: expect.stringContaining('1 resource: aws_db_instance.orders'),
  });
});

test('an output that changes is a change', () => {
  const text = JSON.stringify({ ...plan(), output_changes: { url: { actions: ['update'] } } });
  expect(verdictOn(text).kind).toBe('fail');
  expect(verdictOn(text, ['update']).kind).toBe('pass');
});

test.each<[string, object]>([
  ['that ended in an error', { errored: true }],
  ['that leaves changes for later', { complete: false }],
  ['with changes put off', { deferred_changes: [{ reason: 'unknown' }] }],
  ['of a later format', { format_version: '2.0' }],
  ['that is a state and no plan', { planned_values: undefined, values: { root_module: {} } }],
  ['with an action that we do not know', { resource_changes: [change('a.b', 'transmogrify')] }],
  ['with a change that does nothing at all', { resource_changes: [change('a.b')] }],
])('a plan %s is not known', (_, changed) => {
  expect(verdictOn(JSON.stringify({ ...EMPTY, ...changed }), ['create', 'update']).kind).toBe('unknown');
});

test('whatever happens to an empty plan, it passes only when it is still one', () => {
  let passed = 0;
  const judges = (text: string) => {
    if (verdictOn(text).kind !== 'pass') return true;
    passed += 1;
    const read = JSON.parse(text) as Partial<typeof EMPTY>;
    const actions = (read.resource_changes ?? []).flatMap(
      (each) => (each as ReturnType<typeof change>).change.actions,
    );
    return actions.every((action) => action === 'no-op' || action === 'read') && read.errored !== true;
  };
  const answers = changedAnswers(EMPTY, ['delete', 'create', ['delete']]).map(
    (value) => JSON.stringify(value) ?? '',
  );
  fc.assert(fc.property(answers, judges), { numRuns: 10_000 });
  fc.assert(fc.property(changedTexts(JSON.stringify(EMPTY)), judges), { numRuns: 10_000 });
  expect(passed).toBeGreaterThan(500);
});
