import { expect, test } from 'vitest';
import type { DeploymentEvent } from '../../src/core/event.ts';
import type { Given } from './store.test.ts';
import {
  aborted,
  beginning,
  ending,
  held,
  LONG_MS,
  MIDDLE_MS,
  notice,
  OVER_MIDDLE_MS,
  OVER_MS,
  SHORT_MS,
  settled,
  started,
  writing,
} from './store-world.ts';

export function leaseContract({ store, pass }: Given): void {
  test('of twenty who claim a deployment at once, one gets it', async () => {
    const { journal } = store();
    await journal.begin(beginning('d-1'));
    const owners = Array.from({ length: 20 }, (_, index) => `worker-${index}`);
    const claims = await Promise.all(owners.map((owner) => journal.claim('d-1', owner, LONG_MS)));
    const got = claims.filter((claim) => claim !== null);
    expect(got).toHaveLength(1);
    expect(got[0]).toMatchObject({ deploymentId: 'd-1', fence: 1, crashes: 0 });
    expect(got[0]?.owner).toBe(owners[claims.findIndex((claim) => claim !== null)]);
  });

  test('nobody can claim what is held, has ended or is not there', async () => {
    const { journal } = store();
    const claim = await held(store());
    expect(await journal.claim('d-1', 'worker-b', LONG_MS)).toBeNull();
    expect(await journal.claim('d-1', 'worker-a', LONG_MS)).toBeNull();
    await journal.append(claim, 1, ending('deployed'));
    expect(await journal.claim('d-1', 'worker-b', LONG_MS)).toBeNull();
    expect(await journal.claim('d-2', 'worker-b', LONG_MS)).toBeNull();
  });

  test('after a takeover every write of the earlier holder fails, and changes nothing', async () => {
    const { journal } = store();
    await journal.begin(beginning('d-1'));
    const before = await journal.claim('d-1', 'worker-a', SHORT_MS);
    await pass(OVER_MS);
    const after = await journal.claim('d-1', 'worker-b', LONG_MS);
    expect(after?.fence).toBeGreaterThan(before?.fence ?? 0);
    expect(await journal.append(before!, 1, writing([settled]))).toBe('fenced');
    expect(await journal.append(before!, 1, ending('deployed'))).toBe('fenced');
    expect(await journal.renew(before!, LONG_MS)).toBe(false);
    expect(await journal.release(before!, 0)).toBe('fenced');
    expect(await journal.read('d-1', 1)).toEqual([]);
    expect(await journal.find('d-1')).toMatchObject({ outcome: null });
    expect(await journal.append(after!, 1, writing([settled]))).toBe('written');
  });

  test('a holder whose lease ran out goes on as long as nobody has taken it over', async () => {
    const { journal } = store();
    await journal.begin(beginning('d-1'));
    const claim = await journal.claim('d-1', 'worker-a', SHORT_MS);
    await pass(OVER_MS);
    expect(await journal.append(claim!, 1, writing([settled]))).toBe('written');
    expect(await journal.renew(claim!, LONG_MS)).toBe(true);
    expect(await journal.claim('d-1', 'worker-b', LONG_MS)).toBeNull();
  });

  test('renewing keeps others away', async () => {
    const { journal } = store();
    await journal.begin(beginning('d-1'));
    const claim = await journal.claim('d-1', 'worker-a', SHORT_MS);
    expect(await journal.renew(claim!, LONG_MS)).toBe(true);
    await pass(OVER_MS);
    expect(await journal.claim('d-1', 'worker-b', LONG_MS)).toBeNull();
    expect(await journal.due(10)).toEqual([]);
  });

  test('events are written in order, counted from one without gaps, with what goes with them', async () => {
    const { journal, outbox } = store();
    const claim = await held(store());
    expect(await journal.append(claim, 1, writing([settled, aborted]))).toBe('written');
    expect(await journal.append(claim, 3, writing([started], { notices: [notice('card')] }))).toBe('written');
    expect(await journal.append(claim, 4, writing([], { notices: [notice('line')] }))).toBe('written');
    const entries = await journal.read('d-1', 0);
    expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(entries.map(({ event }) => event)).toEqual([started, settled, aborted, started]);
    expect((await journal.read('d-1', 2)).map(({ seq }) => seq)).toEqual([3, 4]);
    expect(await journal.read('d-1', 4)).toEqual([]);
    expect(await journal.read('d-9', 0)).toEqual([]);
    expect(await outbox.backlog()).toMatchObject({ rows: 2 });
  });

  test('an event comes back as it was written, whatever a program printed into it', async () => {
    const { journal } = store();
    const claim = await held(store());
    const evidence = ['\0', '\u{d800}', "'; drop table slipway.event; --", '\u{202e}', '{"a":1}', '😀'];
    const failure = { code: 'unhealthy', message: 'it said \0', retryAfterMs: null, evidence } as const;
    const event: DeploymentEvent = {
      kind: 'step-failed',
      step: 'release',
      failure: { ...failure, evidence },
    };
    expect(await journal.append(claim, 1, writing([event]))).toBe('written');
    expect(await journal.read('d-1', 1)).toMatchObject([{ event }]);
  });

  test('an event of a newer version is kept and named, and never an error', async () => {
    const { journal } = store();
    const claim = await held(store());
    const unknown = { kind: 'teleported', to: 'mars' } as unknown as DeploymentEvent;
    expect(await journal.append(claim, 1, writing([unknown]))).toBe('written');
    expect(await journal.read('d-1', 1)).toMatchObject([{ event: { kind: 'foreign', named: 'teleported' } }]);
  });

  test('whoever writes after an older entry is behind, and nothing is written', async () => {
    const { journal, outbox } = store();
    const claim = await held(store());
    await journal.signal('d-1', 'abort', aborted, []);
    expect(await journal.append(claim, 1, ending('deployed'))).toBe('behind');
    expect(await journal.append(claim, 1, writing([settled], { notices: [notice('card')] }))).toBe('behind');
    expect(await journal.append(claim, 3, writing([settled]))).toBe('behind');
    expect(await journal.read('d-1', 2)).toEqual([]);
    expect(await outbox.backlog()).toMatchObject({ rows: 0 });
    expect(await journal.append(claim, 2, writing([settled]))).toBe('written');
  });

  test('of ten writes after the same entry, one is written', async () => {
    const { journal } = store();
    const claim = await held(store());
    const writes = Array.from({ length: 10 }, () => journal.append(claim, 1, writing([settled])));
    const appended = await Promise.all(writes);
    expect(appended.toSorted()).toEqual([...Array(9).fill('behind'), 'written']);
    expect(await journal.read('d-1', 1)).toHaveLength(1);
  });

  test('a deployment that is released is due when it said, and then only', async () => {
    const { journal } = store();
    const claim = await held(store());
    expect(await journal.due(10)).toEqual([]);
    expect(await journal.release(claim, MIDDLE_MS)).toBe('released');
    expect(await journal.due(10)).toEqual([]);
    await pass(OVER_MIDDLE_MS);
    expect(await journal.due(10)).toEqual(['d-1']);
    expect(await journal.claim('d-1', 'worker-b', LONG_MS)).not.toBeNull();
  });

  test('nobody takes a deployment before its time, unless somebody has asked something of it', async () => {
    const { journal } = store();
    const claim = await held(store());
    await journal.release(claim, LONG_MS);
    expect(await journal.claim('d-1', 'worker-b', LONG_MS)).toBeNull();
    await journal.signal('d-1', 'abort', aborted, []);
    const second = await journal.claim('d-1', 'worker-b', LONG_MS);
    expect(second).toMatchObject({ fence: claim.fence + 1, crashes: 0 });
    await journal.release(second!, null);
    expect(await journal.claim('d-1', 'worker-c', LONG_MS)).toBeNull();
  });

  test('a deployment that was released without a time waits for a signal', async () => {
    const { journal } = store();
    const claim = await held(store());
    expect(await journal.release(claim, null)).toBe('released');
    await pass(OVER_MS);
    expect(await journal.due(10)).toEqual([]);
    await journal.signal('d-1', 'abort', aborted, []);
    expect(await journal.due(10)).toEqual(['d-1']);
  });

  test('what was given back can neither be written to nor given back again', async () => {
    const { journal } = store();
    const claim = await held(store());
    await journal.release(claim, null);
    expect(await journal.append(claim, 1, writing([settled]))).toBe('fenced');
    expect(await journal.renew(claim, LONG_MS)).toBe(false);
    expect(await journal.release(claim, 0)).toBe('fenced');
    expect(await journal.due(10)).toEqual([]);
  });

  test('a deployment whose holder went away is due when the lease runs out, even if it waited for a signal', async () => {
    const { journal } = store();
    const first = await held(store());
    await journal.release(first, null);
    await journal.signal('d-1', 'abort', aborted, []);
    await journal.claim('d-1', 'worker-b', MIDDLE_MS);
    expect(await journal.due(10)).toEqual([]);
    await pass(OVER_MIDDLE_MS);
    expect(await journal.due(10)).toEqual(['d-1']);
  });

  test('what is longest due comes first, up to the limit', async () => {
    const { journal } = store();
    for (const [id, target] of [
      ['d-1', 'a/x'],
      ['d-2', 'b/x'],
      ['d-3', 'c/x'],
    ] as const) {
      await held(store(), id, { target });
    }
    const release = async (id: string, inMs: number) => {
      await journal.release({ deploymentId: id, owner: 'worker-a', fence: 1, crashes: 0 }, inMs);
    };
    await release('d-2', 0);
    await pass(5);
    await release('d-3', 0);
    await pass(5);
    await release('d-1', 0);
    await pass(5);
    expect(await journal.due(10)).toEqual(['d-2', 'd-3', 'd-1']);
    expect(await journal.due(2)).toEqual(['d-2', 'd-3']);
  });

  test('holders who went without giving it back are counted, until one gives it back', async () => {
    const { journal } = store();
    await journal.begin(beginning('d-1'));
    const crashes: (number | undefined)[] = [];
    for (let holder = 0; holder < 4; holder += 1) {
      const claim = await journal.claim('d-1', `worker-${holder}`, SHORT_MS);
      crashes.push(claim?.crashes);
      if (holder === 3) await journal.release(claim!, 0);
      await pass(OVER_MS);
    }
    expect(crashes).toEqual([0, 1, 2, 3]);
    expect(await journal.claim('d-1', 'worker-9', LONG_MS)).toMatchObject({ crashes: 0, fence: 5 });
  });

  test('what is put back is due at once, and no crash is forgotten', async () => {
    const { journal } = store();
    await journal.begin(beginning('d-1'));
    await journal.claim('d-1', 'worker-a', SHORT_MS);
    await pass(OVER_MS);
    const claim = await journal.claim('d-1', 'worker-b', LONG_MS);
    expect(claim?.crashes).toBe(1);
    expect(await journal.putBack(claim!)).toBe('put-back');
    expect(await journal.due(10)).toEqual(['d-1']);
    expect(await journal.putBack(claim!)).toBe('fenced');
    expect(await journal.claim('d-1', 'worker-c', LONG_MS)).toMatchObject({ crashes: 1, fence: 3 });
    expect(await journal.putBack(claim!)).toBe('fenced');
  });

  test.each([
    settled,
    { ...settled, kind: 'undo-succeeded' },
    { kind: 'step-failed', step: 's', failure: { code: 'unhealthy', message: 'm', retryAfterMs: null } },
    { kind: 'undo-failed', step: 's', failure: { code: 'unhealthy', message: 'm', retryAfterMs: null } },
  ] as DeploymentEvent[])('a holder who settled a step ($kind) does not count as a crash', async (event) => {
    const { journal } = store();
    await journal.begin(beginning('d-1'));
    await journal.claim('d-1', 'worker-a', SHORT_MS);
    await pass(OVER_MS);
    const second = await journal.claim('d-1', 'worker-b', SHORT_MS);
    expect(second?.crashes).toBe(1);
    await journal.append(second!, 1, writing([event]));
    await pass(OVER_MS);
    expect(await journal.claim('d-1', 'worker-c', LONG_MS)).toMatchObject({ crashes: 0 });
  });

  test('a holder who only started something counts as a crash when they go', async () => {
    const { journal } = store();
    await journal.begin(beginning('d-1'));
    const first = await journal.claim('d-1', 'worker-a', SHORT_MS);
    await journal.append(first!, 1, writing([started, { kind: 'effect-sent', step: 's', effect: 'e' }]));
    await pass(OVER_MS);
    expect(await journal.claim('d-1', 'worker-b', LONG_MS)).toMatchObject({ crashes: 1 });
  });

  test('a signal that came while the lease was held is told once, when it is given back', async () => {
    const { journal } = store();
    const claim = await held(store());
    await journal.signal('d-1', 'abort', aborted, []);
    expect(await journal.release(claim, null)).toBe('again');
    expect(await journal.claim('d-1', 'worker-b', LONG_MS)).toBeNull();
    expect(await journal.append(claim, 2, writing([settled]))).toBe('written');
    expect(await journal.release(claim, null)).toBe('released');
    expect(await journal.due(10)).toEqual([]);
  });

  test('a signal that came before the claim is not told again: the holder reads it', async () => {
    const { journal } = store();
    await journal.begin(beginning('d-1'));
    await journal.signal('d-1', 'abort', aborted, []);
    const claim = await journal.claim('d-1', 'worker-a', LONG_MS);
    expect(await journal.read('d-1', 1)).toHaveLength(1);
    expect(await journal.release(claim!, null)).toBe('released');
  });
}
