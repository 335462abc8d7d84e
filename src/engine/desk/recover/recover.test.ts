import { beforeEach, describe, expect, test } from 'vitest';
import { type BoardWorld, boardCatalog, openBoardWorld } from '../../../../test/support/board-world.ts';
import type { Answer, Reply } from '../../../core/answer.ts';
import { DESK_STREAM } from '../../../core/audit/chain.ts';
import type { Catalog } from '../../../core/catalog.ts';
import type { RecoverOrder } from '../../../core/recover-order.ts';
import { isRefusal } from '../../../core/refusal.ts';
import type { Runbook } from '../../../core/runbook.ts';
import { plain } from '../../../core/text.ts';
import { attendBoard, sheetFor } from '../../board/index.ts';
import { recover } from './index.ts';

const MINUTE_MS = 60_000;
const common = { withinMs: 10 * MINUTE_MS, undo: null } as const;
const runbook: Runbook = {
  name: 'fail-over',
  summary: 'When production is lost',
  rtoMs: 30 * MINUTE_MS,
  rpoMs: 5 * MINUTE_MS,
  approval: {
    requirements: [{ needed: 2, group: null }],
    expiresAfterMs: 60 * MINUTE_MS,
    isAuthorExcluded: false,
  },
  channel: 'C1',
  announce: 'C9',
  escalate: ['S0CALL'],
  hasOwnChannel: false,
  failBack: 'fail-back',
  steps: [
    {
      ...common,
      kind: 'manual',
      name: 'assess',
      phase: 'assess',
      needs: [],
      isDrillSafe: true,
      instruction: 'Look at it',
      owners: ['U4'],
    },
    {
      ...common,
      kind: 'freeze',
      name: 'freeze',
      phase: 'provision',
      needs: ['assess'],
      isDrillSafe: false,
      scope: { service: null, environment: 'production' },
    },
    {
      ...common,
      kind: 'manual',
      name: 'restore',
      phase: 'restore',
      needs: ['freeze'],
      isDrillSafe: true,
      instruction: 'Restore',
      owners: [],
    },
    {
      ...common,
      kind: 'announce',
      name: 'tell',
      phase: 'redirect',
      needs: ['restore'],
      isDrillSafe: true,
      text: 'We serve again',
    },
  ],
};
const everywhere = { services: '*', environments: '*' } as const;
const catalog: Catalog = {
  ...boardCatalog,
  people: [
    ...boardCatalog.people,
    ...['U4', 'U5', 'U6', 'U7', 'U1'].map((id) => ({ name: id.toLowerCase(), accounts: [id, `${id}B`] })),
  ],
  grants: [
    ...boardCatalog.grants,
    { role: 'commander', people: ['U5', 'U6', 'U7', 'U5B'], ...everywhere },
    { role: 'viewer', people: ['U4', 'U6', 'U7'], ...everywhere },
  ],
  runbooks: [runbook],
};

let world: BoardWorld;
let inForce: Catalog;
beforeEach(() => {
  inForce = catalog;
  world = openBoardWorld(catalog);
  world = { ...world, parts: { ...world.parts, catalog: () => inForce } };
});

const asks = (who: string, order: RecoverOrder, key?: string): Promise<Reply> => {
  const { visitor } = world.visiting(who, key);
  return recover({ parts: world.parts, visitor }, order);
};
const codeOf = (reply: Reply) => (isRefusal(reply) ? reply.code : 'done');
const words = (reply: Reply) => (isRefusal(reply) ? plain(reply.message) : reply.sentence);
const start = {
  kind: 'start',
  runbook: 'fail-over',
  isDrill: false,
  why: null,
  restoreToMs: null,
  plan: null,
} as const;
const planOf = (reply: Reply) => /--plan ([0-9a-f]{12})/.exec(JSON.stringify(reply))?.[1] ?? 'none';

async function askedFor(isDrill = false): Promise<{ id: string; plan: string }> {
  const plan = planOf(await asks('U5', { ...start, isDrill }));
  const id = /run-[0-9a-f]{8}/.exec(JSON.stringify(await asks('U5', { ...start, isDrill, plan })))?.[0] ?? '';
  return { id, plan };
}
async function running(isDrill = false): Promise<string> {
  const { id, plan } = await askedFor(isDrill);
  await asks('U6', { kind: 'approve', run: id, plan, comment: null });
  await asks('U7', { kind: 'approve', run: id, plan, comment: null });
  return id;
}
const card = async (id: string): Promise<Answer> =>
  (await sheetFor(world.parts, { kind: 'run', id })) as Answer;
