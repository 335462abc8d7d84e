import { expect, test } from 'vitest';
import { z } from 'zod';
import { flagKinds } from '../flag/index.ts';
import { sayFinding } from './finding.ts';
import { knownFrom } from './known.ts';
import { readConfiguration } from './read.ts';

const platforms = [{ id: 'local', Address: z.strictObject({ service: z.string() }) }];
const known = knownFrom(platforms, [], [], [], [], flagKinds);

type Written = { readonly flags?: string; readonly own?: string; readonly climbs?: string };

function read({ flags = '{ here: { kind: file } }', own = '{}', climbs = '[]' }: Written) {
  const text = `
environments:
  staging: { channel: C0DEPLOYS, protected: false }
  production: { channel: C0DEPLOYS, protected: false }
flags: ${flags}
services:
  api:
    flags: ${own}
    targets:
      staging:
        platform: local
        address: { service: api }
        strategy: rolling
        pace: { observe: 6s, releaseDeadline: 30s }
        flags: ${climbs}
grants: []
`;
  const reading = readConfiguration('slipway.yml', text, known);
  return reading.kind === 'broken'
    ? reading.findings.map(sayFinding).join('\n')
    : reading.configuration.catalog;
}

const own = '{ new-checkout: { at: here, environments: { staging: test } } }';

test('flags are kept somewhere, read by services, and turned up at targets', () => {
  const climbs = '[{ key: new-checkout, percents: [10, 50, 100] }]';
  expect(read({ own, climbs })).toMatchObject({
    flags: [{ name: 'here', kind: 'file', settings: {} }],
    services: [
      {
        flags: [{ key: 'new-checkout', at: 'here', environments: { staging: 'test' } }],
        targets: [{ flags: [{ key: 'new-checkout', percents: [10, 50, 100] }] }],
      },
    ],
  });
});

test('a configuration without flags is what it was before there were any', () => {
  const before = read({ flags: '{}' });
  expect(JSON.stringify(before)).not.toContain('flags');
});

test.each<[Written, string]>([
  [{ flags: '{ ld: { kind: lunchdarkly } }' }, 'there is no kind of flag service "lunchdarkly"'],
  [
    { flags: '{ ld: { kind: launchdarkly, project: shop } }' },
    'the flag service launchdarkly does not take this',
  ],
  [{ flags: '{ ld: { kind: launchdarkly, project: a/b, token: env:LD } }' }, 'must be the key of a project'],
  [{ own: '{ x: { at: there, environments: { staging: test } } }' }, 'there is no flag service "there"'],
  [
    { own: '{ x: { at: here, environments: { production: live } } }' },
    'there is no environment of api "production"; there is staging',
  ],
  [{ own: '{ x: { at: here, environments: {} } }' }, 'needs one environment at least'],
  [{ own: '{ x: { at: here, environments: { staging: ../other } } }' }, 'must be the key of an environment'],
  [{ own: '{ "../x": { at: here, environments: { staging: test } } }' }, 'must be letters, digits'],
  [{ own, climbs: '[{ key: old-checkout }]' }, 'there is no flag of api in staging "old-checkout"'],
  [{ own, climbs: '[{ key: new-checkout, percents: [50, 10] }]' }, 'must rise'],
  [{ own, climbs: '[{ key: new-checkout }, { key: new-checkout }]' }, 'is turned up there already'],
])('%o is refused: %s', (written, because) => {
  expect(read(written)).toContain(because);
});
