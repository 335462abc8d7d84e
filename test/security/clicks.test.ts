import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Reply } from '../../src/core/answer.ts';
import type { Store } from '../../src/store/store.ts';
import { memoryWorld, serverWorld } from '../contract/store-world.ts';
import { begunBy, nothing, type Office, openOffice, planIn, said } from '../support/office/office.ts';

/** So many presses of one button at once, each a delivery of its own. */
const PRESSES = 100;
const worlds = [await memoryWorld(), await serverWorld()];

for (const world of worlds) {
  if (world === null) continue;
  const isMemory = world.pool === null;
  describe(`a hundred presses at once, with the store in ${world.name}`, () => {
    let office: Office;
    let store: Store;
    beforeEach(async () => {
      if (!isMemory) store = await world.fresh();
      office = isMemory ? openOffice() : openOffice({ store, realTime: true });
    });
    afterAll(() => world.close());

    const press = (what: () => Promise<Reply>) => Promise.all(Array.from({ length: PRESSES }, what));
    const kindsOf = async (id: string, kind: string) =>
      (await office.kinds(id)).filter((each) => each === kind).length;
    /** How often each thing was said. */
    const tally = (replies: readonly Reply[]) => {
      const words = replies.map(said).map((each) => each.replace(/d-[0-9a-z]{8}/g, 'd-…'));
      return Object.fromEntries(
        [...new Set(words)].map((each) => [each, words.filter((w) => w === each).length]),
      );
    };
    const needs = (needed: number) => {
      office.catalog = {
        ...office.catalog,
        environments: office.catalog.environments.map((each) =>
          each.approval === null
            ? each
            : { ...each, approval: { ...each.approval, requirements: [{ needed, group: null }] } },
        ),
      };
    };
    const yes = (id: string, plan: string, who: string) =>
      office.as(who).approve({ ...nothing, deployment: id, plan });
    const shown = async (id: string) =>
      planIn(await office.as('U0BOB').approve({ ...nothing, deployment: id }));

    test('Request approval: one deployment waits, and everybody is told which', async () => {
      const plan = planIn(await office.as('U0ANN').deploy(office.order('v2')));
      const replies = await press(() => office.as('U0ANN').deploy(office.order('v2', { plan })));
      expect(new Set(replies.map(begunBy)).size).toBe(1);
      const active = { service: null, environment: null, isActive: true, limit: 500 };
      expect(await office.store.journal.list(active)).toHaveLength(1);
    });

    test('the same asked for again after it has ended is another order, and the same delivery never is', async () => {
      const first = await office.request('v2');
      await office.as('U0BOB').approve({ ...nothing, deployment: first, rejectBecause: 'not now' });
      await office.visit(first);
      const plan = planIn(await office.as('U0ANN').deploy(office.order('v2')));
      const again = () => office.as('U0ANN', undefined, 'one delivery').deploy(office.order('v2', { plan }));
      const second = begunBy(await again());
      expect(second).not.toBe(first);
      await office.as('U0BOB').approve({ ...nothing, deployment: second, rejectBecause: 'not now either' });
      await office.visit(second);
      expect(begunBy(await again())).toBe(second);
      const replies = await press(() => office.as('U0ANN').deploy(office.order('v2', { plan })));
      const third = new Set(replies.map(begunBy));
      expect([third.size, third.has(first), third.has(second)]).toEqual([1, false, false]);
    });

    test('Join the line: one place in it', async () => {
      const staging = { environment: 'staging' } as const;
      await office.as('U0ANN').deploy(office.order('v2', staging));
      const replies = await press(() =>
        office.as('U0DAN').deploy(office.order('v3', { ...staging, queue: true })),
      );
      expect(new Set(replies.map(begunBy)).size).toBe(1);
    });

    test('Approve: one yes, one deployment', async () => {
      const id = await office.request('v2');
      const plan = await shown(id);
      const replies = await press(() => yes(id, plan, 'U0BOB'));
      expect(tally(replies)).toEqual({
        'You approved d-…. 1 of 1 approvals.': 1,
        'You had approved d-… already. 1 of 1 approvals.': PRESSES - 1,
      });
      expect(await kindsOf(id, 'approved')).toBe(1);
      await office.visit(id);
      expect((await office.deployment(id)).outcome).toBe('deployed');
      const touched = [...office.world.touched];
      const late = await press(() => yes(id, plan, 'U0BOB'));
      expect(Object.keys(tally(late))).toEqual([
        expect.stringMatching(/^too-late: .* was approved already, and has ended/),
      ]);
      await office.visit(id);
      expect(office.world.touched).toEqual(touched);
    });

    test('Approve, while it is being started: one start, and everybody is told the truth', async () => {
      const id = await office.request('v2');
      const plan = await shown(id);
      const [replies] = await Promise.all([
        press(() => yes(id, plan, 'U0BOB')),
        office.visit(id),
        office.visit(id),
      ]);
      for (const words of replies.map(said))
        expect(words).toMatch(/^You approved|^You had approved|^too-late: .* was approved already/);
      await office.visit(id);
      expect((await office.deployment(id)).outcome).toBe('deployed');
      expect(office.world.touched.filter((each) => each.startsWith('release'))).toHaveLength(1);
      expect(await kindsOf(id, 'started')).toBe(1);
    });

    test('two approvers in the same moment both count where two are needed', async () => {
      needs(2);
      const id = await office.request('v2');
      const plan = await shown(id);
      await office.visit(id);
      const replies = await Promise.all([yes(id, plan, 'U0BOB'), yes(id, plan, 'U0CAT')]);
      for (const words of replies.map(said)) expect(words).toMatch(/^You approved .* [12] of 2 approvals\.$/);
      expect((await office.deployment(id)).people.approvals).toHaveLength(2);
      await office.visit(id);
      expect((await office.deployment(id)).outcome).toBe('deployed');
    });

    test('where one is needed, the one who comes with the start is told that it has started', async () => {
      const id = await office.request('v2');
      const plan = await shown(id);
      const { journal } = office.store;
      const signal = journal.signal.bind(journal);
      Object.assign(journal, {
        signal: async (...given: Parameters<typeof signal>) => {
          const [, , event] = given;
          // Cat has seen that it waits, and presses; before the press is written, Bob's has started it.
          if (event.kind === 'approved' && event.by === 'U0CAT') {
            await yes(id, plan, 'U0BOB');
            await office.visit(id).catch(() => undefined);
          }
          return signal(...given);
        },
      });
      const replies = [await yes(id, plan, 'U0CAT')];
      expect(said(replies[0] as Reply)).toMatch(
        /^too-late: .* was approved already, and has (started|ended)/,
      );
      await office.visit(id);
      expect(await office.deployment(id)).toMatchObject({
        outcome: 'deployed',
        people: { approvals: [{ by: 'U0BOB' }] },
      });
    });

    test('one person with two accounts is one person, and never approves what they asked for', async () => {
      needs(2);
      const id = await office.request('v2');
      const plan = await shown(id);
      const accounts = ['U0BOB', 'U0BOB2'];
      await Promise.all(accounts.flatMap((who) => Array.from({ length: 50 }, () => yes(id, plan, who))));
      expect((await office.deployment(id)).people.approvals).toHaveLength(1);
      for (const who of ['U0ANN', 'U0ANN2']) {
        expect(said(await yes(id, plan, who))).toMatch(/^not-allowed: You asked for this yourself/);
      }
      await office.visit(id);
      expect((await office.deployment(id)).people.isStarted).toBe(false);
      expect(said(await yes(id, plan, 'U0CAT'))).toContain('2 of 2');
    });

    test('an account that belongs to nobody neither approves, nor has its orders approved', async () => {
      const id = await office.request('v2');
      const plan = await shown(id);
      const grants = [
        ...office.catalog.grants,
        { role: 'approver', people: ['U0NEW'], services: '*', environments: '*' },
      ];
      office.catalog = { ...office.catalog, grants: grants as never };
      expect(said(await yes(id, plan, 'U0NEW'))).toContain('It is not known which person this account');
      office.catalog = {
        ...office.catalog,
        people: office.catalog.people.filter(({ name }) => name !== 'ann'),
      };
      expect(said(await yes(id, plan, 'U0BOB'))).toContain('who asked for this, belongs to');
      expect((await office.deployment(id)).people.approvals).toEqual([]);
    });

    test('Reject: once, with the reason of the first', async () => {
      const id = await office.request('v2');
      let nth = 0;
      const replies = await press(() =>
        office.as('U0BOB').approve({ ...nothing, deployment: id, rejectBecause: `reason ${++nth}` }),
      );
      expect(replies.filter(({ kind }) => kind === 'answer')).toHaveLength(1);
      expect(await kindsOf(id, 'rejected')).toBe(1);
      await office.visit(id);
      expect((await office.deployment(id)).outcome).toBe('stopped');
      expect(office.world.touched).toEqual([]);
    });

    test('approve and reject at once: one of the two wins, and both are told which', async () => {
      for (let round = 0; round < 5; round += 1) {
        const id = await office.request('v2');
        const plan = await shown(id);
        const no = () => office.as('U0CAT').approve({ ...nothing, deployment: id, rejectBecause: 'no' });
        const asked = [() => yes(id, plan, 'U0BOB'), no];
        const ordered = round % 2 === 0 ? asked : asked.toReversed();
        const [replies] = await Promise.all([Promise.all(ordered.map((each) => each())), office.visit(id)]);
        await office.visit(id);
        const { outcome, people } = await office.deployment(id);
        const rejection = said(replies[round % 2 === 0 ? 1 : 0] as Reply);
        if (outcome === 'deployed') expect(rejection).toMatch(/^too-late: .* has (started|ended)/);
        else
          expect([outcome, rejection, people.isStarted]).toEqual([
            'stopped',
            `You rejected ${id}: no`,
            false,
          ]);
        if (outcome === 'deployed') return;
      }
    });

    test('a rejection that comes with the start changes nothing, and says so', async () => {
      const id = await office.request('v2');
      await office.approve(id);
      const { journal } = office.store;
      const signal = journal.signal.bind(journal);
      Object.assign(journal, {
        signal: async (...given: Parameters<typeof signal>) => {
          await office.visit(id);
          return signal(...given);
        },
      });
      const late = await office.as('U0CAT').approve({ ...nothing, deployment: id, rejectBecause: 'no' });
      expect(said(late)).toMatch(/^too-late: .* has (started|ended)/);
      expect((await office.deployment(id)).outcome).toBe('deployed');
    });

    const staged = async (strategy: string) => {
      const criteria = { errorPercentMax: 50, latencyP95MsMax: null, memoryMbMax: null, requestsMin: 1 };
      office.catalog = {
        ...office.catalog,
        services: office.catalog.services.map((service) => ({
          ...service,
          targets: service.targets.map((target) => ({
            ...target,
            criteria: strategy === 'canary' ? criteria : null,
          })),
        })),
      };
      const order = office.order('v2', { environment: 'staging', strategy });
      const id = begunBy(await office.as('U0ANN').deploy(order));
      expect(await office.visit(id)).toBe('waiting');
      return id;
    };

    test('Switch: one answer to the question', async () => {
      const id = await staged('blue-green');
      const replies = await press(() => office.as('U0DAN').confirm(id));
      expect(replies.filter(({ kind }) => kind === 'refusal')).toEqual([]);
      expect(await kindsOf(id, 'answered')).toBe(1);
    });

    test('Promote: each step is hurried once, and all of them once', async () => {
      const id = await staged('canary');
      await press(() => office.as('U0DAN').promote(id, { isAll: false, why: null }));
      expect(await kindsOf(id, 'hurried')).toBe(1);
      const all = await press(() => office.as('U0DAN').promote(id, { isAll: true, why: null }));
      expect(all.map(said).join()).toContain('goes through without waiting');
      expect(await kindsOf(id, 'hurried')).toBe(2);
      expect((await office.deployment(id)).people.hurried.has('*')).toBe(true);
    });

    test('Hold and Go on: each press in one state is one, and a second hold holds again', async () => {
      const id = await staged('canary');
      for (let round = 1; round <= 3; round += 1) {
        await press(() => office.as('U0DAN').hold(id, null));
        expect([await kindsOf(id, 'hold-asked'), (await office.deployment(id)).people.held !== null]).toEqual(
          [round, true],
        );
        await press(() => office.as('U0DAN').goOn(id, null));
        expect([await kindsOf(id, 'go-on-asked'), (await office.deployment(id)).people.held]).toEqual([
          round,
          null,
        ]);
      }
    });

    test('Stop: taken back once', async () => {
      const id = await staged('blue-green');
      const replies = await press(() => office.as('U0DAN').abort(id, null));
      expect(tally(replies)).toMatchObject({ 'd-… is being stopped; what it did is taken back.': 1 });
      expect(await kindsOf(id, 'abort-asked')).toBe(1);
      await office.visit(id);
      expect((await office.deployment(id)).outcome).toBe('rolled-back');
      expect(office.world.touched.filter((each) => each.startsWith('retire'))).toHaveLength(1);
    });

    test('Roll back: one deployment goes back', async () => {
      const order = office.order('v2', { environment: 'staging' });
      await office.visit(begunBy(await office.as('U0ANN').deploy(order)));
      const back = { service: 'api', environment: 'staging', to: null, why: null } as const;
      const plan = planIn(await office.as('U0DAN').rollBack({ ...back, plan: null }));
      const replies = await press(() => office.as('U0DAN').rollBack({ ...back, plan }));
      const codes = replies.map((reply) => (reply.kind === 'refusal' ? reply.code : 'begun'));
      expect(codes.filter((code) => code === 'begun')).toHaveLength(1);
      expect(codes.filter((code) => code === 'target-busy')).toHaveLength(PRESSES - 1);
    });
  });
}
