import { describe, expect, test } from 'vitest';
import { Failed } from '../../core/failure.ts';
import { readCounters } from './analytics.ts';
import { logsOf } from './capabilities.ts';
import { isMarker, markerOf } from './marker.ts';
import { nameVersions } from './names.ts';
import { sharesOf, steeringOf } from './router.ts';
import { without, withShares, withStaged } from './table.ts';
import { linesOf } from './telemetry.ts';

const codeOf = (doing: () => unknown) => {
  try {
    doing();
  } catch (error) {
    if (error instanceof Failed) return error.failure.code;
    throw error;
  }
  return 'none';
};

describe('the message of a deployment', () => {
  test('is the intent itself while it fits into fifty characters, and never longer', () => {
    const short = 'd-7f3a9k2m/release.api/staging/forward/1';
    expect(markerOf(short)).toBe(short);
    const long = `d-7f3a9k2m/release.${'long-name-'.repeat(4)}/production/forward/1`;
    expect(markerOf(long)).toMatch(/^d-7f3a9k2m [0-9a-f]{16}$/);
    expect(markerOf(`${long}2`)).not.toBe(markerOf(long));
  });

  test('is told from what people write', () => {
    expect(isMarker(markerOf('d-7f3a9k2m/release.api/staging/forward/1'))).toBe(true);
    expect(isMarker('Automatic deployment on upload.')).toBe(false);
    expect(isMarker('d-7f3a9k2m')).toBe(false);
  });
});

describe('the name of a version', () => {
  const version = (number: number, tag?: string, message?: string) => ({
    id: `id-${number}`,
    number,
    annotations: {
      ...(tag === undefined ? {} : { 'workers/tag': tag }),
      ...(message === undefined ? {} : { 'workers/message': message }),
    },
  });

  test('is its tag, or its number where no tag could be typed', () => {
    const named = nameVersions([version(1, 'v1.0.0'), version(2), version(3, 'two words')]);
    expect(named.map(({ name }) => name)).toEqual(['3', '2', 'v1.0.0']);
  });

  test('stays what it was when a later upload has the same tag', () => {
    const before = nameVersions([version(1, 'v1')]);
    const after = nameVersions([version(2, 'v1'), version(1, 'v1')]);
    expect(after.map(({ id, name }) => [id, name])).toEqual([
      ['id-2', 'v1.2'],
      ['id-1', before[0]?.name],
    ]);
  });

  test('comes with the commit that stands in the tag or the message, whole and alone', () => {
    const commit = '0123456789abcdef0123456789abcdef01234567';
    const named = nameVersions([
      version(1, commit),
      version(2, 'v2', `of ${commit}.`),
      version(3, `${commit}8`),
    ]);
    expect(named.map((each) => each.commit)).toEqual([null, commit, commit]);
  });
});

describe('the table of shares', () => {
  const table = [{ versionId: 'old', percent: 100 }];

  test('takes a second version without traffic, and keeps what the first one has', () => {
    expect(withStaged(table, 'new', 'v2')).toEqual([...table, { versionId: 'new', percent: 0 }]);
  });

  test('has no room for a third one that people use, and makes room where nobody uses it', () => {
    const shared = [
      { versionId: 'a', percent: 90 },
      { versionId: 'b', percent: 10 },
    ];
    expect(codeOf(() => withStaged(shared, 'c', 'v3'))).toBe('conflict');
    const left = [
      { versionId: 'a', percent: 100 },
      { versionId: 'b', percent: 0 },
    ];
    expect(withStaged(left, 'c', 'v3').map(({ versionId }) => versionId)).toEqual(['a', 'c']);
  });

  test('cannot begin with a version that gets nothing', () => {
    expect(codeOf(() => withStaged([], 'new', 'v1'))).toBe('conflict');
  });

  test('keeps a version that is not named in it, with nothing', () => {
    const both = withStaged(table, 'new', 'v2');
    expect(withShares(both, [{ releaseId: 'new', trafficPercent: 100 }])).toEqual([
      { versionId: 'new', percent: 100 },
      { versionId: 'old', percent: 0 },
    ]);
  });

  test.each([
    ['99', [99]],
    ['steps smaller than 0.01', [99.995, 0.005]],
    ['less than nothing', [101, -1]],
    ['nobody', [0, 0]],
  ])('refuses shares of %s', (_, percents) => {
    const both = withStaged(table, 'new', 'v2');
    const shares = percents.map((trafficPercent, index) => ({
      releaseId: index === 0 ? 'old' : 'new',
      trafficPercent,
    }));
    expect(codeOf(() => withShares(both, shares))).toBe('rejected');
  });

  test('takes any hundredth, though floats do not add up', () => {
    const both = withStaged(table, 'new', 'v2');
    const shares = [
      { releaseId: 'old', trafficPercent: 99.93 },
      { releaseId: 'new', trafficPercent: 0.07 },
    ];
    expect(withShares(both, shares)).toHaveLength(2);
  });

  test('lets go of what nobody uses, and of nothing else', () => {
    const both = withStaged(table, 'new', 'v2');
    expect(without(both, 'new')).toEqual(table);
    expect(without(both, 'stranger')).toBe(both);
    expect(codeOf(() => without(both, 'old'))).toBe('conflict');
  });
});

