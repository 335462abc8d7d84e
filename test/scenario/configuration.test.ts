import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStory, runToEnd, SHORT, type Story } from './story.ts';
import { until } from './until.ts';
import { answerTo } from './watching.ts';

describe('slipway check', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slipway-check-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const check = async (text: string) => {
    await writeFile(join(folder, 'slipway.yml'), text);
    return runToEnd(['check'], folder);
  };

  test('a good file is said to be good', async () => {
    const { code, output } = await check(SHORT);
    expect(output).toMatch(/slipway\.yml is good: 2 services, 1 environment, 2 people with a role/);
    expect(code).toBe(0);
  });

  test.each([
    [
      'a key that is not known',
      SHORT.replace('needs: [api]', 'needz: [api]'),
      /slipway\.yml:\d+:\d+.*needz.*needs/s,
    ],
    [
      'a value of the wrong kind',
      SHORT.replace('protected: false', 'protected: maybe'),
      /slipway\.yml:\d+:\d+.*protected/s,
    ],
    [
      'a service that is not there',
      SHORT.replace('needs: [api]', 'needs: [apy]'),
      /slipway\.yml:\d+:\d+.*apy.*api/s,
    ],
    ['what is no YAML', `${SHORT}\n  - { role: [`, /slipway\.yml:\d+/],
    [
      'a secret',
      SHORT.replace('channel: C0DEPLOYS }', 'channel: C0DEPLOYS, botToken: xoxb-1-hunter2 }'),
      /slipway\.yml:\d+:\d+.*botToken/s,
    ],
  ])('%s is named with its file, line and key', async (_, text, words) => {
    const { code, output } = await check(text);
    expect(output).toMatch(words);
    expect(output).not.toContain('hunter2');
    expect(code).not.toBe(0);
    // And it does not start with it either.
    const started = await runToEnd([], folder, { SLIPWAY_HOME: join(folder, 'home'), PORT: '0' });
    expect(started.code).not.toBe(0);
    expect(started.output).toMatch(words);
    expect(await readdir(folder)).toEqual(['slipway.yml']);
  });
});

describe('a program that runs', () => {
  let story: Story;
  beforeAll(async () => {
    story = await openStory();
  });
  afterAll(() => story?.close());

  test('keeps the last good configuration when its file is broken, says so, and takes the next good one', async () => {
    const ada = await story.as('U0ADA');
    const cleo = await story.as('U0CLEO');
    const status = async () => (await answerTo(ada, () => ada.type('/deploy-status'))).text;
    await until(async () => (await status()).includes('api in staging: v1, healthy'));
    await story.configure(SHORT.replace('needs: [api]', 'needz: [api]'));
    await until(() => story.said().includes('the last good one stays in force'));
    expect(story.said()).toMatch(/slipway\.yml:\d+:\d+/);
    expect(await status()).toContain('api in staging: v1, healthy');

    await story.configure(
      SHORT.replace('role: viewer, people: [U0ADA', 'role: viewer, people: [U0CLEO, U0ADA'),
    );
    await until(async () => {
      const told = await answerTo(cleo, () => cleo.type('/deploy-status'));
      return told.text.includes('api in staging');
    });
  });

  test('is the only one that opens its folder: a second one names it and opens nothing', async () => {
    const before = (await readdir(story.home)).toSorted();
    const second = await runToEnd([], story.folder, { SLIPWAY_HOME: story.home, PORT: '0' });
    expect(second.code).not.toBe(0);
    expect(second.output).toMatch(/process \d+|pid \d+/);
    expect(second.output).toContain(story.home);
    expect((await readdir(story.home)).toSorted()).toEqual(before);
    const ada = await story.as('U0ADA');
    expect((await answerTo(ada, () => ada.type('/deploy-status'))).text).toContain('api in staging');
  });
});

test('a port that is taken is said plainly, with what to type', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-port-'));
  const server = createServer();
  try {
    const port = await listen(server);
    const { code, output } = await runToEnd([], folder, {
      SLIPWAY_HOME: join(folder, 'home'),
      PORT: String(port),
    });
    expect(output).toContain(`Port ${port} is taken by another process.`);
    expect(output).toContain(`PORT=${port + 1} npm start`);
    expect(output).not.toContain('    at ');
    expect(code).not.toBe(0);
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
});

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
}
