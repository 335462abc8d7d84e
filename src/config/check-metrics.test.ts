import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkMetrics } from './check-metrics.ts';
import { knownFrom } from './known.ts';
import { readConfiguration } from './read.ts';

const Settings = z.strictObject({ url: z.string() });
const prometheus = { id: 'prometheus', Settings, Query: z.strictObject({ requests: z.string() }) };
const platform = { id: 'platform', Settings: z.strictObject({}), Query: z.strictObject({}) };
const known = knownFrom([], [], [], [], [platform, prometheus]);

test('sources of numbers have names, and what stands beside their kind goes to them unread', () => {
  const file = `
environments: { staging: { channel: C0STAGING, protected: false } }
metrics: { prom: { kind: prometheus, url: "https://prometheus.example.com" } }
services: {}
grants: []
`;
  expect(readConfiguration('slipway.yml', file, known)).toMatchObject({
    configuration: {
      catalog: {
        metrics: [{ name: 'prom', kind: 'prometheus', settings: { url: 'https://prometheus.example.com' } }],
      },
    },
  });
  const named = file.replace('prom:', 'platform:');
  expect(readConfiguration('slipway.yml', named, known)).toMatchObject({ kind: 'broken' });
});

test.each([
  ['a kind that there is not', { prom: { kind: 'promtheus' } }, ['metrics', 'prom', 'kind']],
  ['the place itself under another name', { mine: { kind: 'platform' } }, ['metrics', 'mine', 'kind']],
  ['what the kind does not take', { prom: { kind: 'prometheus', url: 7 } }, ['metrics', 'prom', 'url']],
])('%s is told where it stands', (_, wrong, path) => {
  expect(checkMetrics({ metrics: wrong }, known).map((each) => each.path)).toEqual([path]);
});
