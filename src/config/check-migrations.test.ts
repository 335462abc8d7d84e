import { expect, test } from 'vitest';
import { z } from 'zod';
import { migrationKinds } from '../migration/index.ts';
import { knownFrom } from './known.ts';
import { readConfiguration } from './read.ts';

const known = knownFrom(
  [
    { id: 'local', Address: { safeParse: () => ({}) } as never },
    { id: 'keeper', Address: z.json(), Settings: z.strictObject({}) },
  ],
  [],
  [{ id: 'github', Settings: { safeParse: () => ({}) } as never }],
  [],
  [],
  [],
  migrationKinds,
);

const file = (migrations: string, source = 'source: { kind: github }') => `
environments:
  staging: { channel: C0DEPLOYS, protected: false }
services:
  api:
    ${source}
    migrations: ${migrations}
    targets:
      staging:
        platform: local
        address: { service: api }
        strategy: all-at-once
        pace: { observe: 5s, releaseDeadline: 60s }
grants: []
`;

function read(migrations: string, source?: string) {
  const reading = readConfiguration('slipway.yml', file(migrations, source), known);
  return reading.kind === 'read'
    ? reading.configuration.catalog.services[0]?.migrations
    : reading.findings.map(({ key, message }) => `${key} ${message}`).join('\n');
}

test('what is left out is what most people want', () => {
  expect(
    read('{ kind: prisma, folder: prisma/migrations, databases: { staging: env:DATABASE_URL } }'),
  ).toEqual({
    kind: 'prisma',
    folder: 'prisma/migrations',
    from: 'source',
    databases: { staging: 'env:DATABASE_URL' },
    lockTimeoutMs: 5_000,
    statementTimeoutMs: 600_000,
    contractAfterMs: 86_400_000,
    isProtectionRequired: false,
    isReadOnly: false,
    integrity: [],
  });
});

test('a database is a reference or one that comes along, and never the address itself', () => {
  const at = (reference: string) =>
    read(`{ kind: sql, folder: sql, databases: { staging: "${reference}" } }`);
  expect(at('embedded:orders')).toMatchObject({ databases: { staging: 'embedded:orders' } });
  expect(at('embedded:../orders')).toMatch(/must say where the secret is kept/);
  expect(at('postgres://ann:secret@db/shop')).toMatch(/looks like a secret/);
});

test('who keeps a database is named as a step that restores names it, and a name for nobody is told', () => {
  const kept = (environment: string, platform: string) => {
    const databases = 'databases: { staging: env:URL }';
    const datastores = `datastores: { ${environment}: { platform: ${platform}, address: { project: abc } } }`;
    const text = file(`{ kind: sql, folder: sql, ${databases}, ${datastores} }`);
    const platforms = 'platforms:\n  db: { kind: keeper }\ngrants: []';
    const reading = readConfiguration('slipway.yml', text.replace('grants: []', platforms), known);
    return reading.kind === 'read'
      ? reading.configuration.catalog.services[0]?.migrations?.datastores
      : reading.findings.map(({ key, message }) => `${key} ${message}`).join('\n');
  };
  expect(kept('staging', 'db')).toEqual({ staging: { platform: 'db', address: { project: 'abc' } } });
  expect(kept('staging', 'bd')).toContain('datastores.staging.platform there is no platform "bd"');
  expect(kept('production', 'db')).toContain('there is no database of an environment "production"');
});

test('a service without migrations has none in its catalog, so that nothing about it changes', () => {
  expect(read('null')).toBeUndefined();
});

test.each([
  ['{ kind: prisme, folder: a, databases: {} }', 'there is no kind of migrations'],
  ['{ kind: sql, folder: a, databases: { prod: env:X } }', 'there is no environment'],
  ['{ kind: sql, folder: ../a, databases: {} }', 'without .. in it'],
  ['{ kind: sql, folder: a, databases: { staging: "postgres://u:hunter2@h/d" } }', 'it is kept'],
  ['{ kind: sql, folder: a, databases: {}, lockTimeout: forever }', 'must be a time'],
])('%s is told', (migrations, why) => {
  const said = read(migrations);
  expect(String(said).toLowerCase()).toContain(why);
  expect(String(said)).not.toContain('hunter2');
});

test('scripts that could be read nowhere are told', () => {
  expect(read('{ kind: sql, folder: a, databases: {} }', 'source: null')).toContain('from: checkout');
  expect(read('{ kind: sql, folder: a, from: checkout, databases: {} }', 'source: null')).toMatchObject({
    from: 'checkout',
  });
});

test.each([
  ['scripts', 'scripts', 'env:URL', true],
  ['scripts', './scripts/', 'env:URL', true],
  ['scripts', 'other', 'env:URL', false],
  ['scripts', 'scripts', 'env:OTHER_URL', false],
])('two services with scripts in %s and %s and the same database or another (%s)', (one, two, at, isTold) => {
  const first = `{ kind: sql, folder: ${one}, from: checkout, databases: { staging: env:URL } }`;
  const second = first.replace(one, two).replace('env:URL', at);
  const [head = '', api = ''] = file(first).split('services:\n');
  const [service = ''] = api.split('grants:');
  const both = `${head}services:\n${service}${service.replace('api:', 'web:').replace(first, second)}grants: []\n`;
  const reading = readConfiguration('slipway.yml', both, known);
  const said = reading.kind === 'read' ? '' : reading.findings.map(({ message }) => message).join();
  expect(said.includes('api runs the same scripts in the same database of staging')).toBe(isTold);
  if (!isTold) expect(said).toBe('');
});
