import { expect, test } from 'vitest';
import { z } from 'zod';
import { sayFinding } from './finding.ts';
import { knownFrom } from './known.ts';
import { readConfiguration } from './read.ts';

const Anything = z.record(z.string(), z.unknown());
const known = knownFrom([{ id: 'edge', Address: Anything, Settings: z.strictObject({}) }], [], []);

const place = 'within: 1m, service: api, environment: production';
const GOOD = `
environments:
  production: { channel: C0DEPLOYS, protected: false }
platforms: { lb: { kind: edge } }
services:
  api:
    targets:
      production:
        platform: lb
        address: { router: { platform: lb, arms: { eu: a, us: b } }, arms: { eu: {}, us: {} } }
        strategy: rolling
        pace: { observe: 6s, releaseDeadline: 30s }
grants: []
runbooks:
  leave-eu:
    rto: 15m
    channel: C0DEPLOYS
    steps:
      - { do: restore, name: data, phase: restore, ${place}, platform: lb, address: { project: p } }
      - { do: redirect, name: share, phase: redirect, ${place}, platform: lb, address: { arms: { eu: a, us: b } }, shares: { eu: 20, us: 80 } }
      - { do: failover, name: over, phase: redirect, ${place}, to: us, drill: true }
      - { do: redirect-dns, name: point, phase: redirect, ${place}, platform: lb, address: { name: x }, content: us.example.com }
`;

function read(text: string) {
  const reading = readConfiguration('slipway.yml', text, known);
  return reading.kind === 'read'
    ? (reading.configuration.catalog.runbooks?.[0]?.steps ?? [])
    : reading.findings.map(sayFinding).join('\n');
}

test('steps that redirect and restore are read with their places and platforms', () => {
  const [data, share, over, point] = read(GOOD);
  const where = { service: 'api', environment: 'production' };
  expect(data).toMatchObject({ kind: 'restore', ...where, platform: 'lb', address: { project: 'p' } });
  expect(share).toMatchObject({ kind: 'redirect', ...where, shares: { eu: 20, us: 80 }, needs: ['data'] });
  expect(over).toMatchObject({ kind: 'failover', ...where, to: 'us', isDrillSafe: true });
  expect(point).toMatchObject({ kind: 'redirect-dns', ...where, content: 'us.example.com' });
});

test.each([
  [
    'a platform that is not there',
    'platform: lb, address: { project',
    'platform: db, address: { project',
    'no platform "db"',
  ],
  ['shares that are not everything', 'eu: 20, us: 80 }', 'eu: 20, us: 70 }', 'must add up to 100'],
  [
    'an arm that the address does not have',
    'eu: 20, us: 80 }',
    'eu: 20, asia: 80 }',
    'no arm in the address "asia"',
  ],
  ['an arm that the service does not have', 'to: us', 'to: asia', 'no arm of api in production "asia"'],
  [
    'a service that is not there',
    `name: over, phase: redirect, ${place}`,
    `name: over, phase: redirect, ${place.replace('api', 'apo')}`,
    'no service "apo"',
  ],
  [
    'a content that is no name',
    'content: us.example.com',
    'content: "us example"',
    'leave-eu.steps.3.content',
  ],
])('%s is told', (_, from, to, message) => {
  expect(GOOD).toContain(from);
  expect(read(GOOD.replace(from, to))).toContain(message);
});
