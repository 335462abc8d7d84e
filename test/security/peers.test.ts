import { describe, expect, test } from 'vitest';
import { commands } from '../../commands/index.ts';
import { planParts } from '../../src/core/plan-parts.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { send } from '../../src/slack/handle/reply.ts';
import { renderAnswer } from '../../src/slack/render/answer.ts';
import { renderCard } from '../../src/slack/render/card.ts';
import type { Comparison } from '../../src/source/source.ts';
import { begunBy, grant, nothing, openOffice, planIn, said } from '../support/office/office.ts';
import { commitOf, known } from '../support/office/world.ts';
import { asked } from '../support/recording-desk.ts';
import { expectTaken } from '../support/slack/drawing.ts';
import {
  clickBody,
  commandBody,
  deliver,
  interactionBody,
  openWorld,
  REPLY_TO,
  soon,
} from '../support/slack/open-world.ts';

/**
 * What went wrong with other bots that deploy, as it was read in their sources and in what their users wrote. Each test
 * is named after what it forbids, and would fail on the one that it comes from.
 */
const staging = { environment: 'staging' } as const;
const everything = { service: null, environment: null, isActive: null, limit: 500 } as const;

async function inWorld<T>(what: (world: Awaited<ReturnType<typeof openWorld>>) => Promise<T>): Promise<T> {
  const world = await openWorld();
  try {
    return await what(world);
  } finally {
    await world.close();
  }
}

describe('samson', () => {
  test('a blank or missing token is not accepted', () =>
    inWorld(async (world) => {
      for (const headers of [
        { 'x-slack-signature': '' },
        { 'x-slack-signature': ' ' },
        { 'x-slack-signature': 'v0=' },
        { 'x-slack-request-timestamp': '' },
      ]) {
        const answered = await deliver(world, commandBody('/deploy-staging', 'api v2', { token: '' }), {
          headers,
        });
        expect([headers, answered.status]).toEqual([headers, 401]);
      }
      const bare = await fetch(world.url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: commandBody('/deploy-staging', 'api v2'),
      });
      expect(bare.status).toBe(401);
      expect(world.asked).toEqual([]);
    }));

  test('the one who acts is not taken from what a button or a form says', () =>
    inWorld(async (world) => {
      const value = 'deploy-approve d-7f3a9k2m --plan 0123456789ab --reason "user_id=U9"';
      await deliver(world, clickBody('v1:run:0', value, { user_id: 'U9', actor: { id: 'U9' } }));
      const view = {
        id: 'V1',
        callback_id: 'v1:form',
        private_metadata: JSON.stringify({ command: 'deploy-staging', channel: 'C1', kept: { user: 'U9' } }),
        state: { values: { service: { 'v1:service': { value: 'api' } }, user: { x: { value: 'U9' } } } },
      };
      await deliver(world, interactionBody({ type: 'view_submission', view, user_id: 'U9' }));
      await soon(() => world.asked.length > 0);
      await world.slack.stop();
      expect(new Set(world.asked.map(({ by }) => by))).toEqual(new Set(['U1']));
    }));

  test('a late press on Approve starts nothing a second time', async () => {
    const office = openOffice();
    const id = await office.request('v2');
    const plan = planIn(await office.as('U0CAT').approve({ ...nothing, deployment: id }));
    await office.approve(id);
    await office.visit(id);
    const touched = [...office.world.touched];
    for (const who of ['U0BOB', 'U0CAT'])
      expect(said(await office.as(who).approve({ ...nothing, deployment: id, plan }))).toMatch(/^too-late/);
    await office.visit(id);
    expect(office.world.touched).toEqual(touched);
    expect((await office.kinds(id)).filter((kind) => kind === 'started')).toHaveLength(1);
  });

  test('a deployment that takes long is not told through an address that lasts for half an hour', async () => {
    const posted: string[] = [];
    const called: string[] = [];
    const client = {
      call: async (method: string) => {
        called.push(method);
        return { kind: 'ok', body: {} };
      },
    };
    const replying = {
      client,
      postJson: async (url: string) => {
        posted.push(url);
        return 200;
      },
      slackApiUrl: 'https://slack.com/api/',
      clock: { nowMs: () => 29 * 60_000 },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    } as unknown as Parameters<typeof send>[0];
    const workspace = { team: 'T1', enterprise: null };
    const from = { actor: { id: 'U1', name: '' }, workspace, channel: 'C1', thread: null, replyTo: REPLY_TO };
    const what = { kind: 'home' } as const;
    await send(
      replying,
      { ...from, what, atMs: 0 },
      renderAnswer({ kind: 'answer', sentence: 'x', parts: [] }),
      'new',
    );
    expect([posted, called]).toEqual([[], ['chat.postEphemeral']]);
  });

  test('an environment that is not named is not production, and nothing else either', () => {
    for (const [name, line] of [
      ['deploy-canary', 'web@v2'],
      ['deploy-blue-green', 'web v2'],
      ['deploy-rollback', 'web'],
      ['deploy-schedule', 'web@v2 tomorrow 09:30'],
      ['deploy-emergency', 'hotfix web@v4 --incident INC-7 --reason "takes the broken header out again"'],
    ] as const)
      expect([name, asked(commands, name, line).kind]).not.toEqual([name, 'prepared']);
  });

  test('a slash does not part a project from a branch: branches have them', () => {
    const found = asked(commands, 'deploy-staging', 'web feature/new/header');
    expect([found.kind, found.kind === 'prepared' && found.echo]).toEqual([
      'prepared',
      'web@feature/new/header',
    ]);
    expect(asked(commands, 'deploy-staging', 'web/feature').kind).toBe('refusal');
    expect(asked(commands, 'deploy-staging', 'web/feature v2').kind).toBe('refusal');
  });

  test('what runs when a process ends is handed over, not cancelled', async () => {
    const office = openOffice();
    const id = begunBy(await office.as('U0ANN').deploy(office.order('v2', staging)));
    const ending = new AbortController();
    const leaving = createEngine({ ...office.parts, owner: 'leaving', stopping: ending.signal });
    const site = office.world.siteOf('api/staging');
    office.world.siteOf = () => ({
      ...site,
      release: (intent, version) => {
        ending.abort();
        return site.release(intent, version);
      },
    });
    expect(await office.during(leaving.advance(id))).toBe('waiting');
    expect((await office.deployment(id)).outcome).toBe(null);
    await office.visit(id);
    expect((await office.deployment(id)).outcome).toBe('deployed');
    expect(office.world.touched.filter((each) => each.startsWith('release'))).toHaveLength(1);
  });
});

