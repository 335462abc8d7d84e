import { describe, expect, test } from 'vitest';
import type { Reply } from '../../src/core/answer.ts';
import { careIdOfAlert } from '../../src/core/care.ts';
import type { Desk } from '../../src/core/desk.ts';
import type { Actor, ActorKind, Grant, Role } from '../../src/core/person.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import {
  begunBy,
  catalogAtFirst,
  grant,
  nothing,
  type Office,
  openOffice,
  planIn,
} from '../support/office/office.ts';

/** What a role allows at the desk, by hand; see `who-may.test.ts` for the rule itself. */
const allows: Record<Role, readonly string[]> = {
  viewer: ['look'],
  deployer: ['look', 'deploy', 'stop', 'steer', 'roll-back', 'lock'],
  approver: ['overrule', 'look', 'approve', 'review'],
  operator: ['look', 'stop', 'steer', 'roll-back', 'maintain'],
  'release-manager': ['overrule', 'look', 'stop', 'review', 'lock', 'freeze', 'maintain'],
  commander: ['overrule', 'look', 'stop', 'roll-back', 'emergency', 'review', 'lock', 'freeze', 'recover'],
  auditor: ['look'],
};

/** What exists, or the same words for what does not. */
type Names = {
  readonly service: string;
  readonly environment: string;
  readonly waiting: string;
  readonly moving: string;
  readonly ended: string;
  readonly scheduled: string;
  readonly alarming: string;
};

type Method = Exclude<keyof Desk, 'actor' | 'channel'>;
type Call = {
  readonly needs: string;
  /** Asks about a service wherever it runs: whoever sees it anywhere is answered. */
  readonly isWide?: true;
  readonly ask: (desk: Desk, names: Names) => Promise<unknown>;
};

const when = { words: 'in 3 hours', zone: 'UTC' };
const orders = openOffice();
/** The hashes of the plans that wait, by deployment. */
const plans = new Map<string, string>();
const order = ({ service, environment }: Names) => orders.order('v4', { service, environment });
const incident = { why: 'it burns in the kitchen', incident: 'INC-1' };
const scope = ({ service, environment }: Names) => ({ service, environment });

