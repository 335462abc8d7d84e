import { beforeEach, expect, test } from 'vitest';
import { type Office, openOffice, said } from '../../../../test/support/office/office.ts';
import type { Reply } from '../../../core/answer.ts';
import { Failed } from '../../../core/failure.ts';
import { isRefusal } from '../../../core/refusal.ts';
import type { Preview } from '../../../platform/platform.ts';

const HOUR_MS = 3_600_000;
const yes = { can: true, how: {}, caveats: [] } as const;

let office: Office;
/** What the platform has: previews, and whatever else it lists among them. */
let there: Map<string, Preview>;
let calls: string[];
let broken: ((what: string) => void) | null;

beforeEach(() => {
  office = openOffice();
  there = new Map();
  calls = [];
  broken = null;
  office.world.abilities.set('api/staging', { previews: yes });
  office.world.extras.set('api/staging', {
    previews: {
      list: async () => [...there.values()],
      async create(intent, { version }) {
        calls.push(`create ${version.name}`);
        const made = preview(`preview-${intent.id.split('/')[1]}`, version.name);
        there.set(made.id, made);
        broken?.('create');
        return made;
      },
      async destroy(_, id) {
        calls.push(`destroy ${id}`);
        broken?.('destroy');
        there.delete(id);
      },
    },
  });
});

function preview(id: string, name: string, more: Partial<Preview> = {}): Preview {
  const version = { name, commit: null };
  return {
    id,
    version,
    health: 'healthy',
    url: `https://${id}.example.com`,
    owner: null,
    createdAtMs: office.nowMs(),
    cost: '7 USD',
    ...more,
  };
}

const fail = (code: 'outcome-unknown' | 'rejected' | 'unavailable') => () => {
  throw new Failed({ code, message: `it was ${code}`, retryAfterMs: null });
};
const create = (more = {}, who = 'U0ANN') =>
  office
    .as(who)
    .previews({ kind: 'create', service: 'api', environment: null, ref: 'v2', forMs: 3 * HOUR_MS, ...more });
const list = (who = 'U0ANN') => office.as(who).previews({ kind: 'list', service: null });
const rows = (reply: Reply) =>
  isRefusal(reply) ? [] : reply.parts.flatMap((part) => (part.kind === 'table' ? part.rows : []));
const idIn = (reply: Reply) => /p-[0-9a-f]{8}/.exec(said(reply))?.[0] ?? '';

async function pass(ms: number): Promise<void> {
  office.pass(ms);
  await office.engine.reconciler.round();
}

async function words(): Promise<string[]> {
  const taken = await office.store.outbox.take('test', 1_000, 60_000);
  for (const row of taken) await office.store.outbox.sent(row, { channel: 'C1', ts: String(row.id) });
  return taken.flatMap(({ content }) => (content.kind === 'word' ? [JSON.stringify(content)] : []));
}

test('a preview is made where the platform can, is listed with owner, age, cost and time left, and is destroyed', async () => {
  const made = await create();
  const id = idIn(made);
  expect(said(made)).toBe(`Preview ${id} of api in staging: v2, there for a while.`);
  office.pass(HOUR_MS);
  const url = `https://preview-${id}.example.com`;
  expect(rows(await list())).toEqual([
    [id, 'api/staging', 'v2', 'healthy', '@U0ANN', '1 h ago', '2 h', '7 USD', url],
  ]);
  expect(said(await office.as('U0DAN').previews({ kind: 'destroy', id }))).toBe(`${id} is destroyed.`);
  expect([...there.keys()]).toEqual([]);
  expect(rows(await list())).toEqual([]);
  expect(said(await office.as('U0DAN').previews({ kind: 'destroy', id }))).toContain('too-late');
});

test('who may not deploy there makes none, and cannot tell one that is there from one that is not', async () => {
  const id = idIn(await create());
  expect(said(await create({}, 'U0BOB'))).toContain('not-allowed');
  for (const each of [id, 'p-00000000']) {
    expect(said(await office.as('U0BOB').previews({ kind: 'destroy', id: each }))).toContain('not-allowed');
  }
  expect(calls).toEqual(['create v2']);
});

test('what has no previews says so, and makes nothing', async () => {
  const unable = said(await create({ environment: 'production' }));
  expect(unable).toMatch(/^not-supported: There are no previews of api\/production: .+[^.]\.$/);
  expect(said(await create({ service: 'web' }))).toContain('not-supported');
  expect(said(await create({ ref: 'v99' }))).toContain('not-found');
  expect(calls).toEqual([]);
  expect(await office.store.board.list({ kind: 'preview', isOpen: null, limit: 10 })).toEqual([]);
});

test('one request makes one preview, however often it comes', async () => {
  const ann = office.as('U0ANN', office.actorOf('U0ANN'), 'one-key');
  const order = { kind: 'create', service: 'api', environment: null, ref: 'v2', forMs: HOUR_MS } as const;
  const replies = await Promise.all([ann.previews(order), ann.previews(order), ann.previews(order)]);
  expect(new Set(replies.map(idIn)).size).toBe(1);
  expect(calls).toEqual(['create v2']);
});

