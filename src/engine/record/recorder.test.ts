import { beforeEach, describe, expect, test } from 'vitest';
import { nothing, type Office, openOffice } from '../../../test/support/office/office.ts';
import { Failed, type Failure } from '../../core/failure.ts';
import { plain } from '../../core/text.ts';
import type { DeploymentRecord } from '../../source/source.ts';
import { openRecorder, type Recorder } from './recorder.ts';

let office: Office;
let recorder: Recorder;
let told: DeploymentRecord[];
let trouble: Failure | Error | null;

beforeEach(() => {
  office = openOffice();
  recorder = openRecorder(office.parts);
  [told, trouble] = [[], null];
  office.source = {
    resolve: async (name) => ({ name, commit: 'c'.repeat(40) }),
    checks: async () => ({ state: 'pass', failing: [], because: 'green' }),
    async record(record) {
      if (trouble instanceof Error) throw trouble;
      if (trouble !== null) throw new Failed(trouble);
      told.push(record);
    },
  };
});

const states = () => told.map(({ state }) => state);
const open = () => office.store.board.list({ kind: 'record', isOpen: true, limit: 9 });

async function toTheEnd(id: string): Promise<void> {
  for (let visits = 0; visits < 300 && (await office.deployment(id)).outcome === null; visits++) {
    await office.visit(id);
    office.pass(5_000);
  }
}
/** What people were told by the recorder. */
async function words(): Promise<string[]> {
  const said: string[] = [];
  for (;;) {
    const rows = await office.store.outbox.take('test', 1_000, 1_000);
    if (rows.length === 0) return said;
    for (const row of rows) {
      const { content } = row;
      if (row.key.startsWith('word/record/') && content.kind === 'word') said.push(plain(content.text));
      await office.store.outbox.sent(row, { channel: 'C1', ts: '1' });
    }
  }
}

test('nothing is told of what waits; then that it is under way, and how it ended, once each', async () => {
  const id = await office.request();
  await recorder.round();
  expect(states()).toEqual([]);
  await office.approve(id);
  const { siteOf } = office.parts;
  const parts = office.parts as { siteOf: typeof siteOf };
  parts.siteOf = (target) => {
    const site = siteOf(target);
    return {
      ...site,
      async release(intent, version) {
        await recorder.round();
        await recorder.round();
        return site.release(intent, version);
      },
    };
  };
  await toTheEnd(id);
  expect(told.slice(0, 1)).toEqual([
    {
      intent: `${id}/api/production`,
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      environment: 'production',
      state: 'in-progress',
      say: `${id}: api v2 by U0ANN`,
    },
  ]);
  await recorder.round();
  await recorder.round();
  expect(states()).toEqual(['in-progress', 'success']);
  expect(await open()).toEqual([]);
});

test('what was called off is told to be so', async () => {
  const id = await office.request();
  await office.as('U0BOB').approve({ ...nothing, deployment: id, rejectBecause: 'not today' });
  await toTheEnd(id);
  await recorder.round();
  expect(states()).toEqual(['inactive']);
});

test('where nothing shall be kept, no sheet is put up', async () => {
  office.source = { checks: async () => ({ state: 'pass', failing: [], because: 'green' }) };
  await office.request();
  expect(await open()).toEqual([]);
});

describe('when it cannot be told', () => {
  const down: Failure = { code: 'unavailable', message: 'GitHub is down', retryAfterMs: 5_000 };

  test('the deployment goes on as if nothing were wrong', async () => {
    trouble = down;
    const id = await office.request();
    await office.approve(id);
    for (let round = 0; round < 3; round++) await recorder.round();
    await toTheEnd(id);
    await recorder.round();
    expect((await office.deployment(id)).outcome).toBe('deployed');
    expect(states()).toEqual([]);
  });

  test('it is told later, without a word to anybody', async () => {
    trouble = down;
    const id = await office.request();
    await office.approve(id);
    await toTheEnd(id);
    await recorder.round();
    trouble = null;
    await recorder.round();
    expect(states()).toEqual([]);
    office.pass(20_000);
    await recorder.round();
    expect(states()).toEqual(['success']);
    expect(await words()).toEqual([]);
  });

  test('and never can, the thread says so once, and nobody tries again', async () => {
    trouble = { code: 'unauthorized', message: 'the token must not write there', retryAfterMs: null };
    const id = await office.request();
    await office.approve(id);
    await toTheEnd(id);
    for (let round = 0; round < 3; round++) await recorder.round();
    expect(await words()).toEqual([
      'This deployment of api is not on record where its code comes from: the token must not write there.',
    ]);
    expect(await open()).toEqual([]);
  });

  test('for hours, it is given up and said', async () => {
    trouble = { code: 'outcome-unknown', message: 'the answer was lost', retryAfterMs: 1_000 };
    const id = await office.request();
    await office.approve(id);
    await toTheEnd(id);
    let rounds = 0;
    for (; (await open()).length > 0 && rounds < 100; rounds++) {
      await recorder.round();
      office.pass(600_000);
    }
    expect(rounds).toBe(15);
    expect(await words()).toHaveLength(1);
  });
});

test('a source that cannot be opened stops no order', async () => {
  const parts = office.parts as { sourceOf: unknown };
  parts.sourceOf = () => {
    throw new Failed({ code: 'not-found', message: 'there is no such kind', retryAfterMs: null });
  };
  await expect(office.request('v2')).resolves.toMatch(/^d-/);
});

test('of two processes one tells', async () => {
  const id = await office.request();
  await office.approve(id);
  await toTheEnd(id);
  const other = openRecorder({ ...office.parts, owner: 'another' });
  await Promise.all([recorder.round(), other.round()]);
  expect(states()).toEqual(['success']);
});
