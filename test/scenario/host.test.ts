import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { unprivileged } from '../support/server.ts';
import { without } from '../support/skips.ts';
import { type Person, wordsOf } from './person.ts';
import { noFaults, openStory, runToEnd, SHORT, type Story } from './story.ts';
import { until } from './until.ts';
import { answerTo, ended, order } from './watching.ts';

const me = `os:${userInfo().username}`;
const everything = 'services: all, environments: all';
const withHost = `${SHORT.replaceAll('[U0ADA, U0BEN]', `[U0ADA, U0BEN, '${me}']`)}
  - { role: release-manager, people: ['${me}'], ${everything} }
`;

/** Types it at the command line of the host that the story runs on. */
const types = (story: Story, ...words: string[]) =>
  runToEnd(words, story.folder, { SLIPWAY_HOME: story.home });

async function json(story: Story, ...words: string[]) {
  const { code, output } = await types(story, ...words, '--json');
  return { code, said: JSON.parse(output) as { as: string; outcome: string; reply: { sentence?: string } } };
}

const runs = async (story: Story, service: string) =>
  (await json(story, 'status', service)).said.reply.sentence ?? '';

/** A canary that watches for so long that it is still on its way whenever somebody wants to stop it. */
async function onItsWay(story: Story, ada: Person, version: string): Promise<string> {
  const title = `api ${version} → staging`;
  await order(
    ada,
    () => ada.type(`/deploy-canary api@${version} --env staging --steps 10 --bake 10m`),
    title,
  );
  let id = '';
  await until(async () => {
    const { output } = await types(story, 'status', 'api');
    id = /d-[0-9a-z]{8}(?= api)/.exec(output)?.[0] ?? id;
    return id !== '' && (await types(story, 'status', id)).output.includes('Watch');
  });
  return id;
}

const ENDED = /(?:taken back|stopped|undone|rolled back).*after \d/s;

const hasEnded = (story: Story, id: string, how: RegExp) =>
  until(async () => how.test((await types(story, 'status', id)).output));

describe.sequential('with Slack down', () => {
  let story: Story;
  let ada: Person;

  beforeAll(async () => {
    story = await openStory({ configuration: withHost });
    ada = await story.as('U0ADA');
  });
  afterEach(() => story?.faults(noFaults).catch(() => undefined));
  afterAll(() => story?.close());

  test('the command line says what runs, as people read it and as programs do', async () => {
    const { code, output } = await types(story, 'status');
    expect(code).toBe(0);
    expect(output).toMatch(/^Service +Environment +Runs/m);
    expect(output).toContain(`Asked as ${me}, the user that Slipway runs as.`);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: there is none where nobody looks at a terminal.
    expect(output).not.toMatch(/\u001b/);
    const { said } = await json(story, 'status', 'api', '--env', 'staging');
    expect(said).toMatchObject({ as: me, outcome: 'done', reply: { kind: 'answer' } });
  });

  test('a deployment is held and aborted, while Slack answers everything with 500', async () => {
    const id = await onItsWay(story, ada, 'v2');
    await story.faults({ ...noFaults, serverErrorPercent: 100 });
    expect((await types(story, 'hold', id)).output).toContain(`${id} is held.`);
    const { code, output } = await types(story, 'abort', id, '--reason', 'checkout "burns"');
    expect([code, output]).toEqual([0, expect.stringContaining(`${id} is being stopped`)]);
    await hasEnded(story, id, /(?:taken back|stopped|undone|rolled back).*after \d.*checkout "burns"/s);
    expect((await types(story, 'abort', id)).code).toBe(1);
  });

  test('a rollback is shown first, and done with --yes, while Slack answers everything with 500', async () => {
    const card = await order(ada, () => ada.type('/deploy-staging api@v2'), 'api v2 → staging');
    await ended(ada, card);
    await story.faults({ ...noFaults, serverErrorPercent: 100 });
    const shown = await types(story, 'rollback', 'api', '--env', 'staging');
    expect(shown.code).toBe(1);
    expect(shown.output).toContain('api in staging: v2 → v1');
    expect(shown.output).toContain('Nothing was changed. Add --yes to do it.');
    await until(async () => (await runs(story, 'api')).includes('v2, healthy'));
    const done = await types(story, 'rollback', 'api', '--env', 'staging', '--reason', 'slow', '--yes');
    expect([done.code, done.output]).toEqual([0, expect.stringContaining('Queued')]);
    await until(async () => (await runs(story, 'api')).includes('v1, healthy'));
  });

  test('a freeze stops what is new, and nobody lifts it along with putting it up', async () => {
    const put = await types(
      story,
      'freeze',
      'all',
      '--env',
      'staging',
      '--for',
      '1h',
      '--reason',
      'numbers',
      '--yes',
    );
    expect([put.code, put.output]).toEqual([0, expect.stringContaining('FROZEN: everything in staging')]);
    const refused = await answerTo(ada, () => ada.type('/deploy-staging api@v4'));
    expect(wordsOf(refused)).toContain('numbers');
    const lifted = await types(story, 'unfreeze', 'all', '--env', 'staging');
    expect([lifted.code, lifted.output]).toEqual([0, expect.stringContaining('is lifted')]);
    expect((await types(story, 'freeze', 'all')).code).toBe(2);
  });

  test('what is not understood is refused with exit code 2, and what may not be done with 1', async () => {
    const usage = await types(story, 'abort', 'd-7f3a9k2m', '--forse');
    expect([usage.code, usage.output]).toEqual([2, expect.stringContaining('There is no --forse here')]);
    expect((await types(story, 'abort', 'd-7f3a9k2m')).code).toBe(1);
  });

  test('all of it is on record, with who asked and where from', async () => {
    const folder = join(story.folder, 'record');
    expect((await types(story, 'audit', 'export', '--to', folder)).output).toContain('Wrote');
    const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
    const lines = (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('\n');
    for (const action of ['ask-abort', 'ask-hold', 'ask-roll-back', 'ask-misunderstood', 'audit-export'])
      expect([action, lines.includes(action)]).toEqual([action, true]);
    expect(lines.includes('cli/')).toBe(true);
    expect((await types(story, 'audit', 'verify')).code).toBe(0);
  });

  const stranger = unprivileged();
  if (stranger === null)
    without('the door of the host against other users', 'it takes root to be somebody else');
  test.skipIf(stranger === null)(
    'another user of the machine is kept out by the mode of the folder',
    async () => {
      await chmod(story.folder, 0o755);
      await chmod(story.home, 0o755);
      const main = resolve('dist/src/main.js');
      const child = spawn(process.execPath, [main, 'abort', 'd-7f3a9k2m'], {
        cwd: '/',
        env: { PATH: process.env['PATH'] ?? '', SLIPWAY_HOME: story.home },
        ...stranger,
      });
      let said = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (piece) => (said += String(piece)));
      const [code] = await once(child, 'close');
      expect([code, said]).toEqual([3, expect.stringContaining('only they, and root, may ask')]);
    },
  );

  test('when it was killed, the same is written down, and carried out by the next start', async () => {
    const id = await onItsWay(story, ada, 'v2');
    await story.end('SIGKILL');
    const status = await types(story, 'status');
    expect([status.code, status.output]).toEqual([0, expect.stringContaining('No Slipway runs here')]);
    const { code, output } = await types(story, 'abort', id);
    expect([code, output]).toEqual([0, expect.stringContaining('carried out as soon as one is started')]);
    await story.start();
    await hasEnded(story, id, ENDED);
  });
});

