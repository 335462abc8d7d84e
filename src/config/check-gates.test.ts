import { expect, test } from 'vitest';
import { z } from 'zod';
import { NoSettings } from '../gate/settings.ts';
import { sayFinding } from './finding.ts';
import { knownFrom } from './known.ts';
import { readConfiguration } from './read.ts';

const known = knownFrom(
  [{ id: 'local', Address: z.strictObject({ service: z.string() }) }],
  [
    { id: 'serves-version', Settings: NoSettings },
    { id: 'no-alerts', Settings: z.strictObject({ high: z.number('must be a number') }) },
    { id: 'staged-first', Settings: z.strictObject({ environment: z.string() }) },
  ],
  [],
);

function read(gates: string) {
  const text = `
environments:
  staging: { channel: C0DEPLOYS, protected: false }
services:
  api:
    targets:
      staging:
        platform: local
        address: { service: api }
        strategy: rolling
        pace: { observe: 6s, releaseDeadline: 30s }
        gates: ${gates}
grants: []
`;
  const reading = readConfiguration('slipway.yml', text, known);
  return reading.kind === 'broken'
    ? reading.findings.map(sayFinding)
    : reading.configuration.catalog.services[0]?.targets[0]?.gates;
}

test('a gate is a name, or a name with settings and how long not knowing is asked again', () => {
  expect(
    read(
      '[serves-version, { gate: no-alerts, high: 3 }, { gate: staged-first, environment: staging, within: 10m }]',
    ),
  ).toEqual([
    { gate: 'serves-version', settings: {} },
    { gate: 'no-alerts', settings: { high: 3 } },
    { gate: 'staged-first', settings: { environment: 'staging' }, withinMs: 600_000 },
  ]);
});

test.each([
  ['[serve-version]', 'there is no gate "serve-version"; there are serves-version, no-alerts, staged-first'],
  ['[no-alerts]', 'the gate no-alerts does not take this: must be a number'],
  ['[{ gate: no-alerts, high: many }]', 'the gate no-alerts does not take this: must be a number'],
  [
    '[{ gate: serves-version, high: 1 }]',
    'the gate serves-version does not take this: Unrecognized key: "high"',
  ],
  ['[{ gate: serves-version, within: soon }]', 'must be a time from 1s to 360m'],
  ['[{ gate: staged-first, environment: stagin }]', 'there is no environment "stagin"; there is staging'],
  ['[serves-version, serves-version]', 'serves-version is asked twice in the same way'],
])('%s is refused, and it is said why', (gates, message) => {
  expect(read(gates)).toEqual([expect.stringContaining(message)]);
});

test('the same gate may be asked twice when it is asked for different things', () => {
  expect(read('[{ gate: no-alerts, high: 0 }, { gate: no-alerts, high: 1 }]')).toHaveLength(2);
});
