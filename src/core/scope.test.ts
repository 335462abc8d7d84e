import { expect, test } from 'vitest';
import { covers, overlaps, type Scope, Scope as ScopeSchema, sayScope } from './scope.ts';

const everything: Scope = { service: null, environment: null };
const production: Scope = { service: null, environment: 'production' };
const api: Scope = { service: 'api', environment: null };
const apiProduction: Scope = { service: 'api', environment: 'production' };
const webStaging: Scope = { service: 'web', environment: 'staging' };
const all = { everything, production, api, apiProduction, webStaging };

test('what each scope covers is this table', () => {
  const covered = Object.entries(all).map(([name, scope]) => [
    name,
    Object.entries(all)
      .filter(([, place]) => covers(scope, place))
      .map(([place]) => place),
  ]);
  expect(Object.fromEntries(covered)).toEqual({
    everything: ['everything', 'production', 'api', 'apiProduction', 'webStaging'],
    production: ['production', 'apiProduction'],
    api: ['api', 'apiProduction'],
    apiProduction: ['apiProduction'],
    webStaging: ['webStaging'],
  });
});

test('two scopes overlap where a place lies in both, whichever is asked first', () => {
  const pairs = Object.values(all).flatMap((a) => Object.values(all).map((b) => [a, b] as const));
  for (const [a, b] of pairs) expect(overlaps(a, b)).toBe(overlaps(b, a));
  expect(overlaps(production, api)).toBe(true);
  expect(overlaps(webStaging, api)).toBe(false);
  expect(overlaps(webStaging, production)).toBe(false);
});

test('a scope is said as people would', () => {
  expect(Object.values(all).map(sayScope)).toEqual([
    'everything',
    'everything in production',
    'api everywhere',
    'api in production',
    'web in staging',
  ]);
});

test('names in a scope are names', () => {
  expect(ScopeSchema.safeParse(apiProduction).success).toBe(true);
  expect(ScopeSchema.safeParse({ service: '*', environment: null }).success).toBe(false);
});
