import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type BoardWorld, boardCatalog, openBoardWorld } from '../../../test/support/board-world.ts';
import type { Reply } from '../../core/answer.ts';
import type { Catalog } from '../../core/catalog.ts';
import { Failed, type Failure } from '../../core/failure.ts';
import type { RecoverOrder } from '../../core/recover-order.ts';
import { measuredOf, Run } from '../../core/run.ts';
import type { Runbook, RunbookStep } from '../../core/runbook.ts';
import type { NameRecord } from '../../platform/naming.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Datastore } from '../../platform/restoring.ts';
import type { Router } from '../../platform/router.ts';
import { attendBoard } from '../board/index.ts';
import { recover } from '../desk/recover/index.ts';

const MINUTE_MS = 60_000;
const POINT_MS = Date.UTC(2026, 10, 20, 8, 57);

/** What is called, and what goes wrong with the next call. */
type Outside = {
  shares: Record<string, number>;
  down: string[];
  content: string;
  database: 'serving' | 'restoring' | 'failed' | 'unknown';
  hasPoints: boolean;
  calls: string[];
  trouble: ('lose-answer' | 'lose-call' | 'refuse' | 'busy' | 'kill')[];
};
let outside: Outside;
let world: BoardWorld;
let inForce: Catalog;

const fail = (code: Failure['code'], message: string, retryAfterMs: number | null = null) =>
  new Failed({ code, message, retryAfterMs });

async function change(call: string, carryOut: () => void): Promise<void> {
  outside.calls.push(call);
  const trouble = outside.trouble.shift();
  if (trouble === 'kill') throw new Error('killed');
  if (trouble === 'refuse') throw fail('rejected', 'the token may not');
  if (trouble === 'busy') throw fail('rate-limited', 'too many calls', 1_000);
  if (trouble !== 'lose-call') carryOut();
  if (trouble !== undefined) throw fail('outcome-unknown', 'nothing came back');
}

const router: Router = {
  capabilities: () => Promise.reject(new Error('not asked')),
  look: async () => ({
    frontDoor: null,
    arms: Object.entries(outside.shares).map(([arm, trafficPercent]) => ({
      arm,
      trafficPercent,
      isIn: true,
      isUp: !outside.down.includes(arm),
      say: 'L4TOUT',
    })),
    elsewherePercent: 0,
  }),
  set: (shares) =>
    change('set', () => {
      outside.shares = Object.fromEntries(shares.map(({ arm, trafficPercent }) => [arm, trafficPercent]));
    }),
};
const record: NameRecord = {
  look: async () => ({ content: outside.content, ttlMs: 60_000 }),
  point: (content, seen) => {
    if (outside.content !== seen) throw fail('conflict', 'somebody else');
    return change(`point ${content}`, () => {
      outside.content = content;
    });
  },
};
const datastore: Datastore = {
  points: async () =>
    outside.hasPoints
      ? { can: true, earliestMs: POINT_MS - 60 * MINUTE_MS, latestMs: POINT_MS }
      : { can: false, say: 'recovery is not switched on' },
  look: async () => ({ state: outside.database, say: `it is ${outside.database}` }),
  restore: (toMs) =>
    change(`restore ${new Date(toMs).toISOString()}`, () => {
      outside.database = 'restoring';
    }),
};
const Any = z.record(z.string(), z.unknown());
const platform = {
  id: 'edge',
  routing: { Address: Any, open: () => router },
  naming: { Address: z.strictObject({ name: z.string() }), open: () => record },
  restoring: { Address: Any, open: () => datastore },
} as unknown as Platform;

const common = { withinMs: 10 * MINUTE_MS, undo: null, needs: [] as string[], isDrillSafe: false };
const place = { service: 'api', environment: 'production' };
const steps = {
  redirect: {
    ...common,
    ...place,
    kind: 'redirect',
    name: 'move',
    phase: 'redirect',
    platform: 'edge',
    address: { arms: { eu: 'a', us: 'b' } },
    shares: { eu: 0, us: 100 },
  },
  dns: {
    ...common,
    ...place,
    kind: 'redirect-dns',
    name: 'name',
    phase: 'redirect',
    platform: 'edge',
    address: { name: 'shop.example.com' },
    content: 'us.example.com',
  },
  failover: { ...common, ...place, kind: 'failover', name: 'over', phase: 'redirect', to: 'us' },
  restore: {
    ...common,
    ...place,
    kind: 'restore',
    name: 'data',
    phase: 'restore',
    platform: 'edge',
    address: { project: 'p' },
  },
} as const satisfies Record<string, RunbookStep>;

