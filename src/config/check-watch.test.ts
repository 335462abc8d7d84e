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
const known = knownFrom(
  [],
  [],
  [],
  [],
  [
    { id: 'platform', Settings: Nothing, Query: Nothing },
    { id: 'prometheus', Settings: Nothing, Query },
  ],
);
const prom = { kind: 'prometheus' };
const file = { metrics: { prom, alsoprom: prom } } as unknown as SlipwayFile;

function wrongIn(watch: unknown): [string, string][] {
  const target = { watch: WatchFile.parse(watch) } as Parameters<typeof checkWatch>[1];
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
