import { expect, test } from 'vitest';
import type { Site, Standing } from '../platform/platform.ts';
import { openComingUp } from './coming-up.ts';

const nothing: Standing = { atMs: 1, frontDoor: null, releases: [] };

/** A place, and how often it was asked what runs there. */
function place() {
  let looks = 0;
  const look = async () => {
    looks += 1;
    return nothing;
  };
  return { site: { look, versions: async () => [] } as Partial<Site> as Site, looks: () => looks };
}

test('what runs in a place is told when it has come up, and not before', async () => {
  const comingUp = openComingUp(() => () => {});
  const { site, looks } = place();
  let isUp = () => {};
  comingUp.begin('api/production', new Promise<void>((resolve) => (isUp = resolve)));

  const looking = comingUp.site('api/production', site).look();
  expect(await comingUp.site('api/production', site).versions(1)).toEqual([]);
  await comingUp.site('api/staging', site).look();
  expect(looks()).toBe(1);

  isUp();
  expect(await looking).toBe(nothing);
  expect(looks()).toBe(2);
  expect(comingUp.site('api/production', site)).toBe(site);
});

test('what did not come up is told as it is', async () => {
  const comingUp = openComingUp(() => () => {});
  const { site } = place();
  comingUp.begin('api/production', Promise.reject(new Error('v1 does not start')));
  expect(await comingUp.site('api/production', site).look()).toBe(nothing);
});

test('nobody waits for ever, and nobody is told what is not so', async () => {
  const calls: (() => void)[] = [];
  const comingUp = openComingUp((_, call) => {
    calls.push(call);
    return () => {};
  });
  const { site, looks } = place();
  comingUp.begin('api/production', new Promise(() => {}));
  const looking = comingUp.site('api/production', site).look();
  for (const call of calls) call();
  await expect(looking).rejects.toThrow('what api/production begins with is still coming up');
  expect(looks()).toBe(0);
});
