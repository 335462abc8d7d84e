import { expect, test } from 'vitest';
import { type Approval, type ApprovalRule, objectionTo, quorumOf } from './approval.ts';

const rule = (more: Partial<ApprovalRule> = {}): ApprovalRule => ({
  requirements: [{ needed: 2, group: null }],
  expiresAfterMs: 60_000,
  isAuthorExcluded: false,
  ...more,
});
const yes = (person: string, more: Partial<Approval> = {}): Approval => ({
  by: `U-${person}`,
  person,
  groups: [],
  hash: 'h1',
  comment: null,
  atMs: 1,
  ...more,
});
const asked = { rule: rule(), approvals: [], hash: 'h1', requester: 'ada', authors: ['eve'] };

test('people are counted, not presses, and only for the plan that they saw', () => {
  const met = (approvals: Approval[]) => quorumOf(rule(), 'h1', approvals).isMet;
  expect(met([yes('ben'), yes('cleo')])).toBe(true);
  expect(met([yes('ben'), yes('ben', { by: 'U-other' })])).toBe(false);
  expect(met([yes('ben'), yes('cleo', { hash: 'h0' })])).toBe(false);
});

test('a named group has to be among them, and one person may serve several requirements', () => {
  const both = rule({
    requirements: [
      { needed: 2, group: null },
      { needed: 1, group: 'security' },
    ],
  });
  expect(quorumOf(both, 'h1', [yes('ben'), yes('cleo')]).isMet).toBe(false);
  expect(quorumOf(both, 'h1', [yes('ben'), yes('cleo', { groups: ['security'] })]).isMet).toBe(true);
});

test('nobody approves their own, nor twice', () => {
  expect(objectionTo(asked, 'ada')).toBe('own');
  expect(objectionTo({ ...asked, approvals: [yes('ben')] }, 'ben')).toBe('twice');
  expect(objectionTo(asked, 'ben')).toBeNull();
});

test('where authors do not count, those whom nobody knows might be anybody', () => {
  const strict = { ...asked, rule: rule({ isAuthorExcluded: true }) };
  expect(objectionTo(strict, 'eve')).toBe('author');
  expect(objectionTo(strict, 'ben')).toBeNull();
  expect(objectionTo({ ...strict, authors: null }, 'ben')).toBe('authors-unknown');
  expect(objectionTo({ ...asked, authors: null }, 'ben')).toBeNull();
});
