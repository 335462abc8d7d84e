import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Address } from './address.ts';
import { insistOnPulled } from './pull.ts';
import { Container } from './schema.ts';
import { standingOf } from './standing.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const address = Address.parse({ name: 'shop', image: 'registry.example/shop:{version}' });

function container(state: object, more: object = {}): Container {
  return Container.parse({
    Name: '/shop-1',
    Created: '2026-11-20T11:00:00Z',
    RestartCount: 0,
    State: { Status: 'running', StartedAt: '2026-11-20T11:00:00Z', ...state },
    Config: { Image: 'registry.example/shop:v1', Labels: { 'slipway.service': 'shop' } },
    ...more,
  });
}
const only = (state: object, more: object = {}) =>
  standingOf([container(state, more)], address, NOW).releases[0];

describe('what Docker says of a container', () => {
  test.each([
    [{ Status: 'running' }, 'healthy', 100],
    [{ Status: 'running', Health: { Status: 'none' } }, 'healthy', 100],
    [{ Status: 'running', Health: { Status: 'starting' } }, 'starting', 100],
    [{ Status: 'running', Health: { Status: 'unhealthy' } }, 'unhealthy', 100],
    [{ Status: 'running', Health: { Status: 'Healthy' } }, 'unknown', 100],
    [{ Status: 'restarting' }, 'unhealthy', 100],
    [{ Status: 'paused' }, 'unhealthy', 100],
    [{ Status: 'exited', ExitCode: 137, OOMKilled: true }, 'gone', 0],
    [{ Status: 'dead' }, 'gone', 0],
    [{ Status: 'removing' }, 'gone', 0],
    [{ Status: 'created', Error: 'port is already allocated' }, 'gone', 0],
    [{ Status: 'Running' }, 'unknown', 0],
    [{ Status: '' }, 'unknown', 0],
  ])('%j is %s with %d %%', (state, health, trafficPercent) => {
    expect(only(state)).toMatchObject({ health, trafficPercent });
  });

  test('one that was started again a moment ago is not believed yet, though it runs', () => {
    const again = { RestartCount: 4 };
    expect(only({ StartedAt: '2026-11-20T11:59:55Z' }, again)?.health).toBe('unhealthy');
    expect(only({ StartedAt: '2026-11-20T11:59:00Z' }, again)?.health).toBe('healthy');
    expect(only({ StartedAt: '2026-11-20T11:59:55Z' })?.health).toBe('healthy');
  });

  test('what was made and never started is not shown', () => {
    expect(only({ Status: 'created' })).toBeUndefined();
  });

  test('somebody else is shown by the tag of their image', () => {
    const byHand = { Name: '/shop', Config: { Image: 'registry.example/shop:v7' } };
    expect(only({}, byHand)).toMatchObject({ version: { name: 'v7' }, intentId: null });
  });

  test('two that run share what comes', () => {
    const { releases } = standingOf([container({}), container({}, { Name: '/shop-2' })], address, NOW);
    expect(releases.map(({ trafficPercent }) => trafficPercent)).toEqual([50, 50]);
  });
});

test('of 10,000 changed answers none passes for healthy unless it says that it runs and is well', () => {
  const words = fc.oneof(
    fc.constantFrom(
      'running',
      'Running',
      'healthy',
      'up',
      'exited',
      'restarting',
      'created',
      '',
      null,
      true,
      0,
    ),
    fc.string({ maxLength: 8 }),
  );
  const changed = fc.record(
    {
      Name: fc.constantFrom('/shop-1', 'shop-1', ''),
      Created: fc.constant('2026-11-20T11:00:00Z'),
      RestartCount: fc.oneof(fc.nat(5), words),
      State: fc.record(
        {
          Status: words,
          StartedAt: fc.oneof(fc.constant('2026-11-20T11:59:58Z'), words),
          Error: words,
          Health: fc.oneof(fc.constant(null), fc.record({ Status: words }, { requiredKeys: [] })),
        },
        { requiredKeys: [] },
      ),
      Config: fc.constant({ Image: 'registry.example/shop:v1' }),
    },
    { requiredKeys: ['Config'] },
  );
  let healthy = 0;
  fc.assert(
    fc.property(changed, (answer) => {
      const read = Container.safeParse(answer);
      if (!read.success) return;
      const [release] = standingOf([read.data], address, NOW).releases;
      if (release?.health !== 'healthy') return;
      healthy += 1;
      expect(read.data.State.Status).toBe('running');
      expect(['healthy', 'none', undefined]).toContain(read.data.State.Health?.Status);
    }),
    { numRuns: 10_000 },
  );
  expect(healthy).toBeGreaterThan(0);
});

describe('a pull', () => {
  const line = (said: object) => `${JSON.stringify(said)}\r\n`;
  test('that went well says nothing of an error', () => {
    insistOnPulled(line({ status: 'Pulling' }) + line({ status: 'Downloaded newer image' }), 'shop:v1');
  });
  test.each([
    [{ error: 'manifest unknown' }, 'not-found'],
    [{ error: 'pull access denied for shop' }, 'unauthorized'],
    [{ errorDetail: { message: 'toomanyrequests: slow down' } }, 'rejected'],
  ])('that went wrong says so in a line: %j', (said, code) => {
    const told = () => insistOnPulled(line({ status: 'Pulling' }) + line(said), 'shop:v1');
    expect(told).toThrow(expect.objectContaining({ failure: expect.objectContaining({ code }) }));
  });
  test('that tells no lines is not believed', () => {
    expect(() => insistOnPulled('<html>', 'shop:v1')).toThrow('something else than lines');
  });
});