describe('chat-sdk-deploy-bot and chat', () => {
  test('help deploys nothing, wherever it stands', () => {
    for (const { name } of commands)
      for (const line of ['help', '?', '--help', '-h', 'HELP', 'api help', 'help api', 'api v2 --help'])
        expect([name, line, asked(commands, name, line).kind]).toEqual([name, line, 'help']);
  });

  test('a typo deploys nothing, and no word falls through to staging', async () => {
    const office = openOffice();
    for (const service of ['prod', 'production', 'stagign', 'apu', 'deploy'])
      expect(said(await office.as('U0ANN').deploy(office.order('v2', { service, ...staging })))).toMatch(
        /^not-found/,
      );
    for (const environment of ['prdo', 'productoin', 'stage'])
      expect(said(await office.as('U0ANN').deploy(office.order('v2', { environment })))).toMatch(
        /^not-found/,
      );
    for (const ref of ['v22', 'mian', 'latest'])
      expect(said(await office.as('U0ANN').deploy(office.order(ref, staging)))).toMatch(/^not-found/);
    expect(await office.store.journal.list(everything)).toEqual([]);
    for (const line of ['', 'anything at all', 'api v2 now please', 'api --evn production'])
      expect([line, asked(commands, 'deploy-staging', line).kind]).not.toEqual([line, 'prepared']);
  });

  test('who asked does not approve, by whichever of their accounts', async () => {
    const office = openOffice();
    const id = await office.request('v2', 'U0ANN');
    for (const who of ['U0ANN', 'U0ANN2'])
      expect(said(await office.approve(id, who))).toMatch(/^not-allowed: You asked for this yourself/);
    await office.visit(id);
    expect(office.world.touched).toEqual([]);
  });

  test('two never deploy to one place at a time', async () => {
    const office = openOffice();
    const order = (version: string) => office.order(version, staging);
    const [first, second] = await Promise.all([
      office.as('U0ANN').deploy(order('v2')),
      office.as('U0DAN').deploy(order('v3')),
    ]);
    expect([first, second].map(said).toSorted()).toEqual([
      expect.stringMatching(/^Queued/),
      expect.stringMatching(/^target-busy/),
    ]);
  });

  test('what runs is the commit that was looked at, not what the branch has become since', async () => {
    const office = openOffice();
    const handed: unknown[] = [];
    const site = office.world.siteOf('api/production');
    office.world.siteOf = () => ({
      ...site,
      release: (intent, version) => {
        handed.push(version.commit);
        return site.release(intent, version);
      },
    });
    const id = await office.request('v2');
    await office.approve(id);
    office.world.versions.splice(2, 1, known('v2', 'f'.repeat(40)));
    await office.visit(id);
    expect([handed, (await office.deployment(id)).people.isStarted]).toEqual([[], false]);
    office.world.versions.splice(2, 1, known('v2'));
    await office.approve(id);
    await office.visit(id);
    await office.approve(id, 'U0CAT');
    await office.visit(id);
    expect(handed).toEqual([commitOf('v2')]);
  });

  test('an approval does not depend on whether a card can be edited, or was ever posted', async () => {
    const office = openOffice();
    const id = await office.request('v2');
    Object.assign(office.store.outbox, { take: () => Promise.reject(new Error('Slack is away')) });
    await office.approve(id);
    await office.visit(id);
    expect((await office.deployment(id)).outcome).toBe('deployed');
  });

  test('an approval does not last for ever, nor does the wait for one', async () => {
    const office = openOffice();
    const [asks, approved] = [await office.request('v2'), await office.request('v3')];
    await office.approve(approved);
    office.pass(3_600_000);
    for (const id of [asks, approved]) {
      await office.visit(id);
      expect(await office.deployment(id)).toMatchObject({ outcome: 'stopped' });
    }
    expect(office.world.touched).toEqual([]);
  });

  test('stopping belongs neither to the one who began alone, nor to everybody', async () => {
    const office = openOffice();
    const id = await office.request('v2', 'U0ANN');
    for (const who of ['U0OUT', '', 'undefined'])
      expect(said(await office.as(who).abort(id, null))).toMatch(/^not-allowed/);
    expect(said(await office.as('U0DAN').abort(id, null))).toContain('is being stopped');
  });

  test('nobody stops looking after an hour', async () => {
    const office = openOffice();
    office.catalog = {
      ...office.catalog,
      services: office.catalog.services.map((service) => ({
        ...service,
        targets: service.targets.map((target) => ({
          ...target,
          pace: { ...target.pace, releaseDeadlineMs: 3 * 3_600_000 },
        })),
      })),
    };
    const site = office.world.siteOf('api/staging');
    const healthyAtMs = office.nowMs() + 100 * 60_000;
    office.world.siteOf = () => ({
      ...site,
      async look() {
        const standing = await site.look();
        const isUp = office.nowMs() >= healthyAtMs;
        const releases = standing.releases.map((each) =>
          each.intentId === null || isUp ? each : { ...each, health: 'starting' as const },
        );
        return { ...standing, releases };
      },
    });
    const id = begunBy(await office.as('U0ANN').deploy(office.order('v2', staging)));
    for (let minutes = 0; minutes < 110; minutes += 1) {
      await office.visit(id);
      office.pass(60_000);
    }
    expect((await office.deployment(id)).outcome).toBe('deployed');
  });

  test('staging is not open to everyone', async () => {
    const office = openOffice();
    office.accounts.set('U0GUEST', { kind: 'guest', groups: [] });
    office.catalog = {
      ...office.catalog,
      grants: [...office.catalog.grants, grant('deployer', ['U0GUEST'])],
    };
    for (const who of ['U0OUT', 'U0BOB', 'U0GUEST'])
      expect(said(await office.as(who).deploy(office.order('v2', staging)))).toMatch(/^not-allowed/);
    expect(await office.store.journal.list(everything)).toEqual([]);
  });

  test('one delivery in fifty copies at the same moment is one order', () =>
    inWorld(async (world) => {
      const body = commandBody('/deploy-staging', 'api v2');
      const atS = Math.floor(Date.now() / 1_000);
      await Promise.all(Array.from({ length: 50 }, () => deliver(world, body, { atS })));
      await soon(() => world.asked.length > 0);
      await world.slack.stop();
      expect(world.asked).toHaveLength(1);
    }));

  test('work that takes longer than a lease does not lose it', async () => {
    const office = openOffice();
    const site = office.world.siteOf('api/staging');
    const claims: unknown[] = [];
    let id = '';
    office.world.siteOf = () => ({
      ...site,
      async release(intent, version) {
        for (let seconds = 0; seconds < 60; seconds += 5) {
          await office.parts.clock.sleep(5_000);
          claims.push(await office.store.journal.claim(id, 'another', 1_000));
        }
        return site.release(intent, version);
      },
    });
    id = begunBy(await office.as('U0ANN').deploy(office.order('v2', staging)));
    await office.visit(id);
    expect(claims).toEqual(Array.from({ length: 12 }, () => null));
    expect((await office.deployment(id)).outcome).toBe('deployed');
  });
});

