import { expect, test } from 'vitest';
import type { Site, Usage } from '../platform.ts';
import type { Router } from '../router.ts';
import { openSite } from './site.ts';

const usage: Usage = {
  copies: [
    {
      name: 'shop-1-a',
      restarts: 2,
      lastEnd: 'OOMKilled',
      cpuPercent: 40,
      memoryPercent: 99,
      measuredAtMs: 1,
    },
  ],
  say: null,
};
const router: Partial<Router> = {};
const asked: string[] = [];
const telling: Partial<Site> = {
  async usage(releaseId) {
    asked.push(releaseId);
    return usage;
  },
};

const siteOver = (...arms: Partial<Site>[]) =>
  openSite(
    'edge',
    router as Router,
    arms.map((site, index) => ({ name: index === 0 ? 'blue' : 'green', site: site as Site })),
  );

test('how its copies fare is asked of the arm that a release is on, by its own name there', async () => {
  const site = siteOver(telling, {});
  expect(await site.usage?.('blue:r1')).toEqual(usage);
  expect(asked).toEqual(['r1']);
  expect(await site.usage?.('green:r2')).toBeNull();
});

test('where no arm tells, the whole does not say that it could', () => {
  expect(siteOver({}, {}).usage).toBeUndefined();
});