describe('the analytics', () => {
  const answer = (sum: { requests: number; errors: number }, scriptVersion = 'v') => ({
    data: {
      viewer: { accounts: [{ workersInvocationsAdaptive: [{ dimensions: { scriptVersion }, sum }] }] },
    },
  });

  test('count requests and errors of one version, and nothing is not zero', () => {
    expect(readCounters(answer({ requests: 295, errors: 2 }), 'v', 7)).toMatchObject({
      atMs: 7,
      requests: 295,
      errors: 2,
      latencyBuckets: [],
    });
    expect(readCounters(answer({ requests: 295, errors: 2 }, 'another'), 'v', 7)).toBeNull();
  });

  test('are no answer with errors in them, whatever the status and the data beside', () => {
    const wrong = { ...answer({ requests: 1, errors: 0 }), errors: [{ message: 'quota exceeded' }] };
    expect(codeOf(() => readCounters(wrong, 'v', 7))).toBe('rejected');
    const forbidden = { data: null, errors: [{ message: 'no', extensions: { code: 'authz' } }] };
    expect(codeOf(() => readCounters(forbidden, 'v', 7))).toBe('unauthorized');
  });
});

describe('logs', () => {
  test('are only there where the Worker keeps them', () => {
    expect(logsOf({}).can).toBe(false);
    expect(logsOf({ observability: { enabled: false } }).can).toBe(false);
    expect(logsOf({ observability: { enabled: true, logs: { enabled: false } } }).can).toBe(false);
    const some = logsOf({ observability: { enabled: true, head_sampling_rate: 0.1 } });
    expect(some).toMatchObject({ can: true, caveats: ['only 10 % of the requests are logged'] });
  });

  test('come oldest first, at a level and worse, the newest kept', () => {
    const event = (timestamp: number, level: string, message: string) => ({
      timestamp,
      $metadata: { level, message },
    });
    const events = [event(3, 'error', 'third'), event(1, 'warn', 'first'), event(2, 'log', 'second')];
    const query = { linesMax: 9, level: null, contains: null };
    const texts = (over: Partial<Parameters<typeof linesOf>[1]>) =>
      linesOf(
        events,
        { ...query, ...over },
        () => 'v1',
        (text) => text,
      ).map(({ text }) => text);
    expect(texts({})).toEqual(['first', 'second', 'third']);
    expect(texts({ level: 'warn' })).toEqual(['first', 'third']);
    expect(texts({ linesMax: 1 })).toEqual(['third']);
    expect(texts({ contains: 'SECOND' })).toEqual(['second']);
  });
});

describe('a load balancer', () => {
  const arms = { blue: 'pool-1', green: 'pool-2' };
  const balancer = {
    steering_policy: 'random',
    default_pools: ['pool-1', 'pool-2'],
    random_steering: { default_weight: 0, pool_weights: { 'pool-1': 0.9, 'pool-2': 0.1 } },
  };

  test('gives each pool its weight among all of them', () => {
    expect(sharesOf(balancer, arms)).toEqual({ arms: { blue: 90, green: 10 }, elsewherePercent: 0 });
    const third = { ...balancer, default_pools: ['pool-1', 'pool-2', 'pool-3'] };
    const steering = { default_weight: 1, pool_weights: { 'pool-1': 0.5, 'pool-2': 0.5 } };
    expect(sharesOf({ ...third, random_steering: steering }, arms)).toEqual({
      arms: { blue: 25, green: 25 },
      elsewherePercent: 50,
    });
  });

  test.each([
    ['another policy', { steering_policy: 'proximity' }],
    ['rules that come first', { rules: [{ disabled: false }] }],
    ['pools of their own for some regions', { region_pools: { WEU: ['pool-9'] } }],
    ['being switched off', { enabled: false }],
  ])('tells nothing with %s', (_, over) => {
    expect(codeOf(() => sharesOf({ ...balancer, ...over }, arms))).toBe('misunderstood');
  });

  test('is told at once which pools it chooses from and what they weigh', () => {
    const both = [
      { arm: 'blue', trafficPercent: 0 },
      { arm: 'green', trafficPercent: 100 },
    ];
    expect(steeringOf(both, arms)).toEqual({
      steering_policy: 'random',
      default_pools: ['pool-1', 'pool-2'],
      random_steering: { default_weight: 0, pool_weights: { 'pool-1': 0, 'pool-2': 1 } },
    });
    expect(steeringOf([{ arm: 'green', trafficPercent: 100 }], arms).default_pools).toEqual(['pool-2']);
    expect(codeOf(() => steeringOf([{ arm: 'green', trafficPercent: 99 }], arms))).toBe('rejected');
    expect(codeOf(() => steeringOf([{ arm: 'red', trafficPercent: 100 }], arms))).toBe('rejected');
    expect(codeOf(() => steeringOf([], arms))).toBe('rejected');
  });
});