test('who has no role in the configuration can do nothing, though the system lets them in', async () => {
  const story = await openStory();
  const refused = await types(story, 'abort', 'd-7f3a9k2m');
  expect(refused.code).toBe(1);
  expect((await types(story, 'status')).output).toContain('role');
  await story.close();
});

const redis = await startRedis();
if ('unavailable' in redis) without('the command line with Redis killed', redis.unavailable);
test.skipIf('unavailable' in redis)(
  'with Redis killed, abort and rollback are carried out all the same',
  async () => {
    if ('unavailable' in redis) return;
    const story = await openStory({ configuration: withHost, environment: { REDIS_URL: redis.url } });
    try {
      const ada = await story.as('U0ADA');
      const card = await order(ada, () => ada.type('/deploy-staging api@v2'), 'api v2 → staging');
      await ended(ada, card);
      const id = await onItsWay(story, ada, 'v4');
      await redis.kill9();
      expect((await types(story, 'abort', id)).code).toBe(0);
      await hasEnded(story, id, ENDED);
      const done = await types(story, 'rollback', 'api', '--env', 'staging', '--yes');
      expect([done.code, done.output]).toEqual([0, expect.stringContaining('Queued')]);
      await until(async () => (await runs(story, 'api')).includes('v1, healthy'));
    } finally {
      await story.close();
      await redis.stop();
    }
  },
);

const postgres = await startPostgres();
if ('unavailable' in postgres) without('the command line on a database of its own', postgres.unavailable);
test.skipIf('unavailable' in postgres)(
  'from another host with the same database, what is asked is carried out by whoever runs there',
  async () => {
    if ('unavailable' in postgres) return;
    const database = { DATABASE_URL: await postgres.createDatabase() };
    const story = await openStory({ configuration: withHost, environment: database });
    try {
      const ada = await story.as('U0ADA');
      const id = await onItsWay(story, ada, 'v2');
      const elsewhere = { ...database, SLIPWAY_HOME: join(story.folder, 'elsewhere') };
      const { code, output } = await runToEnd(['abort', id], story.folder, elsewhere);
      expect([code, output]).toEqual([0, expect.stringContaining('any other one on the same database')]);
      await hasEnded(story, id, ENDED);
    } finally {
      await story.close();
      await postgres.stop();
    }
  },
);
