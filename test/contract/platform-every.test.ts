import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Failure } from '../../src/core/failure.ts';
import type { Site } from '../../src/platform/platform.ts';
import type { Member, Trouble } from './platform-member.ts';
import { members } from './platform-members.ts';
import { pretend } from './platform-pretend.ts';
import { untrueRefusals } from './platform-refusals.ts';
import { failureOf, intent, openTrial, type Trial } from './platform-trial.ts';

/** Long enough for a busy machine to answer in, short enough to be waited for by a test. */
const IMPATIENT = { deadlineMs: 3_000 };

/** What becomes of a call that changes something, and whether it was carried out all the same. */
const changes: readonly [Trouble, Failure['code'], 'found' | 'absent'][] = [
  ['lose-answer', 'outcome-unknown', 'found'],
  ['truncate', 'outcome-unknown', 'found'],
  ['nonsense', 'outcome-unknown', 'found'],
  ['lose-call', 'outcome-unknown', 'absent'],
  ['hang', 'outcome-unknown', 'absent'],
  [500, 'outcome-unknown', 'absent'],
  [503, 'outcome-unknown', 'absent'],
  [429, 'rate-limited', 'absent'],
];
const questions: readonly [Trouble, Failure['code']][] = [
  ['lose-answer', 'unavailable'],
  ['lose-call', 'unavailable'],
  ['hang', 'unavailable'],
  ['truncate', 'unavailable'],
  ['nonsense', 'misunderstood'],
  [500, 'unavailable'],
  [503, 'unavailable'],
  [429, 'rate-limited'],
];