describe('others', () => {
  const author = { name: 'Eve', account: 'eve' };
  const commits = (count: number) =>
    Array.from({ length: count }, (_, at) => ({
      id: at.toString(16).padStart(40, '0'),
      author,
      title: `Change number ${at} ${'of very many words '.repeat(20)}`,
      atMs: null,
    }));

  test('keel: a card does not stay as it was when somebody acts elsewhere', async () => {
    const office = openOffice();
    const id = await office.request('v2');
    const buttons = async () => (await office.engine.reportFor(id))?.offers?.map(({ label }) => label) ?? [];
    expect(await buttons()).toContain('Approve');
    const taken = await office.store.outbox.take('sender', 50, 1_000);
    for (const row of taken) await office.store.outbox.sent(row, { channel: 'C1', ts: '1.1' });
    await office.approve(id);
    const again = await office.store.outbox.take('sender', 50, 1_000);
    expect(again.map(({ key, ref }) => [key, ref])).toContainEqual([
      `card/${id}`,
      { channel: 'C1', ts: '1.1' },
    ]);
    expect(await buttons()).not.toContain('Approve');
  });

  test('genova, semantic-release: what is longer than 3,000 letters is no invalid block', async () => {
    const office = openOffice();
    const all = commits(308);
    office.source = {
      compare: async (): Promise<Comparison> => ({
        base: { name: 'v1', commit: null },
        head: { name: 'v2', commit: null },
        relation: 'ahead',
        aheadBy: all.length,
        behindBy: 0,
        commits: all,
        authors: [author],
        filesChanged: 1,
        migrations: Array.from({ length: 200 }, (_, at) => ({
          id: `${at}-${'long'.repeat(20)}`,
          phase: 'expand' as const,
          isReversible: false,
        })),
        configurationKeys: { added: all.map(({ id }) => id), removed: [], changed: [] },
        isTruncated: true,
        url: null,
      }),
    };
    const id = await office.request('v2', 'U0ANN', { why: 'because '.repeat(60).trim() });
    const { plan, hash } = await office.deployment(id);
    const report = await office.engine.reportFor(id);
    if (report === null) throw new Error('there is no report');
    for (const drawn of [
      renderCard({ ...report, requestedBy: 'UOURS1' }),
      renderAnswer({ kind: 'answer', sentence: 'x', parts: planParts(plan, hash) }),
    ])
      for (let times = 0; times < 5; times += 1) expectTaken(drawn);
  });

  test('houston: what a version brings is not counted from the wrong end, but from what really runs', async () => {
    const office = openOffice();
    const bases: string[] = [];
    office.source = {
      compare: async (base, head) => {
        bases.push(base);
        const isRight = base === commitOf('v3');
        return {
          base: { name: base, commit: base },
          head: { name: head, commit: head },
          relation: 'ahead',
          aheadBy: isRight ? 20 : 308,
          behindBy: 0,
          commits: commits(isRight ? 20 : 308),
          authors: [author],
          filesChanged: null,
          migrations: null,
          configurationKeys: null,
          isTruncated: false,
          url: null,
        };
      },
      resolve: async (name) => ({ name, commit: name }),
    };
    const running = {
      releaseId: 'r3',
      name: 'v3',
      commit: commitOf('v3'),
      trafficPercent: 100,
      intentId: null,
    };
    // Staging is further on, and our own last word about production is older than what somebody put there.
    office.world.places.set('api/production', [running]);
    const id = await office.request('v4');
    expect((await office.deployment(id)).plan.targets[0]?.changes?.commits).toHaveLength(20);
    expect(new Set(bases)).toEqual(new Set([commitOf('v3')]));
  });

  test('kuberpult: lifting a lock starts nothing by surprise', async () => {
    const office = openOffice();
    const scope = { service: 'api', environment: 'staging' };
    const lock = { which: { scope }, why: 'looking at the disk', forMs: null, to: null, seen: null } as const;
    await office.as('U0DAN').maintain({ kind: 'lock', ...lock });
    const refused = await office.as('U0ANN').deploy(office.order('v2', staging));
    expect(said(refused)).toMatch(/^target-held/);
    await office.as('U0DAN').maintain({ kind: 'unlock', ...lock });
    await office.during(office.engine.reconciler.round());
    expect(await office.store.journal.list(everything)).toEqual([]);
    expect(office.world.touched).toEqual([]);
    expect(said(await office.as('U0ANN').deploy(office.order('v2', staging)))).toMatch(/^Queued/);
  });

  test('genova: two presses, each a delivery of its own, deploy once', async () => {
    const office = openOffice();
    const presses = [0, 1].map(() => office.as('U0ANN').deploy(office.order('v2', staging)));
    const begun = (await Promise.all(presses)).filter(({ kind }) => kind === 'answer');
    expect(begun).toHaveLength(1);
  });

  test('sticht: there is no way back offered to where nothing ran', async () => {
    const office = openOffice();
    const back = { service: 'api', environment: 'staging', to: null, why: null, plan: null } as const;
    const reply = await office.as('U0DAN').rollBack(back);
    expect(said(reply)).toMatch(/^nothing-to-do/);
    expect(reply.offers ?? []).toEqual([]);
  });
});
