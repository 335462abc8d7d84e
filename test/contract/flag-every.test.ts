import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failed } from '../../src/core/failure.ts';
import type { FlagState } from '../../src/core/flag.ts';
import { flagKinds } from '../../src/flag/index.ts';
import { openReader, type World, writers } from './flag-members.ts';

const intent = { id: 'd-00000000/flag/forward/1', comment: 'U0ADA: turned up with api v2' };
const on = (rolloutPercent: number | null): FlagState => ({ isOn: true, rolloutPercent });
const off = (rolloutPercent: number | null = null): FlagState => ({ isOn: false, rolloutPercent });

async function failureOf(doing: Promise<unknown>) {
  const error: unknown = await doing.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Failed)) throw new Error(`it did not fail: ${String(error)}`);
  return error.failure;
}

test('every kind that can be written passes this suite, and the others are read', () => {
  const kinds = flagKinds.map(({ id }) => id).toSorted();
  expect(kinds).toEqual([...writers.map(({ name }) => name), 'openfeature'].toSorted());
});

describe.each(writers)('flags at $name', (member) => {
  let world: World;
  beforeEach(async () => {
    world = await member.open();
  });
  afterEach(() => world.close());

  const look = () => world.service.look(world.place);
  const set = async (wanted: FlagState) =>
    world.service.set(intent, world.place, wanted, (await look()).version);

  test('are read as they are there', async () => {
    expect(await look()).toMatchObject({ isOn: false, caveats: [] });
    await world.somebodyElse(on(25));
    expect(await look()).toMatchObject(on(25));
    expect((await failureOf(world.service.look({ ...world.place, environment: 'mars' }))).code).toBe(
      'not-found',
    );
    expect((await failureOf(world.service.look({ ...world.place, key: 'no-such' }))).code).toBe('not-found');
  });

  test('are turned up, off and on again, and each is read back', async () => {
    for (const wanted of [on(10), on(50), on(100), on(37)]) {
      await set(wanted);
      expect(await look()).toMatchObject(wanted);
    }
    await set(off());
    expect(await look()).toMatchObject(off(37));
    await set(on(null));
    expect(await look()).toMatchObject(on(37));
    await set(off(0));
    expect(await look()).toMatchObject(off(0));
  });

  test('have another version after every change, and the same one after none', async () => {
    const first = await look();
    expect((await look()).version).toBe(first.version);
    await set(on(10));
    expect((await look()).version).not.toBe(first.version);
  });

  test('that somebody else has changed since are left alone', async () => {
    const { version } = await look();
    await world.somebodyElse(on(80));
    const failure = await failureOf(world.service.set(intent, world.place, off(), version));
    expect(failure).toMatchObject({ code: 'conflict' });
    expect(failure.message).toContain('new-checkout');
    expect(await look()).toMatchObject(on(80));
  });

  test('are wanted twice and changed once', async () => {
    await set(on(10));
    const { version } = await look();
    await set(on(10));
    if (member.name !== 'file') expect((await look()).version).toBe(version);
    expect(await look()).toMatchObject(on(10));
  });

  test('that no one number decides are switched, and given no percentage', async () => {
    await world.makeOpaque();
    expect((await look()).rolloutPercent).toBeNull();
    const before = world.changes();
    expect((await failureOf(set(on(10)))).code).toBe('unsupported');
    if (member.name !== 'file') expect(world.changes()).toBe(before);
    await set(on(null));
    expect((await look()).isOn).toBe(true);
    await set(off());
    expect((await look()).isOn).toBe(false);
  });

  test('whose change got lost are seen to be as they are', async () => {
    if (world.loseAnswer === null) return;
    await set(on(10));
    world.loseAnswer();
    expect((await failureOf(set(off()))).code).toBe('outcome-unknown');
    expect(await look()).toMatchObject(off(10));
  });

  test('that the service wants its own approval for say so, and stay', async () => {
    if (world.wantApproval === null) return;
    await set(on(10));
    world.wantApproval();
    expect((await failureOf(set(on(50)))).code).toMatch(/^(?:rejected|unauthorized)$/);
    expect(await look()).toMatchObject(on(10));
  });
});

describe('flags that are only evaluated', () => {
  test('are read, and refuse to be written without any call', async () => {
    const { server, service, place } = await openReader();
    try {
      expect(await service.look(place)).toMatchObject(off());
      Object.assign(server.state, { value: true, reason: 'TARGETING_MATCH' });
      expect(await service.look(place)).toMatchObject(on(null));
      Object.assign(server.state, { value: true, reason: 'DISABLED' });
      const fallback = [expect.stringContaining('falls back on')];
      expect(await service.look(place)).toMatchObject({ ...off(), caveats: fallback });
      Object.assign(server.state, { value: 'blue', reason: 'STATIC' });
      expect((await failureOf(service.look(place))).code).toBe('misunderstood');
      const calls = server.calls().length;
      const refusal = await failureOf(service.set(intent, place, on(10), 'any'));
      expect(refusal).toMatchObject({ code: 'unsupported' });
      expect(service.writing).toEqual({ can: false, say: refusal.message });
      expect(server.calls()).toHaveLength(calls);
    } finally {
      await server.close();
    }
  });
});