describe.each(members)('the platform $name', (member: Member) => {
  let trial: Trial;
  beforeEach(async () => {
    trial = await openTrial(member);
  });
  afterEach(() => trial.world.close());

  const doing = member.does === 'stages' ? 'release' : 'replace';
  const isSearch = async () => (await trial.site.capabilities()).once.kind === 'search';
  async function again(opening: typeof IMPATIENT): Promise<void> {
    await trial.world.close();
    trial = await openTrial(member, opening);
  }

  test('a site is named by its address, which is checked strictly and without a call', () => {
    const { platform, target, foreignAddress, calls } = trial.world;
    expect(() => platform.site({ id: target.id, address: foreignAddress })).toThrow();
    expect(platform.Address.safeParse(foreignAddress).success).toBe(false);
    expect(platform.Address.safeParse(target.address).success).toBe(true);
    expect(calls()).toBe(0);
  });

  test('it lists its versions newest first, and not more of them than wanted', async ({ skip }) => {
    const { takes = 'listed' } = await trial.site.capabilities();
    skip(takes === 'any-name', 'nobody can list what it takes');
    const names = (await trial.site.versions(50)).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(1);
    expect((await trial.site.versions(1)).map(({ name }) => name)).toEqual(names.slice(0, 1));
  });

  test('what is brought up is shown under the name that it was given, and is healthy at the end', async () => {
    const { world, begin, until, standing } = trial;
    const order = intent();
    const { releaseId } = await begin(order, world.versions.good);
    expect((await standing(releaseId))?.health).toMatch(/^(?:starting|healthy)$/);
    await world.settle();
    const release = await until(releaseId, 'healthy');
    const { once } = await trial.site.capabilities();
    if (once.kind === 'marker') expect(release?.intentId).toBe(order.id);
  });

  test('the same intent twice, also at once, is one release', async ({ skip }) => {
    skip(await isSearch(), 'a platform without markers is searched before anything is sent again');
    const order = intent();
    const twice = [1, 2].map(() => trial.begin(order, trial.world.versions.good));
    const [first, second] = await Promise.all(twice);
    await trial.world.settle();
    const third = await trial.begin(order, trial.world.versions.good);
    expect(new Set([first, second, third].map((each) => each?.releaseId)).size).toBe(1);
  });

  test('an intent that nobody has used is not found, whatever others have done', async () => {
    const { world, site } = trial;
    await trial.up(world.versions.good);
    const sought = {
      doing,
      version: { name: 'never', commit: 'f'.repeat(40) },
      sinceMs: Date.now(),
    } as const;
    expect(await site.find(intent(), sought)).toEqual({ kind: 'absent' });
  });

  describe.each(changes)('when what brings a version up meets %s', (trouble, code, outcome) => {
    test(`it is ${code}, and afterwards ${outcome}`, async ({ skip }) => {
      skip(!trial.world.troubles.includes(trouble), 'that cannot happen there');
      if (trouble === 'hang') await again(IMPATIENT);
      const { world, begin, site } = trial;
      const order = intent();
      world.trouble(trouble, 'change');
      expect(await failureOf(begin(order, world.versions.good))).toMatchObject({ code });
      const found = await trial.find(order, doing, world.versions.good);
      if (outcome === 'found') {
        const shown = (await site.look()).releases.map(({ releaseId }) => releaseId);
        expect(found).toEqual({ kind: 'found', releaseId: expect.toSatisfy((id) => shown.includes(id)) });
      } else {
        const isHonest = found.kind === 'absent' || (found.kind === 'ambiguous' && (await isSearch()));
        expect(isHonest).toBe(true);
        expect((await site.look()).releases.filter(({ intentId }) => intentId === order.id)).toEqual([]);
      }
    });
  });

  test.for(questions)(
    'when a question meets %s, it is %s and no answer',
    async ([trouble, code], { skip }) => {
      skip(!trial.world.troubles.includes(trouble), 'that cannot happen there');
      if (trouble === 'hang') await again(IMPATIENT);
      const { world, site, up } = trial;
      await up(world.versions.good);
      world.trouble(trouble, 'question');
      expect(await failureOf(site.look())).toMatchObject({ code });
    },
  );

  test('a state that nobody has heard of is unknown, and never healthy', async ({ skip }) => {
    const { world, up, standing } = trial;
    skip(!world.troubles.includes('strange-word'), 'that cannot happen there');
    const releaseId = await up(world.versions.good);
    world.trouble('strange-word', 'question');
    expect((await standing(releaseId))?.health).toBe('unknown');
  });

  test('what somebody else started is shown, and is not ours', async ({ skip }) => {
    const { world, site, up } = trial;
    const { somebodyElse } = world.hands ?? {};
    if (somebodyElse === undefined) return skip('nobody else is there');
    const ours = await up(world.versions.good);
    const order = intent();
    await somebodyElse(world.versions.better);
    await world.settle();
    const others = (await site.look()).releases.filter(({ releaseId }) => releaseId !== ours);
    expect(others.length).toBeGreaterThan(0);
    for (const { intentId } of others) expect(intentId ?? 'nobody').not.toContain('d-00000001');
    expect((await trial.find(order, doing, world.versions.good)).kind).not.toBe('found');
  });

  test('what it cannot do it says in a sentence, and refuses without a call', async () => {
    const { world, site } = trial;
    expect(await untrueRefusals(site, await site.capabilities(), world)).toEqual([]);
  });
});

describe('this very suite notices', () => {
  let trial: Trial;
  beforeEach(async () => {
    trial = await openTrial(pretend);
  });
  afterEach(() => trial.world.close());

  test('a platform that says no and does it all the same, and one that asks before it says no', async () => {
    const { world, site } = trial;
    const liar: Site = {
      ...site,
      release: async () => ({ releaseId: 'dep-1' }),
      async route(order) {
        await site.look();
        return site.route(order, []);
      },
    };
    expect(await untrueRefusals(liar, await site.capabilities(), world)).toEqual([
      'staged: did it all the same',
      'traffic: called somebody',
    ]);
  });

  test('a no that says nothing', async () => {
    const { world, site } = trial;
    const mute = { ...(await site.capabilities()), logs: { can: false, why: 'plan', say: '' } } as const;
    expect(await untrueRefusals(site, mute, world)).toEqual(['logs: "" is no sentence']);
  });
});