/** Everything that can be asked at the desk, and what it takes. */
const methods: Record<Method, readonly Call[]> = {
  deploy: [
    { needs: 'deploy', ask: (desk, names) => desk.deploy(order(names)) },
    {
      needs: 'emergency',
      ask: (desk, names) => desk.deploy({ ...order(names), breakGlass: incident }),
    },
    { needs: 'deploy', ask: (desk, names) => desk.deploy({ ...order(names), plan: '0'.repeat(12) }) },
  ],
  rollBack: [
    {
      needs: 'roll-back',
      ask: (desk, names) => desk.rollBack({ ...scope(names), to: null, why: null, plan: null }),
    },
  ],
  status: [
    { needs: 'look', ask: (desk, names) => desk.status({ ...scope(names), deployment: null }) },
    {
      needs: 'look',
      isWide: true,
      ask: (desk, names) => desk.status({ service: names.service, environment: null, deployment: null }),
    },
    {
      needs: 'look',
      ask: (desk, { moving }) => desk.status({ service: null, environment: null, deployment: moving }),
    },
  ],
  health: [
    { needs: 'look', ask: (desk, names) => desk.health(scope(names)) },
    { needs: 'look', isWide: true, ask: (desk, { service }) => desk.health({ service, environment: null }) },
  ],
  alerts: [
    { needs: 'look', ask: (desk, names) => desk.alerts({ kind: 'list', scope: scope(names) }) },
    {
      needs: 'stop',
      ask: (desk, { alarming }) => desk.alerts({ kind: 'take', id: alarming, seen: null }),
    },
    { needs: 'stop', ask: (desk, { alarming }) => desk.alerts({ kind: 'close', id: alarming, why: 'gone' }) },
  ],
  logs: [
    { needs: 'look', ask: (desk, names) => desk.logs({ ...logs, ...scope(names) }) },
    { needs: 'look', isWide: true, ask: (desk, { service }) => desk.logs({ ...logs, service }) },
    { needs: 'look', ask: (desk, { ended }) => desk.logs({ ...logs, deployment: ended }) },
  ],
  compare: [
    {
      needs: 'look',
      isWide: true,
      ask: (desk, { service, environment }) => desk.compare({ service, base: 'v1', head: environment }),
    },
  ],
  drift: [
    { needs: 'look', ask: (desk, names) => desk.drift({ ...scope(names), between: null }) },
    {
      needs: 'look',
      isWide: true,
      ask: (desk, { service }) => desk.drift({ service, environment: null, between: null }),
    },
  ],
  previews: [
    { needs: 'look', isWide: true, ask: (desk, { service }) => desk.previews({ kind: 'list', service }) },
    {
      needs: 'deploy',
      ask: (desk, names) => desk.previews({ ...scope(names), kind: 'create', ref: 'v2', forMs: 3_600_000 }),
    },
    { needs: 'deploy', isWide: true, ask: (desk) => desk.previews({ kind: 'destroy', id: 'p-00000005' }) },
  ],
  adopt: [{ needs: 'deploy', ask: (desk, names) => desk.adopt({ ...scope(names), seen: '0'.repeat(12) }) }],
  metrics: [
    {
      needs: 'look',
      ask: (desk, names) =>
        desk.metrics({ ...scope(names), rangeMs: 3_600_000, metric: null, isDelivery: false }),
    },
    {
      needs: 'look',
      ask: (desk, names) =>
        desk.metrics({ ...scope(names), rangeMs: 3_600_000, metric: null, isDelivery: true }),
    },
  ],
  home: [{ needs: 'look', isWide: true, ask: (desk) => desk.home() }],
  // One's own, and nobody else's.
  preference: [],
  prefer: [
    {
      needs: 'look',
      isWide: true,
      ask: (desk, { service }) =>
        desk.prefer({
          isWhole: false,
          direct: 'all',
          favourites: null,
          favourite: service,
          unfavourite: null,
          quiet: null,
        }),
    },
  ],
  maintain: [
    { needs: 'look', ask: (desk, names) => desk.maintain({ kind: 'list', scope: scope(names) }) },
    { needs: 'maintain', ask: (desk, names) => desk.maintain({ ...maintenance, scope: scope(names) }) },
    {
      needs: 'freeze',
      ask: (desk, names) => desk.maintain({ ...span, kind: 'freeze', scope: scope(names), why: 'the fair' }),
    },
    {
      needs: 'lock',
      ask: (desk, names) =>
        desk.maintain({
          kind: 'lock',
          which: { scope: scope(names) },
          why: 'looking',
          forMs: 3_600_000,
          to: null,
          seen: null,
        }),
    },
  ],
  recover: [{ needs: 'look', isWide: true, ask: (desk) => desk.recover({ kind: 'status', run: null }) }],
  abort: [
    { needs: 'stop', ask: (desk, { moving }) => desk.abort(moving, 'because') },
    { needs: 'stop', ask: (desk, { waiting }) => desk.abort(waiting, null) },
    { needs: 'stop', ask: (desk, { ended }) => desk.abort(ended, null) },
  ],
  hold: [{ needs: 'stop', ask: (desk, { moving }) => desk.hold(moving, null) }],
  goOn: [{ needs: 'steer', ask: (desk, { moving }) => desk.goOn(moving, null) }],
  confirm: [{ needs: 'steer', ask: (desk, { moving }) => desk.confirm(moving) }],
  promote: [{ needs: 'steer', ask: (desk, { moving }) => desk.promote(moving, { isAll: true, why: null }) }],
  turn: [
    { needs: 'stop', ask: (desk, { moving }) => desk.turn(moving, { how: 'now', why: null }) },
    { needs: 'stop', ask: (desk, { moving }) => desk.turn(moving, { how: 'hold', why: null }) },
    { needs: 'overrule', ask: (desk, { moving }) => desk.turn(moving, { how: 'go-on', why: 'I know' }) },
    { needs: 'overrule', ask: (desk, { moving }) => desk.turn(moving, { how: 'dismiss', why: 'I know' }) },
  ],
  approve: [
    { needs: 'approve', ask: (desk, { waiting }) => desk.approve({ ...nothing, deployment: waiting }) },
    {
      needs: 'approve',
      ask: (desk, { waiting }) =>
        desk.approve({ ...nothing, deployment: waiting, plan: plans.get(waiting) ?? '0'.repeat(12) }),
    },
    {
      needs: 'approve',
      ask: (desk, { waiting }) => desk.approve({ ...nothing, deployment: waiting, rejectBecause: 'no' }),
    },
    { needs: 'approve', ask: (desk, { ended }) => desk.approve({ ...nothing, deployment: ended }) },
  ],
  emergency: [
    {
      needs: 'emergency',
      ask: (desk, names) => desk.emergency({ kind: 'abort-all', scope: scope(names), ...incident }),
    },
    {
      needs: 'emergency',
      ask: (desk, names) =>
        desk.emergency({
          kind: 'hotfix',
          scope: scope(names),
          ref: null,
          strategy: null,
          plan: null,
          ...incident,
        }),
    },
    {
      needs: 'emergency',
      ask: (desk, names) =>
        desk.emergency({ kind: 'freeze', scope: scope(names), forMs: 3_600_000, ...incident }),
    },
    {
      needs: 'emergency',
      ask: (desk, names) =>
        desk.emergency({ kind: 'kill-switch', ...scope(names), flag: null, plan: null, ...incident }),
    },
    {
      needs: 'emergency',
      ask: (desk, names) =>
        desk.emergency({ kind: 'switch-on', id: null, ...scope(names), flag: null, plan: null, ...incident }),
    },
  ],
  schedule: [{ needs: 'deploy', ask: (desk, names) => desk.schedule({ ...order(names), when }) }],
  schedules: [{ needs: 'look', ask: (desk, names) => desk.schedules(scope(names)) }],
  move: [{ needs: 'deploy', ask: (desk, { scheduled }) => desk.move(scheduled, when) }],
  cancel: [{ needs: 'stop', ask: (desk, { scheduled }) => desk.cancel(scheduled, null) }],
  startMissed: [{ needs: 'deploy', ask: (desk, { scheduled }) => desk.startMissed(scheduled, null) }],
  resolve: [{ needs: 'steer', ask: (desk, { ended }) => desk.resolve(ended, null) }],
  report: [{ needs: 'look', ask: (desk, { ended }) => desk.report(ended) }],
  suggestServices: [{ needs: 'look', isWide: true, ask: (desk) => desk.suggestServices('', 100) }],
  suggestVersions: [
    {
      needs: 'look',
      ask: (desk, { service, environment }) => desk.suggestVersions(service, environment, '', 100),
    },
  ],
};