function runbookOf(...own: readonly RunbookStep[]): Runbook {
  return {
    name: 'leave-eu',
    summary: '',
    rtoMs: 30 * MINUTE_MS,
    rpoMs: 5 * MINUTE_MS,
    approval: {
      requirements: [{ needed: 1, group: null }],
      expiresAfterMs: 60 * MINUTE_MS,
      isAuthorExcluded: false,
    },
    channel: 'C1',
    announce: 'C9',
    escalate: [],
    hasOwnChannel: false,
    failBack: null,
    steps: [...own],
  };
}

const everywhere = { services: '*', environments: '*' } as const;

function open(...own: readonly RunbookStep[]): void {
  const address = { router: { platform: 'edge', arms: { eu: 'a', us: 'b' } }, arms: {} };
  inForce = {
    ...boardCatalog,
    people: ['U5', 'U6'].map((id) => ({ name: id.toLowerCase(), accounts: [id] })),
    grants: [{ role: 'commander', people: ['U5', 'U6'], ...everywhere }],
    runbooks: [runbookOf(...own)],
    services: boardCatalog.services.map((service) => ({
      ...service,
      targets: service.targets.map((target) => ({ ...target, address })),
    })),
  };
  const more = { platformNamed: (name: string) => (name === 'edge' ? platform : null) };
  world = openBoardWorld(inForce, more);
  world = { ...world, parts: { ...world.parts, catalog: () => inForce } };
}

beforeEach(() => {
  outside = {
    shares: { eu: 100, us: 0 },
    down: [],
    content: 'eu.example.com',
    database: 'serving',
    hasPoints: true,
    calls: [],
    trouble: [],
  };
});

const asks = (who: string, order: RecoverOrder): Promise<Reply> =>
  recover({ parts: world.parts, visitor: world.visiting(who).visitor }, order);
const start = {
  kind: 'start',
  runbook: 'leave-eu',
  isDrill: false,
  why: null,
  restoreToMs: null,
  plan: null,
} as const;
const planOf = (reply: Reply) =>
  /--plan ([0-9a-f]{12})/.exec(JSON.stringify(reply.offers))?.[1] ?? 'none was shown';

/** Asked for by one and approved by another; it runs from then on. */
async function running(
  more: Partial<typeof start> | { isDrill: boolean } | { restoreToMs: number } | { runbook: string } = {},
): Promise<string> {
  const order = { ...start, ...more };
  const plan = planOf(await asks('U5', order));
  const id = /run-[0-9a-z]{8}/.exec(JSON.stringify(await asks('U5', { ...order, plan })))?.[0] ?? 'none';
  await asks('U6', { kind: 'approve', run: id, plan, comment: null });
  return id;
}
const attend = () => attendBoard(world.parts);
async function runOf(id: string): Promise<Run> {
  return Run.parse((await world.store.board.find({ kind: 'run', id }))?.body);
}
const stepOf = async (id: string) => (await runOf(id)).steps[0];