const offersOf = async (id: string) => (await card(id)).offers?.map(({ text }) => text.replace(id, '…'));
const settle = (run: string, step: string, lossMs: number | null = null): RecoverOrder => ({
  kind: 'settle',
  run,
  step,
  how: 'done',
  note: null,
  lossMs,
});
/** What was said since the last time, by where; of one stream a row is sent when the one before it is. */
async function told(): Promise<string[]> {
  const said: string[] = [];
  for (;;) {
    const rows = await world.told();
    if (rows.length === 0) return said;
    for (const { content } of rows) {
      if (content.kind !== 'word' || content.to.kind !== 'channel') continue;
      said.push(`${content.under === null ? content.to.id : 'thread'}: ${plain(content.text)}`);
    }
  }
}

describe('a runbook', () => {
  test('is shown with everything that somebody has to know, and nothing is begun', async () => {
    const shown = await asks('U5', start);
    const said = JSON.stringify(shown);
    for (const each of [
      'Touches',
      'everything in production',
      '30 m',
      '5 m',
      'fail-back',
      'slipway recover',
      'A drill would leave alone',
      'the approval of 2 people',
    ]) {
      expect(said).toContain(each);
    }
    expect(words(await asks('U5', { kind: 'status', run: null }))).toBe('1 runbook, 0 runs on the way.');
  });

  test('that is not there is refused with what was meant, and one without the right is refused', async () => {
    expect(JSON.stringify(await asks('U5', { ...start, runbook: 'fail-ovr' }))).toContain('start fail-over');
    expect(codeOf(await asks('U8', start))).toBe('not-allowed');
    expect(codeOf(await asks('U4', start))).toBe('not-allowed');
  });

  test('is run by what was shown, once', async () => {
    expect(codeOf(await asks('U5', { ...start, plan: '000000000000' }))).toBe('plan-changed');
    const drill = planOf(await asks('U5', { ...start, isDrill: true }));
    expect(codeOf(await asks('U5', { ...start, plan: drill }))).toBe('plan-changed');
    await askedFor();
    expect(codeOf(await asks('U6', start))).toBe('already-running');
  });
});

describe('the approvals of a run', () => {
  test('are two different people, neither of whom asked, by whatever account', async () => {
    const { id, plan } = await askedFor();
    const approve = { kind: 'approve', run: id, plan, comment: null } as const;
    expect(codeOf(await asks('U5B', approve))).toBe('not-allowed');
    expect(codeOf(await asks('U4', approve))).toBe('not-allowed');
    expect(words(await asks('U6', approve))).toContain('1 of 2 approvals');
    expect(codeOf(await asks('U6', approve))).toBe('nothing-to-do');
    expect((await card(id)).sentence).toContain('waits for approval');
    expect(words(await asks('U7', approve))).toContain('running');
    expect(codeOf(await asks('U7', approve))).toBe('too-late');
  });

  test('are bound to the plan, and to the configuration that it was drawn from', async () => {
    const { id, plan } = await askedFor();
    expect(codeOf(await asks('U6', { kind: 'approve', run: id, plan: '0'.repeat(12), comment: null }))).toBe(
      'plan-changed',
    );
    const shown = await asks('U6', { kind: 'approve', run: id, plan: null, comment: null });
    expect(planOf(shown)).toBe(plan);
    inForce = { ...catalog, version: 'c2' };
    expect(words(await asks('U6', { kind: 'approve', run: id, plan, comment: null }))).toContain(
      'has changed since',
    );
  });

  test('count only while whoever gave them, and whoever asked, may still recover', async () => {
    const { id, plan } = await askedFor();
    const approve = { kind: 'approve', run: id, plan, comment: null } as const;
    await asks('U6', approve);
    const grants = catalog.grants.map((grant) =>
      grant.role === 'commander' ? { ...grant, people: ['U5', 'U7'] } : grant,
    );
    inForce = { ...catalog, grants };
    expect(words(await asks('U7', approve))).toContain('@U6, who asked for this run or approved it');
    expect((await card(id)).sentence).toContain('waits for approval');
  });

  test('are called for after five minutes', async () => {
    await askedFor();
    await told();
    world.pass(5 * MINUTE_MS);
    await attendBoard(world.parts);
    expect((await told()).join('\n')).toContain('@S0CALL @U5: nobody has answered');
  });
});