const span = { when: null, forMs: 3_600_000, zone: null };
const maintenance = {
  ...span,
  kind: 'start',
  why: 'a bigger disk',
  allowsDeploys: false,
  keepsServing: true,
  plan: null,
} as const;

const logs = {
  service: null,
  deployment: null,
  environment: null,
  sinceMs: 60_000,
  contains: null,
  level: null,
  linesMax: 10,
};

const missing: Names = {
  service: 'nope',
  environment: 'nowhere',
  waiting: 'd-00000001',
  moving: 'd-00000002',
  ended: 'd-00000003',
  scheduled: 'd-00000004',
  alarming: 'a-00000006',
};

type Scene = { readonly office: Office; readonly names: Names };

/** An office in which one of each is there: one that waits, one that is asked about, one that ended, one scheduled. */
async function openScene(grants: readonly Grant[]): Promise<Scene> {
  const office = openOffice();
  office.catalog = {
    ...catalogAtFirst,
    grants: [...catalogAtFirst.grants, ...grants],
    people: [...catalogAtFirst.people, { name: 'asker', accounts: [id] }],
  };
  const staging = { service: 'api', environment: 'staging' };
  const ended = begunBy(await office.as('U0ANN').deploy(office.order('v2', staging)));
  await office.visit(ended);
  const moving = begunBy(
    await office.as('U0ANN').deploy(office.order('v3', { ...staging, strategy: 'blue-green' })),
  );
  await office.visit(moving);
  const waiting = await office.request('v2');
  const later = { atMs: office.nowMs() + 86_400_000, zone: 'UTC' };
  const scheduled = await office.request('v3', 'U0ANN', later);
  const alarming = careIdOfAlert('pager/a1', 1);
  await office.engine.alertTold({
    from: 'pager',
    fingerprint: 'a1',
    isFiring: true,
    name: 'Slow',
    severity: null,
    summary: null,
    scope: staging,
    startedAtMs: 1,
  });
  const names = { service: 'api', environment: 'production', waiting, moving, ended, scheduled, alarming };
  return { office, names };
}

