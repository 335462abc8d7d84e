import { expect, test } from 'vitest';
import { z } from 'zod';
import { knownFrom } from './known.ts';
import { readConfiguration } from './read.ts';

const render = {
  id: 'render',
  Settings: z.strictObject({ token: z.string() }),
  Address: z.strictObject({ service: z.string().startsWith('srv-') }),
};
const known = knownFrom([{ id: 'local', Address: z.strictObject({ service: z.string() }) }, render], [], []);

const target = (platform: string, service: string) => `
        platform: ${platform}
        address: { service: ${service} }
        strategy: in-place
        pace: { observe: 10s, releaseDeadline: 10m }`;

function file(
  more: { platforms?: string; products?: string; platform?: string; service?: string } = {},
): string {
  const { platforms = 'render-eu: { kind: render, token: env:RENDER_TOKEN }', products = '' } = more;
  const here = target(more.platform ?? 'render-eu', more.service ?? 'srv-1');
  return `
environments:
  production: { channel: C0PRODUCTION, protected: false }
platforms:
  ${platforms}
${products}
services:
  db:
    targets:
      production:${here}
  api:
    needs: [db]
    targets:
      production:${here}
grants: []
`;
}

function read(text: string) {
  const reading = readConfiguration('slipway.yml', text, known);
  if (reading.kind === 'read') return reading.configuration.catalog;
  return reading.findings.map(({ key, message }) => `${key} ${message}`);
}

test('a platform has a name of its own, and what stands beside its kind goes to it unread', () => {
  expect(read(file())).toMatchObject({
    platforms: [{ name: 'render-eu', kind: 'render', settings: { token: 'env:RENDER_TOKEN' } }],
    services: [{ targets: [{ platform: 'render-eu' }] }, {}],
  });
});

test.each([
  ['a kind that there is not', { platforms: 'render-eu: { kind: rendr }' }, 'platforms.render-eu.kind'],
  [
    'what the kind does not take',
    { platforms: 'render-eu: { kind: render, tokn: x }' },
    'platforms.render-eu',
  ],
  ['this machine under another name', { platforms: 'mine: { kind: local }' }, 'platforms.mine.kind'],
  [
    'a target on a platform that has no name here',
    { platform: 'render' },
    'services.db.targets.production.platform',
  ],
  [
    'an address that the kind does not take',
    { service: 'x-1' },
    'services.db.targets.production.address.service',
  ],
])('%s is refused, and where it stands is told', (_, more, where) => {
  expect(read(file(more))).toEqual(expect.arrayContaining([expect.stringContaining(`${where} `)]));
});

test('a product is several services under one name', () => {
  expect(
    read(file({ products: 'products: { shop: { services: [db, api], onFailure: ask } }' })),
  ).toMatchObject({
    products: [{ name: 'shop', services: ['db', 'api'], onFailure: 'ask' }],
  });
});

test.each([
  ['the name of a service', '{ api: { services: [db, api] } }', 'is the name of a service too'],
  ['one service alone', '{ shop: { services: [db] } }', 'must be of a length of at least 2'],
  ['a service twice', '{ shop: { services: [db, db] } }', 'db is named twice'],
  ['a service that there is not', '{ shop: { services: [db, apj] } }', 'apj'],
  ['another policy', '{ shop: { services: [db, api], onFailure: pray } }', 'onFailure'],
])('a product with %s is refused', (_, products, said) => {
  expect(read(file({ products: `products: ${products}` }))).toEqual([expect.stringContaining(said)]);
});
