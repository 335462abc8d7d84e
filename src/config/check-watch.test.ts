import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkWatch } from './check-watch.ts';
import { knownFrom } from './known.ts';
import type { SlipwayFile } from './schema.ts';
import { WatchFile } from './watch-schema.ts';

const Nothing = z.strictObject({});
const Query = z.strictObject({
  requests: z.string(),
  business: z.record(z.string(), z.strictObject({ hits: z.string(), of: z.string() })).optional(),
});
const Lagging = z.strictObject({ lagMs: z.number().default(240_000) });
const known = knownFrom(
  [],
  [],
  [],
  [],
  [
    { id: 'platform', Settings: Nothing, Query: Nothing },
    { id: 'prometheus', Settings: Nothing, Query },
    { id: 'clouds', Settings: Nothing, Query: Lagging, lateMs: (query) => Lagging.parse(query).lagMs },
  ],
);
const prom = { kind: 'prometheus' };
const clouds = { kind: 'clouds' };
const file = { metrics: { prom, alsoprom: prom, clouds } } as unknown as SlipwayFile;

function wrongIn(watch: unknown, observe = 60_000): [string, string][] {
  const target = { watch: WatchFile.parse(watch), pace: { observe } } as Parameters<typeof checkWatch>[1];
  return checkWatch([], target, file, known).map(({ path, message }) => [path.join('.'), message]);
}

const orders = { hits: 'orders_total', of: 'checkouts_total' };

test('a source is asked one question: what is remembered of it is kept under its name', () => {
  const twice = (second: string) => [
    { from: 'platform' },
    { from: 'prom', requests: 'api_requests_total' },
    { from: second, requests: 'edge_requests_total' },
  ];
  expect(wrongIn({ sources: twice('prom') })).toEqual([
    ['watch.sources.2.from', expect.stringContaining('another name under metrics')],
  ]);
  expect(wrongIn({ sources: twice('alsoprom') })).toEqual([]);
});

test('a counter of the business that no source counts is no criterion at all, and is refused', () => {
  const business = [{ name: 'orders', isBad: 'fewer' }];
  const source = { from: 'prom', requests: 'api_requests_total' };
  expect(wrongIn({ sources: [{ ...source, business: { orders } }], business })).toEqual([]);
  const wrong = wrongIn({ sources: [{ ...source, business: { order: orders } }], business });
  expect(wrong.map(([path]) => path)).toEqual(['watch.business.0.name']);
  expect(wrongIn({ sources: [source], business }).map(([path]) => path)).toEqual(['watch.business.0.name']);
});

test('sources that there are not, and questions that they do not take, are told where they stand', () => {
  expect(wrongIn({ sources: [{ from: 'promm' }] })).toMatchObject([
    ['watch.sources.0.from', expect.anything()],
  ]);
  expect(wrongIn({ sources: [{ from: 'prom', requests: 7 }] })).toMatchObject([
    ['watch.sources.0.requests', expect.stringContaining('the source prom does not take this')],
  ]);
});

test('shares that are watched for less than their numbers are late are refused, with what to write', () => {
  const sources = [{ from: 'platform' }, { from: 'clouds' }];
  expect(wrongIn({ sources }, 60_000)).toEqual([
    [
      'pace.observe',
      'is too short: the numbers of clouds may be known 4 m late, and what is not known to be good goes back after 2 m 30 s. Write 3m30s or more.',
    ],
  ]);
  expect(wrongIn({ sources }, 209_999)).toHaveLength(1);
  expect(wrongIn({ sources }, 210_000)).toEqual([]);
  expect(wrongIn({ sources: [{ from: 'clouds', lagMs: 90_000 }] }, 60_000)).toEqual([]);
  expect(wrongIn({ sources: [{ from: 'platform' }] }, 1_000)).toEqual([]);
});