type Somebody = {
  readonly name: string;
  readonly actor: Actor;
  readonly grants: readonly Grant[];
  /** What they may do at api in production and in staging. */
  readonly may: readonly string[];
  /** Whether they see anything at all of what they are asked about. */
  readonly sees: boolean;
  /** Whether they see the service, though elsewhere. */
  readonly isNear?: true;
};

const id = 'U0ASKER';
const actor = (kind: ActorKind, groups: readonly string[] = []): Actor => ({ id, name: id, kind, groups });
const everyRole = Object.keys(allows) as Role[];
const all = (people: readonly string[], more: Partial<Grant> = {}) =>
  everyRole.map((role) => grant(role, people, more));

const cast: readonly Somebody[] = [
  ...everyRole.flatMap((role): Somebody[] => [
    {
      name: `${role}, by id`,
      actor: actor('member'),
      grants: [grant(role, [id])],
      may: allows[role],
      sees: true,
    },
    {
      name: `${role}, by group`,
      actor: actor('member', ['S0THEIRS']),
      grants: [grant(role, ['S0THEIRS'])],
      may: allows[role],
      sees: true,
    },
    {
      name: `${role} of another service`,
      actor: actor('member'),
      grants: [grant(role, [id], { services: ['web'] })],
      may: [],
      sees: false,
    },
    {
      name: `${role} of another environment`,
      actor: actor('member'),
      grants: [grant(role, [id], { environments: ['elsewhere'] })],
      may: [],
      sees: false,
      isNear: true,
    },
  ]),
  { name: 'an outsider', actor: actor('member'), grants: [], may: [], sees: false },
  {
    name: 'the host, with every role',
    actor: actor('host'),
    grants: all([id]),
    may: everyRole.flatMap((role) => allows[role]),
    sees: true,
  },
  ...(['guest', 'external', 'bot', 'deactivated', 'unknown'] as const).flatMap((kind): Somebody[] => [
    { name: `${kind}, named in every role`, actor: actor(kind), grants: all([id]), may: [], sees: false },
    {
      name: `${kind}, in a group of every role`,
      actor: actor(kind, ['S0THEIRS']),
      grants: all(['S0THEIRS']),
      may: [],
      sees: false,
    },
  ]),
];

/** What somebody was told, with the names that they themselves said taken out. */
function told(reply: unknown, names: Names): string {
  const words = Array.isArray(reply)
    ? `${reply.length} suggestions`
    : isRefusal(reply as Reply & object)
      ? JSON.stringify(reply)
      : 'an answer';
  return Object.values(names).reduce((text, name) => text.replaceAll(name, '…'), words);
}

/** What is asked about nothing in particular. */
const everywhere: ReadonlySet<string> = new Set(['suggestServices', 'home', 'recover']);