describe('a run', () => {
  test('goes from step to step, by hand and by itself, and ends with what was measured', async () => {
    const id = await running();
    expect(await offersOf(id)).toEqual([
      'done … --step assess',
      'failed … --step assess',
      'skip … --step assess',
      'abort …',
    ]);
    expect(codeOf(await asks('U8', settle(id, 'assess')))).toBe('not-allowed');
    world.pass(MINUTE_MS);
    expect(codeOf(await asks('U4', settle(id, 'assess')))).toBe('done');
    expect(codeOf(await asks('U4', settle(id, 'restore')))).toBe('not-allowed');
    await attendBoard(world.parts);
    const frozen = await world.store.board.list({ kind: 'freeze', isOpen: true, limit: 9 });
    expect(frozen).toHaveLength(1);
    expect((await offersOf(id))?.[0]).toBe('restored … --step restore');
    await told();
    world.pass(2 * MINUTE_MS);
    await asks('U6', settle(id, 'restore', 4 * MINUTE_MS));
    await attendBoard(world.parts);
    const said = await told();
    expect(said).toContain('C9: We serve again');
    expect(said.join('\n')).toContain('Time to recover: 3 m measured, 30 m expected: held');
    expect((await card(id)).title).toBe('fail-over — done');
    expect(JSON.stringify(await card(id))).toContain('4 m measured, at most 5 m expected: held');
    const report = (await asks('U4', { kind: 'report', run: id, isForMachines: true })) as Answer;
    expect(JSON.parse(report.file?.content ?? '')).toMatchObject({
      format: 'slipway/run/v1',
      expected: { rtoMs: 30 * MINUTE_MS },
      measured: { rtoMs: 3 * MINUTE_MS, rpoMs: 4 * MINUTE_MS },
    });
    const actions = (await world.store.ledger.read(DESK_STREAM, 0, 99)).map(
      ({ text }) => JSON.parse(text).action,
    );
    expect(new Set(actions)).toEqual(
      new Set(['recover-ask', 'recover-approve', 'recover-settle', 'recover-moved', 'freeze-emergency']),
    );
  });

  test('as a drill says so in every word, and leaves alone what is not marked', async () => {
    const id = await running(true);
    await asks('U4', settle(id, 'assess'));
    await attendBoard(world.parts);
    await asks('U6', settle(id, 'restore'));
    await attendBoard(world.parts);
    expect(await world.store.board.list({ kind: 'freeze', isOpen: null, limit: 9 })).toEqual([]);
    const { title, sentence } = await card(id);
    for (const each of [title ?? '', sentence, ...(await told()).map((line) => line.replace(/^\w+: /, ''))]) {
      expect(each).toMatch(/^DRILL: /);
    }
    expect(sentence).toContain('done');
    expect(JSON.stringify(await card(id))).not.toContain('Plan the way back');
  });

  test('halts when a step is late, calls its owner, and goes on when somebody says so', async () => {
    const id = await running();
    world.pass(10 * MINUTE_MS);
    await attendBoard(world.parts);
    expect((await card(id)).title).toContain('HALTED');
    await told();
    world.pass(5 * MINUTE_MS);
    await attendBoard(world.parts);
    const said = (await told()).join('\n');
    expect(said).toContain('@S0CALL @U4 @U5: nobody has answered');
    expect(said).toContain('C9: fail-over HALTED');
    expect(await offersOf(id)).toContain('retry … --step assess');
    await asks('U5', { kind: 'skip', run: id, step: 'assess', why: 'we know' });
    expect((await card(id)).title).toContain('running');
  });

  test('is called off by whoever asked for it or may recover, and by nobody else', async () => {
    const id = await running();
    expect(codeOf(await asks('U4', { kind: 'abort', run: id, why: 'no' }))).toBe('not-allowed');
    expect(words(await asks('U5', { kind: 'abort', run: id, why: 'false alarm' }))).toContain(
      'called off: false alarm',
    );
    expect(codeOf(await asks('U5', settle(id, 'assess')))).toBe('too-late');
  });
});
