import { expect, test } from 'vitest';
import type { Sample } from '../../src/store/sample.ts';
import type { Given } from './store.test.ts';

const MINUTE_MS = 60_000;
const START_MS = 1_800_000_000_000 - (1_800_000_000_000 % (15 * MINUTE_MS));

function sample(minute: number, more: Partial<Sample> = {}): Sample {
  const fromMs = START_MS + minute * MINUTE_MS;
  return {
    targetId: 'api/staging',
    fromMs,
    toMs: fromMs + MINUTE_MS,
    measuredMs: MINUTE_MS,
    requests: 10,
    errors: 1,
    latencyBuckets: [
      { upToMs: 10, count: 6 },
      { upToMs: null, count: 10 },
    ],
    memoryMb: 20 + minute,
    ...more,
  };
}

const at = (minute: number) => START_MS + minute * MINUTE_MS;

export function sampleContract({ store }: Given): void {
  test('samples come back as they were kept, oldest first, of one target and one stretch of time', async () => {
    const { samples } = store();
    const kept = [
      sample(1, { memoryMb: null, latencyBuckets: [] }),
      sample(0, { requests: 0, errors: 0, measuredMs: 12_345.5 }),
    ];
    await samples.keep([...kept, sample(0, { targetId: 'web/staging' }), sample(2), sample(-1)]);
    expect(await samples.read('api/staging', at(0), at(2))).toEqual([kept[1], kept[0]]);
    expect(await samples.read('api/production', at(0), at(9))).toEqual([]);
  });

  test('nothing to keep is nothing to complain about, and the same sample twice is kept once', async () => {
    const { samples } = store();
    await samples.keep([]);
    await samples.keep([sample(0)]);
    await samples.keep([sample(0, { requests: 99 }), sample(1)]);
    expect(await samples.read('api/staging', at(0), at(9))).toEqual([sample(0), sample(1)]);
  });

  test('more samples at once than one statement takes are kept all the same', async () => {
    const { samples } = store();
    await samples.keep(Array.from({ length: 2_500 }, (_, minute) => sample(minute)));
    expect(await samples.read('api/staging', at(0), at(9_999))).toHaveLength(2_500);
  });

  test('what is old becomes one sample a slot, with everything added up, and what is younger stays', async () => {
    const { samples } = store();
    await samples.keep([0, 1, 14, 15, 16, 29, 30].map((minute) => sample(minute)));
    await samples.keep([sample(0, { targetId: 'web/staging' })]);
    expect(await samples.coarsen(at(30), 15 * MINUTE_MS)).toBe(4);
    expect(await samples.read('api/staging', at(0), at(99))).toEqual([
      {
        ...sample(0),
        toMs: at(15),
        measuredMs: 3 * MINUTE_MS,
        requests: 30,
        errors: 3,
        latencyBuckets: [
          { upToMs: 10, count: 18 },
          { upToMs: null, count: 30 },
        ],
        memoryMb: 34,
      },
      expect.objectContaining({ fromMs: at(15), toMs: at(30), requests: 30, measuredMs: 3 * MINUTE_MS }),
      sample(30),
    ]);
    expect(await samples.read('web/staging', at(0), at(99))).toEqual([
      sample(0, { targetId: 'web/staging' }),
    ]);
  });

  test('what was made coarser is not made coarser again', async () => {
    const { samples } = store();
    await samples.keep([0, 1, 15, 16].map((minute) => sample(minute)));
    await samples.coarsen(at(30), 15 * MINUTE_MS);
    const once = await samples.read('api/staging', at(0), at(99));
    expect(await samples.coarsen(at(30), 60 * MINUTE_MS)).toBe(0);
    expect(await samples.read('api/staging', at(0), at(99))).toEqual(once);
  });

  test('what ended by then is forgotten, and no more', async () => {
    const { samples } = store();
    await samples.keep([0, 1, 2].map((minute) => sample(minute)));
    await samples.coarsen(at(1), 15 * MINUTE_MS);
    expect(await samples.forget(at(2))).toBe(2);
    expect(await samples.read('api/staging', at(0), at(99))).toEqual([sample(2)]);
  });
}
