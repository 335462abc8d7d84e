import { expect, test } from 'vitest';
import { answer } from '../core/answer.ts';
import { refuse } from '../core/refusal.ts';
import { code, time } from '../core/text.ts';
import { type Manner, sayReply } from './say.ts';

const manner: Manner = {
  zone: 'Europe/Berlin',
  nowMs: Date.parse('2026-11-20T08:00Z'),
  called: new Map([
    ['deploy-rollback', 'rollback'],
    ['deploy-canary abort', 'abort'],
  ]),
  names: new Set(['rollback', 'status']),
};

test('a table stands in columns, whatever is in its cells', () => {
  const columns = ['Service', 'Runs'];
  const rows = [
    ['api', 'v1'],
    ['a-long-name', 'x'.repeat(200)],
    ['evil\u001b[31m\u202e', 'line\nbreak'],
  ];
  const lines = sayReply(answer('', [{ kind: 'table', caption: '', columns, rows }]), manner);
  expect(lines).toEqual([
    'Service      Runs',
    'api          v1',
    `a-long-name  ${'x'.repeat(79)}…`,
    'evil·[31m·   line break',
  ]);
});

test('what can be typed here is said as it is typed here, and times in the zone of whoever asks', () => {
  const refusal = refuse('too-late', ['Since ', time(manner.nowMs)], {
    next: [
      'See ',
      code('/status'),
      ' or ',
      code('/deploy-canary abort d-1'),
      ' or ',
      code('/deploy-approve d-1'),
      '.',
    ],
    offers: [{ label: 'Back to v1', command: 'deploy-rollback', text: 'api --env staging' }],
  });
  expect(sayReply(refusal, manner)).toEqual([
    'Since Friday 20 Nov 09:00 Europe/Berlin (08:00 UTC)',
    'See slipway status or slipway abort d-1 or /deploy-approve d-1.',
    '  Back to v1: slipway rollback api --env staging',
  ]);
});
