import { expect, test } from 'vitest';
import { DEFAULT_CONFIGURATION } from '../local/index.ts';
import { known } from '../process/settings.ts';
import { readConfiguration } from './read.ts';

const read = (more: string) => readConfiguration('slipway.yml', `${DEFAULT_CONFIGURATION}\n${more}`, known);

test('webhooks are read with what they are signed with and what they are for', () => {
  const reading = read(`
webhooks:
  github: { kind: github, secret: env:GITHUB_WEBHOOK_SECRET }
  ci: { kind: signed, secret: env:CI_WEBHOOK_SECRET, platforms: [local] }
`);
  expect(reading.kind === 'read' && reading.configuration.webhooks).toEqual([
    { name: 'github', kind: 'github', secret: 'env:GITHUB_WEBHOOK_SECRET', platforms: null },
    { name: 'ci', kind: 'signed', secret: 'env:CI_WEBHOOK_SECRET', platforms: ['local'] },
  ]);
});

test.each([
  ['a secret itself', '{ kind: github, secret: hunter2hunter2 }', 'webhooks.x.secret'],
  ['a kind that does not exist', '{ kind: gitlab, secret: env:S }', 'webhooks.x.kind'],
  [
    'a platform that does not exist',
    '{ kind: signed, secret: env:S, platforms: [locale] }',
    'webhooks.x.platforms',
  ],
])('%s is a finding, and is not repeated where it could be a secret', (_what, webhook, key) => {
  const reading = read(`webhooks:\n  x: ${webhook}\n`);
  const findings = reading.kind === 'broken' ? reading.findings : [];
  expect(findings.map((finding) => finding.key)).toEqual([expect.stringContaining(key)]);
  expect(JSON.stringify(findings)).not.toContain('hunter2');
});
