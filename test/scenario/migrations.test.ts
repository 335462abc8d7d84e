import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageView } from '../../src/local/workspace/page-contract.ts';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { withCheckout } from './samples.ts';
import { openStory, type Story } from './story.ts';
import { until } from './until.ts';
import { answerTo, cardsOf, ended, order, servingOf } from './watching.ts';

let story: Story;
let ada: Person;

beforeAll(async () => {
  story = await openStory({ configuration: withCheckout() });
  ada = await story.as('U0ADA');
});
afterAll(() => story?.close());

/** Asks the sample database itself, as anybody with a client for Postgres can. */
async function database<Row extends object>(sql: string): Promise<Row[]> {
  const file = join(story.home, 'databases', 'checkout-staging', 'address');
  const client = new Client({ connectionString: (await readFile(file, 'utf8')).trim() });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

const columns = async () =>
  (
    await database<{ name: string }>(
      `select column_name as name from information_schema.columns where table_name = 'orders' order by 1`,
    )
  ).map(({ name }) => name);
const deploy = (version: string) =>
  order(ada, () => ada.type(`/deploy-staging checkout ${version}`), `checkout ${version} → staging`);
const deployed = async (version: string) => {
  const end = await ended(ada, await deploy(version));
  expect(end.text).toContain('deployed in');
  return wordsOf(end);
};

describe.sequential('the database of a sample service', () => {
  test('is not there before anybody deploys the service, and is made by its first migration', async () => {
    await expect(columns()).rejects.toThrow('ENOENT');
    expect(await deployed('v1')).toContain('Run 1 migration that checkout v1 needs: safe to roll back');
    expect(await columns()).toEqual(['cents', 'id', 'item', 'note', 'placed_at']);
    await until(async () => (await database('select 1 from orders')).length > 0);
  });

  test('is expanded before the version that needs it comes up, and asked whether anything is wrong', async () => {
    const words = await deployed('v2');
    expect(words).toContain('Run 1 migration that checkout v2 needs: safe to roll back');
    expect(words).toContain('1 question to the database found nothing wrong');
    expect(await columns()).toContain('customer');
    await until(async () => (await database(`select 1 from orders where customer = 'Mara'`)).length > 1);
  });

  test('refuses a script that takes something away and does not say so, before anything is begun', async () => {
    const refused = await answerTo(ada, () => ada.type('/deploy-staging checkout v6'));
    expect(wordsOf(refused)).toContain('0006_careless would break the version that runs');
    expect(await servingOf(ada, 'checkout')).toContain('v2');
    expect(await columns()).toContain('customer');
  });

  test('keeps what older versions need until an order of its own takes it away', async () => {
    await deployed('v3');
    expect(await columns()).toContain('note');
    const shown = () => answerTo(ada, () => ada.type('/deploy-staging checkout --contract'));
    let plan = await shown();
    await until(async () => {
      if (buttonsOf(plan).includes('Run them')) return true;
      plan = await shown();
      return false;
    });
    expect(wordsOf(plan)).toContain('the column note of orders and all that is in it goes for good');
    expect(await columns()).toContain('note');
    const press = () => ada.press(plan, 'Run them');
    const end = await ended(ada, await order(ada, press, 'checkout v3 → staging (database)'));
    expect(end.text).toContain('deployed in');
    expect(await columns()).not.toContain('note');
    expect(await servingOf(ada, 'checkout')).toContain('v3');
  });

  test('says that there is no way back before it is gone through, and refuses to go back afterwards', async () => {
    expect(await deployed('v4')).toContain('needs a forward fix');
    expect(await columns()).toContain('amount');
    const shown = await answerTo(ada, () => ada.type('/deploy-rollback checkout --env staging'));
    expect(wordsOf(shown)).toContain('0004_amount');
    expect(buttonsOf(shown).filter((button) => /roll back/i.test(button))).toEqual([]);
  });

  test('is left to a person where a migration stopped half-way, and nothing of it is run again', async () => {
    const failed = await ended(ada, await deploy('v5'));
    expect(failed.text).toContain('needs a person');
    const reached = () =>
      database<{ statement_reached: number }>(
        `select statement_reached from slipway_internal.slipway_migrations where finished_at is null`,
      );
    expect(await reached()).toEqual([{ statement_reached: 2 }]);
    const refused = await answerTo(ada, () => ada.type('/deploy-staging checkout v4 --again'));
    expect(wordsOf(refused)).toContain('0005_one_order_each was begun by');
    expect(wordsOf(refused)).toContain('INVALID');
    expect(await reached()).toEqual([{ statement_reached: 2 }]);
    expect(await servingOf(ada, 'checkout')).toContain('v4');
    await database(`drop index orders_by_customer; drop index orders_by_item;
      delete from slipway_internal.slipway_migrations where id = '0005_one_order_each'`);
    await ada.press(failed, 'Resolved');
    const known = cardsOf(ada, 'checkout v4 → staging').length;
    await until(async () => {
      const said = await answerTo(ada, () => ada.type('/deploy-staging checkout v4 --again'));
      return said.text.startsWith('Queued');
    });
    await until(() => cardsOf(ada, 'checkout v4 → staging').length > known);
    const again = cardsOf(ada, 'checkout v4 → staging').at(-1) as MessageView;
    expect((await ended(ada, again)).text).toContain('deployed in');
  });

  test('is there again after the program was killed, with all that was in it', async () => {
    const newest = 'select max(id)::int as id from orders';
    const before = await database<{ id: number }>(newest);
    await story.end('SIGKILL');
    await story.start();
    ada = await story.as('U0ADA');
    await until(async () => {
      const rows = await database<{ id: number }>(newest).catch(() => []);
      return (rows[0]?.id ?? 0) > (before[0]?.id ?? 0);
    });
  });
});
