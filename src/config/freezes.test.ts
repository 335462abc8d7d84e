import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { DEFAULT_CONFIGURATION } from '../local/default-configuration.ts';
import { sayFinding } from './finding.ts';
import { knownFrom } from './known.ts';
import { readConfiguration } from './read.ts';

const known = knownFrom(
  [{ id: 'local', Address: z.strictObject({ service: z.string() }) }],
  [{ id: 'dependencies-healthy' }, { id: 'serves-version' }],
  [{ id: 'changelog', Settings: z.looseObject({}) }],
  [{ id: 'webhook', Settings: z.strictObject({ url: z.string() }) }],
  [],
  [{ id: 'file', Settings: z.strictObject({}) }],
  [{ id: 'sql' }],
);

function read(more: string) {
  return readConfiguration('slipway.yml', `${DEFAULT_CONFIGURATION}\n${more}\n`, known);
}

function findings(more: string): string[] {
  const reading = read(more);
  return reading.kind === 'read' ? [] : reading.findings.map(sayFinding);
}

const freeze = (more: string) => `freezes:\n  - { name: weekend, reason: nobody is here, ${more} }`;

test('a freeze says when it comes back, in which zone, and what it reaches', () => {
  const reading = read(freeze('when: "every fri 16:00 - mon 08:00 Europe/Berlin", environment: staging'));
  expect(reading.kind === 'read' ? reading.configuration.catalog.freezes : reading.findings).toEqual([
    {
      name: 'weekend',
      reason: 'nobody is here',
      scope: { service: null, environment: 'staging' },
      window: expect.objectContaining({ kind: 'weekly', days: ['fri'], zone: 'Europe/Berlin', daysLater: 3 }),
    },
  ]);
});

test('the example of the manual is good', async () => {
  const manual = await readFile('README.md', 'utf8');
  const example = /```yaml\n(freezes:[\s\S]*?)```/.exec(manual)?.[1] ?? '';
  const reading = read(
    example.replace('environment: production', 'environment: staging').replace(/, secret: [^ ]+/, ''),
  );
  expect(reading.kind === 'read' ? [] : reading.findings.map(sayFinding)).toEqual([]);
  expect(example).toContain('weekend');
});

test('a freeze of one stretch of time is read with its year and its zone', () => {
  expect(findings(freeze('when: "2026-12-24 - 2027-01-02 Europe/Berlin"'))).toEqual([]);
});

test.each([
  ['without a zone', 'every fri 16:00 - mon 08:00'],
  ['of a day without a year', '24 dec 10:00 - 18:00 Europe/Berlin'],
  ['that begins when it is read', '3h UTC'],
])('a freeze %s is refused: it would mean something else tomorrow', (_, when) => {
  expect(findings(freeze(`when: "${when}"`)).join()).toContain('must mean the same whenever and wherever');
});

test('what is not understood, or does not exist, is said with its place', () => {
  expect(findings(freeze('when: "evry fri UTC"')).join()).toContain('is not understood');
  expect(findings(freeze('when: "every fri 16:00 - 18:00 UTC", environment: stagin')).join()).toContain(
    'there is no environment "stagin"',
  );
  expect(findings('alarms:\n  pager: { kind: webhok }').join()).toContain(
    'there is no kind of alarm source "webhok"',
  );
  expect(findings('alarms:\n  pager: { kind: webhook }').join()).toContain('does not take this');
  expect(findings('alarms:\n  pager: { kind: webhook, url: https://example.com }')).toEqual([]);
});