describe('the desk', () => {
  test('is asked about everything that it can do', () => {
    const desk = openOffice().as('U0ANN');
    const does = Object.keys(desk).filter((name) => typeof desk[name as keyof Desk] === 'function');
    expect(Object.keys(methods).toSorted()).toEqual(does.toSorted());
  });

  test.each(cast)('changes nothing for who may not, and tells them nothing: $name', async (somebody) => {
    const { office, names } = await openScene(somebody.grants);
    office.accounts.set(id, { kind: somebody.actor.kind, groups: somebody.actor.groups });
    const shown = await office.as('U0BOB').approve({ ...nothing, deployment: names.waiting });
    plans.set(names.waiting, planIn(shown));
    const before = office.everything();
    for (const [method, calls] of Object.entries(methods)) {
      for (const [index, { needs, ask, isWide }] of calls.entries()) {
        if (somebody.may.includes(needs) || (isWide === true && somebody.isNear)) continue;
        const what = `${method} #${index}`;
        const reply = await office.during(ask(office.as(id, somebody.actor), names));
        // Everybody with any role is told something; what they have no business with is not in it.
        if (everywhere.has(method)) expect(JSON.stringify(reply)).not.toMatch(/\bapi\b|d-[0-9a-z]{8}/);
        else if (Array.isArray(reply)) expect([what, reply]).toEqual([what, []]);
        else
          expect([what, ['not-allowed', 'not-found']]).toEqual([
            what,
            expect.arrayContaining([codeOf(reply)]),
          ]);
        expect(office.everything(), what).toBe(before);
        if (somebody.sees) continue;
        const other = await office.during(ask(office.as(id, somebody.actor), missing));
        expect([what, told(reply, names)]).toEqual([what, told(other, missing)]);
      }
    }
    // The record says that they were there.
    const recorded = await office.store.ledger.read('desk', 0, 1_000);
    const refused = recorded.filter(({ text }) => text.includes('refused'));
    expect(refused.length > 0).toBe(somebody.actor.kind !== 'host');
  });

  test.each(cast.filter(({ may, name }) => may.length > 0 && !name.endsWith('by group')))(
    'serves who may: $name',
    async (somebody) => {
      for (const [method, calls] of Object.entries(methods)) {
        for (const [index, { needs, ask }] of calls.entries()) {
          if (!somebody.may.includes(needs)) continue;
          const { office, names } = await openScene(somebody.grants);
          office.accounts.set(id, { kind: somebody.actor.kind, groups: somebody.actor.groups });
          const reply = await office.during(ask(office.as(id, somebody.actor), names));
          if (Array.isArray(reply)) expect([method, index, reply.length]).not.toEqual([method, index, 0]);
          else expect([method, index, codeOf(reply)]).not.toEqual([method, index, 'not-allowed']);
        }
      }
    },
  );

  test('shows nobody what runs where they may not look', async () => {
    const grants = [grant('viewer', [id], { services: ['web'], environments: ['staging'] })];
    const { office, names } = await openScene(grants);
    const everywhere = { service: null, environment: null };
    const desk = office.as(id, actor('member'));
    for (const reply of [
      await desk.status({ ...everywhere, deployment: null }),
      await desk.status({ service: 'web', environment: null, deployment: null }),
      await desk.status({ service: null, environment: 'staging', deployment: null }),
      await desk.schedules(everywhere),
      await office.during(desk.health({ service: 'web', environment: null })),
      await desk.metrics({ ...everywhere, rangeMs: 3_600_000, metric: null, isDelivery: true }),
    ]) {
      const words = JSON.stringify(reply);
      for (const hidden of ['api', 'production', names.waiting, names.moving, names.ended, names.scheduled])
        expect(words).not.toContain(hidden);
    }
    expect((await desk.suggestServices('', 100)).map(({ value }) => value)).toEqual(['web']);
    expect(await desk.suggestVersions('web', 'production', '', 100)).toEqual([]);
  });

  test('calls nothing held that is only on its way, whichever service is asked about', async () => {
    const { office, names } = await openScene([]);
    const reply = await office.as('U0ANN').status({ service: 'web', environment: null, deployment: null });
    expect(JSON.stringify(reply)).not.toContain('is held by');
    expect(JSON.stringify(reply)).not.toContain(names.moving);
  });
});

function codeOf(reply: unknown): string {
  const said = reply as Reply;
  return isRefusal(said) ? said.code : 'answered';
}