describe.each([
  ['redirect', 'set', () => outside.shares['us'] === 100],
  ['dns', 'point us.example.com', () => outside.content === 'us.example.com'],
  ['failover', 'set', () => outside.shares['us'] === 100],
] as const)('a step that sends people elsewhere: %s', (kind, call, isThere) => {
  beforeEach(() => open(steps[kind]));

  test('shows where they are sent before anybody says yes, and whose they are', async () => {
    const shown = JSON.stringify(await asks('U5', start));
    expect(shown).toContain('People are sent now');
    expect(shown).toContain(kind === 'dns' ? 'eu.example.com' : 'eu 100 %, us 0 %');
    expect(shown).toContain('api in production');
    expect(outside.calls).toEqual([]);
  });

  test('is called once, read back, and ends the time to recover', async () => {
    const id = await running();
    world.pass(2 * MINUTE_MS);
    await attend();
    expect(outside.calls).toEqual([call]);
    expect(isThere()).toBe(true);
    const run = await runOf(id);
    expect(run).toMatchObject({ phase: 'done', steps: [{ status: 'done', calls: 1 }] });
    expect(run.steps[0]?.note).toContain('read back');
    // Others may remember a name for another minute: nobody has recovered before they have forgotten it.
    expect(measuredOf(run).rtoMs).toBe((kind === 'dns' ? 3 : 2) * MINUTE_MS);
    await attend();
    expect(outside.calls).toHaveLength(1);
  });

  test('is called where some are still sent elsewhere, however few', async () => {
    outside.shares = { eu: 0.4, us: 99.6 };
    const id = await running();
    await attend();
    expect(outside.calls).toEqual([call]);
    expect((await runOf(id)).steps[0]).toMatchObject({ status: 'done', calls: 1 });
  });

  test('is not called where they are sent there already', async () => {
    const id = await running();
    outside.shares = { eu: 0, us: 100 };
    outside.content = 'us.example.com';
    await attend();
    expect(outside.calls).toEqual([]);
    expect((await runOf(id)).phase).toBe('done');
  });

  test('whose answer got lost is found by looking, and not called again', async () => {
    outside.trouble = ['lose-answer'];
    const id = await running();
    await attend();
    expect((await stepOf(id))?.effect).toBeDefined();
    await attend();
    expect(outside.calls).toHaveLength(1);
    expect((await runOf(id)).phase).toBe('done');
  });

  test('that never arrived is called again only after its absence can be believed', async () => {
    outside.trouble = ['lose-call'];
    const id = await running();
    await attend();
    world.pass(30_000);
    await attend();
    expect(outside.calls).toHaveLength(1);
    world.pass(30_000);
    await attend();
    expect(outside.calls).toHaveLength(2);
    expect(await runOf(id)).toMatchObject({ phase: 'done', steps: [{ calls: 2 }] });
  });

  test('whose process died in the call was written down before, and is looked for first', async () => {
    outside.trouble = ['kill'];
    const id = await running();
    await attend();
    expect(await stepOf(id)).toMatchObject({ status: 'running', calls: 1, effect: { number: 1 } });
    await attend();
    expect(outside.calls).toHaveLength(1);
    world.pass(MINUTE_MS);
    await attend();
    expect(isThere()).toBe(true);
  });

  test('that two processes attend to at once is called by one of them', async () => {
    await running();
    await Promise.all([attend(), attend(), attend()]);
    expect(outside.calls).toHaveLength(1);
  });

  test('that is refused halts the run, and one that comes too often is tried again at once', async () => {
    outside.trouble = ['busy', 'refuse'];
    const id = await running();
    await attend();
    await attend();
    expect(outside.calls).toHaveLength(2);
    expect(await runOf(id)).toMatchObject({
      phase: 'halted',
      steps: [{ status: 'failed', note: 'the token may not' }],
    });
    await asks('U5', { kind: 'retry', run: id, step: steps[kind].name });
    await attend();
    expect((await runOf(id)).phase).toBe('done');
  });

  test('is not carried out where somebody has changed it since, until a person says so', async () => {
    const id = await running();
    outside.shares = { eu: 40, us: 60 };
    outside.content = 'other.example.com';
    await attend();
    expect(outside.calls).toEqual([]);
    expect((await stepOf(id))?.note).toContain('somebody changed it');
    await asks('U5', { kind: 'retry', run: id, step: steps[kind].name });
    await attend();
    expect(isThere()).toBe(true);
  });

  test('is left alone by a drill', async () => {
    await running({ isDrill: true });
    await attend();
    expect(outside.calls).toEqual([]);
  });

  test('is not carried out in the name of somebody who lost the right', async () => {
    const id = await running();
    inForce = { ...inForce, grants: [{ role: 'commander', people: ['U6'], ...everywhere }] };
    await attend();
    expect(outside.calls).toEqual([]);
    expect((await stepOf(id))?.note).toContain('may not recover there any more');
  });
});

describe('sending people to an arm', () => {
  test('that takes no requests is refused', async () => {
    open(steps.redirect);
    outside.down = ['us'];
    const id = await running();
    await attend();
    expect(outside.calls).toEqual([]);
    expect((await stepOf(id))?.note).toContain('us takes no requests');
  });
});

