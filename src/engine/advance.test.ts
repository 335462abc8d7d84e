import { expect, test } from 'vitest';
import { begunBy, openOffice } from '../../test/support/office/office.ts';
import type { DeployOrder } from '../core/desk.ts';
import type { Site } from '../platform/platform.ts';
import { createEngine } from './engine.ts';

/** Longer than a visit waits with its lease held. */
const SETTLE_MS = 2_500;
/** Longer than a lease, and than the platform takes to show what was done. */
const LONG_MS = 20_000;

/** A process whose calls for new versions end it: none of them ever arrives, and nothing is heard of it again. */
function openDoomed() {
  const office = openOffice();
  const calls: string[] = [];
  let isDoomed = true;
  const siteOf = (target: Parameters<typeof office.parts.siteOf>[0]): Site => {
    const site = office.parts.siteOf(target);
    const release: Site['release'] = (intent, version) => {
      calls.push(target.id);
      return isDoomed ? new Promise(() => undefined) : site.release(intent, version);
    };
    const capabilities: Site['capabilities'] = async () => {
      const known = await site.capabilities();
      return { ...known, once: { ...known.once, settleMs: SETTLE_MS } };
    };
    return { ...site, release, capabilities };
  };
  return {
    office,
    calls,
    begin: async (more: Partial<DeployOrder>) =>
      begunBy(
        await office
          .as('U0ANN')
          .deploy(office.order('v2', { environment: 'staging', strategy: 'all-at-once', ...more })),
      ),
    /** A new process looks at these at once, as far as it gets; then it is gone for longer than its lease. */
    async live(owner: string, ids: readonly string[]): Promise<string[]> {
      calls.length = 0;
      let isGone = false;
      const { clock } = office.parts;
      const sleep = async (ms: number, signal?: AbortSignal) => {
        await clock.sleep(ms, signal);
        if (isGone) await new Promise(() => undefined);
      };
      const engine = createEngine({ ...office.parts, siteOf, owner, clock: { ...clock, sleep } });
      for (const id of ids) void engine.advance(id);
      for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
      const made = [...calls];
      isGone = true;
      office.pass(LONG_MS);
      return made;
    },
    heal() {
      isDoomed = false;
    },
  };
}

test('the call that may not get lost any more is made by nobody beside whom others make theirs', async () => {
  const { office, begin, live, heal } = openDoomed();
  const ids = [await begin({ service: 'api' }), await begin({ service: 'web' })];
  const both = ['api/staging', 'web/staging'];
  expect((await live('first', ids)).toSorted()).toEqual(both);
  // Each is looked at twice: until it may be known that its call never came, and when it makes the next one.
  const second = [...(await live('second', ids)), ...(await live('third', ids))];
  expect(second.toSorted()).toEqual(both);
  const last = [...(await live('fourth', ids)), ...(await live('fifth', ids))];
  // Whoever ends its process now does so alone: the other one has lost no call by it.
  expect(last).toHaveLength(1);
  const other = ids[last[0] === 'api/staging' ? 1 : 0] ?? '';
  heal();
  for (let visit = 0; visit < 20; visit++) {
    office.pass(LONG_MS);
    await live(`later ${visit}`, [other]);
  }
  expect(await office.deployment(other)).toMatchObject({ outcome: 'deployed' });
});