test('its owner hears of it an hour before, and then it goes', async () => {
  const id = idIn(await create());
  await words();
  await pass(2 * HOUR_MS - 1_000);
  expect(await words()).toEqual([]);
  await pass(2_000);
  const [word, ...others] = await words();
  expect(word).toContain('U0ANN');
  expect(word).toContain(`extend ${id} --for 1d`);
  expect(others).toEqual([]);
  await pass(HOUR_MS - 2_000);
  expect(there.size).toBe(1);
  await pass(2_000);
  expect(there.size).toBe(0);
  expect((await office.engine.sheetFor({ kind: 'preview', id }))?.sentence).toContain('over, and destroyed');
});

test('one that is kept longer lives longer, and its owner hears of it again', async () => {
  const id = idIn(await create());
  await pass(2 * HOUR_MS + 1_000);
  await words();
  await office.as('U0ANN').previews({ kind: 'extend', id, forMs: 24 * HOUR_MS });
  await pass(5 * HOUR_MS);
  expect(there.size).toBe(1);
  await pass(18.5 * HOUR_MS);
  expect(await words()).toHaveLength(1);
  await pass(HOUR_MS);
  expect(there.size).toBe(0);
});

test('nothing is ever destroyed that the platform does not list as a preview of that service', async () => {
  const id = idIn(await create());
  there.clear();
  there.set('preview-of-others', preview('preview-of-others', 'v2'));
  expect(said(await office.as('U0ANN').previews({ kind: 'destroy', id }))).toBe(`${id} was gone already.`);
  await pass(4 * HOUR_MS);
  expect(calls).toEqual(['create v2']);
  expect([...there.keys()]).toEqual(['preview-of-others']);
  expect(rows(await list())[0]?.slice(0, 7)).toEqual([
    'preview-of-others',
    'api/staging',
    'v2',
    'healthy',
    'somebody else',
    '4 h ago',
    'not ours',
  ]);
});

test('one that could not be destroyed is tried again, and its card says why', async () => {
  const id = idIn(await create());
  broken = fail('unavailable');
  await pass(2.5 * HOUR_MS);
  await pass(HOUR_MS);
  expect(JSON.stringify(await office.engine.sheetFor({ kind: 'preview', id }))).toContain(
    'it was unavailable',
  );
  broken = null;
  await pass(60_000);
  expect(there.size).toBe(1);
  await pass(5 * 60_000);
  expect(there.size).toBe(0);
});

test('one whose making was refused is over at once', async () => {
  broken = (what) => what === 'create' && fail('rejected')();
  expect(said(await create())).toContain('No preview of api in staging was made: it was rejected.');
  expect(await office.store.board.list({ kind: 'preview', isOpen: true, limit: 10 })).toEqual([]);
});

test('a lost answer is found by what is there: that very one, none, or a person has to look', async () => {
  broken = (what) => what === 'create' && fail('outcome-unknown')();
  expect(said(await create())).toContain('Nobody knows yet');
  await pass(130_000);
  const [found] = await office.store.board.list({ kind: 'preview', isOpen: true, limit: 10 });
  expect(found?.body).toMatchObject({ previewId: [...there.keys()][0] });

  await create();
  there.delete([...there.keys()][1] ?? '');
  await pass(130_000);
  expect(await office.store.board.list({ kind: 'preview', isOpen: true, limit: 10 })).toHaveLength(1);

  await create();
  there.set('another', preview('another', 'v2'));
  await pass(130_000);
  const open = await office.store.board.list({ kind: 'preview', isOpen: true, limit: 10 });
  expect(open[1]?.body).toMatchObject({
    previewId: null,
    problem: expect.stringContaining('it could be any of'),
  });
  expect(calls.filter((call) => call.startsWith('destroy'))).toEqual([]);
});

test('there are ten of a service at the most', async () => {
  for (let count = 0; count < 10; count += 1) expect(isRefusal(await create())).toBe(false);
  expect(said(await create())).toContain('There are 10 previews of api already.');
  expect(there.size).toBe(10);
});

test('what a platform says with a full stop of its own ends in one', async () => {
  const endsInOne = (reply: Reply) => {
    expect(isRefusal(reply)).toBe(true);
    expect(said(reply)).toContain('no more credit.');
    expect(said(reply)).not.toContain('..');
  };
  for (const code of ['rejected', 'outcome-unknown'] as const) {
    broken = () => {
      throw new Failed({ code, message: 'There is no more credit.', retryAfterMs: null });
    };
    endsInOne(await create());
  }
  broken = null;
  const id = idIn(await create());
  broken = () => {
    throw new Failed({ code: 'rejected', message: 'There is no more credit.', retryAfterMs: null });
  };
  endsInOne(await office.as('U0ANN').previews({ kind: 'destroy', id }));
  office.world.down = 'There is no more credit.';
  endsInOne(await create());
  endsInOne(await office.as('U0ANN').deploy(office.order('v2', { service: 'api', environment: 'staging' })));
});