describe('people who are sent to an arm that takes no requests', () => {
  test.each(['redirect', 'failover'] as const)('have not been served by that: %s', async (kind) => {
    open(steps[kind]);
    const id = await running();
    outside.shares = { eu: 0, us: 100 };
    outside.down = ['us'];
    await attend();
    expect(await stepOf(id)).toMatchObject({ status: 'running' });
    expect((await stepOf(id))?.note).toContain('they are sent there, and us takes no requests: L4TOUT');
    outside.down = [];
    await attend();
    expect((await runOf(id)).phase).toBe('done');
  });

  test('are not there while the router does not even know the arm', async () => {
    open(steps.redirect);
    const id = await running();
    outside.shares = { eu: 0 };
    await attend();
    expect((await runOf(id)).phase).toBe('halted');
  });
});

describe('a step that restores', () => {
  beforeEach(() => open(steps.restore));

  test('restores to the last point that there was, watches it, and knows what was lost', async () => {
    expect(JSON.stringify(await asks('U5', start))).toContain('2026-11-20T08:57:00.000Z');
    const id = await running();
    await attend();
    await attend();
    expect(outside.calls).toEqual(['restore 2026-11-20T08:57:00.000Z']);
    expect((await runOf(id)).phase).toBe('running');
    outside.database = 'serving';
    world.pass(4 * MINUTE_MS);
    await attend();
    const run = await runOf(id);
    expect(run.phase).toBe('done');
    // Asked for at nine, and put back to three minutes before.
    expect(measuredOf(run).rpoMs).toBe(3 * MINUTE_MS);
  });

  test('restores to the moment that was asked for, and to none that there is not', async () => {
    await running({ restoreToMs: POINT_MS - 10 * MINUTE_MS });
    await attend();
    expect(outside.calls).toEqual(['restore 2026-11-20T08:47:00.000Z']);
    open(steps.restore);
    outside = { ...outside, database: 'serving', calls: [] };
    const id = await running({ restoreToMs: POINT_MS + MINUTE_MS });
    await attend();
    expect(outside.calls).toEqual([]);
    expect((await stepOf(id))?.note).toContain('it can be restored from');
  });

  test('says so where nothing can be restored, and leaves it to people', async () => {
    outside.hasPoints = false;
    expect(JSON.stringify(await asks('U5', start))).toContain('no restore point is known');
    const id = await running();
    await attend();
    expect(outside.calls).toEqual([]);
    expect((await stepOf(id))?.note).toContain('restore by hand');
  });

  test('is never called twice by itself, though nobody saw what became of it', async () => {
    outside.trouble = ['lose-call'];
    const id = await running();
    await attend();
    world.pass(MINUTE_MS);
    await attend();
    expect((await stepOf(id))?.status).toBe('running');
    world.pass(2 * MINUTE_MS);
    await attend();
    expect(outside.calls).toHaveLength(1);
    expect((await stepOf(id))?.note).toContain('nobody can tell whether it was restored');
  });

  test('does not take the restore of another run for its own', async () => {
    inForce = {
      ...inForce,
      runbooks: [runbookOf(steps.restore), { ...runbookOf(steps.restore), name: 'leave-us' }],
    };
    outside.trouble = ['lose-call'];
    await running();
    await attend();
    const id = await running({ runbook: 'leave-us', restoreToMs: POINT_MS - 10 * MINUTE_MS });
    await attend();
    expect(outside.calls).toHaveLength(1);
    expect((await stepOf(id))?.note).toContain('has called for a restore of it');
    world.pass(3 * MINUTE_MS);
    await attend();
    await attend();
    expect(outside.calls).toEqual(['restore 2026-11-20T08:57:00.000Z', 'restore 2026-11-20T08:47:00.000Z']);
  });

  test('whose answer got lost is seen by what the platform does', async () => {
    outside.trouble = ['lose-answer'];
    const id = await running();
    await attend();
    await attend();
    outside.database = 'serving';
    await attend();
    expect(outside.calls).toHaveLength(1);
    expect((await runOf(id)).phase).toBe('done');
  });

  test('that failed there halts the run', async () => {
    const id = await running();
    await attend();
    outside.database = 'failed';
    await attend();
    expect(await runOf(id)).toMatchObject({ phase: 'halted', steps: [{ status: 'failed' }] });
  });
});
