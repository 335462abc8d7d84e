import { expect, test } from 'vitest';
import type { z } from 'zod';
import { openfeature } from '../../src/flag/openfeature/index.ts';
import { Settings as CloudWatch } from '../../src/metric/cloudwatch/settings.ts';
import { Settings as Ecs } from '../../src/platform/ecs/address.ts';
import { Settings as Kubernetes } from '../../src/platform/kubernetes/settings.ts';

const aws = { region: 'eu-central-1' };
const HERE = 'http://127.0.0.1:8080';

test.each<[string, z.ZodType, (url: string) => object]>([
  ['the API of ECS', Ecs, (url) => ({ ...aws, endpoints: { ecs: url, loadBalancing: HERE } })],
  ['the load balancers', Ecs, (url) => ({ ...aws, endpoints: { ecs: HERE, loadBalancing: url } })],
  ['CloudWatch', CloudWatch, (url) => ({ ...aws, url })],
  ['Kubernetes, from within', Kubernetes, (url) => ({ serviceAccount: { server: url } })],
  [
    'OpenFeature with a token',
    openfeature.Settings,
    (url) => ({ addresses: { production: url }, token: 'env:OFREP' }),
  ],
])('%s is sent no secret in the clear, and its address holds none', (_, Settings, settings) => {
  const takes = (url: string) => Settings.safeParse(settings(url)).success;
  expect(['https://api.internal', 'https://api.internal:8443/path', HERE].map(takes)).toEqual([
    true,
    true,
    true,
  ]);
  for (const url of [
    'http://api.internal',
    'http://127.0.0.1@api.internal',
    'https://ada:hunter2@api.internal',
    'https://api.internal/?token=hunter2',
  ])
    expect([url, takes(url)]).toEqual([url, false]);
});

test('what asks for no token is asked in the clear, and its address holds no secret either', () => {
  const takes = (url: string) => openfeature.Settings.safeParse({ addresses: { production: url } }).success;
  expect(takes('http://flagd:8016')).toBe(true);
  expect(takes('http://ada:hunter2@flagd:8016')).toBe(false);
});
