import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageView } from '../../src/local/workspace/page-contract.ts';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { openStory, SHORT, type Story } from './story.ts';
import { answerTo, ended, order } from './watching.ts';

/** Where alerts come from: remembers what it was asked, and answers what the test says. */
type Pager = {
  readonly heard: { readonly auth: string | undefined; readonly body: unknown }[];
  status: number;
};

const pager: Pager = { heard: [], status: 200 };
let server: Server;
let story: Story;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  server = createServer((incoming, outgoing) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(pieces).toString());
      pager.heard.push({ auth: incoming.headers.authorization, body });
      outgoing.writeHead(pager.status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const more = [
    '  - { role: operator, people: [U0ADA], services: all, environments: all }',
    'alarms:',
    `  pager: { kind: webhook, url: "http://127.0.0.1:${port}/mute", secret: env:PAGER_SECRET }`,
  ];
  story = await openStory({
    configuration: `${SHORT}${more.join('\n')}\n`,
    environment: { PAGER_SECRET: 'correct horse battery' },
  });
  ada = await story.as('U0ADA');
  ben = await story.as('U0BEN');
});
afterAll(async () => {
  await story?.close();
  await new Promise((resolve) => server.close(resolve));
});

const does = (who: Person, text: string) => answerTo(who, () => who.type(`/deploy-maintenance ${text}`));
const now = (who: Person, { ts }: MessageView) =>
  who.messages().find((message) => message.ts === ts) as MessageView;

/** Where people reach api: the samples' addresses stand in the first words, and each says which one it is. */
async function frontDoor(): Promise<string> {
  const urls = /Samples: +(.*)/.exec(story.said())?.[1]?.split(/\s+/) ?? [];
  for (const url of urls) {
    const answer = await fetch(url);
    const said = `${answer.headers.get('x-slipway-release')} ${await answer.text()}`;
    if (/^api-|^null.*api is being worked on/s.test(said)) return url;
  }
  throw new Error(`no api among ${urls.join(', ')}`);
}

describe.sequential('a maintenance', () => {
  let card: MessageView;

  test('is shown before it begins', async () => {
    const shown = await does(ada, 'start api --env staging --for 2h --reason "new disks"');
    expect(shown.text).toContain('Nothing has been changed yet');
    expect(wordsOf(shown)).toContain('will be switched');
    expect(pager.heard).toEqual([]);
    const begun = await answerTo(ada, () => ada.press(shown, 'Start it'));
    expect(begun.text).toContain('Maintenance: api in staging, by @U0ADA');
    card = await ben.sees(({ text, isEphemeral }) => !isEphemeral && text.startsWith('Maintenance: '));
    await ben.sees(({ ts }) => ts === card.ts && /2 h left/.test(wordsOf(now(ben, card))));
    expect(buttonsOf(now(ben, card))).toEqual(['Extend 30 m', 'End now']);
  });

  test('mutes the alarm source with its secret, and shows people a page', async () => {
    expect(pager.heard).toEqual([
      {
        auth: 'Bearer correct horse battery',
        body: expect.objectContaining({
          action: 'mute',
          service: 'api',
          environment: 'staging',
          reason: 'new disks',
        }),
      },
    ]);
    const page = await fetch(await frontDoor());
    expect(page.status).toBe(503);
    expect(Number(page.headers.get('retry-after'))).toBeGreaterThan(7_000);
    expect(await page.text()).toContain('new disks');
  });

  test('keeps deployments away, and says so', async () => {
    const refused = await answerTo(ben, () => ben.type('/deploy-staging api v2'));
    expect(refused.text).toContain('Maintenance of api in staging by');
    expect(buttonsOf(refused)).toContain('End it now');
    const stranger = await answerTo(ben, () => ben.press(refused, 'End it now'));
    expect(stranger.text).toContain('That needs the operator or release-manager role');
  });

  test('is extended and ended with its buttons; then everything is as before', async () => {
    await answerTo(ada, () => ada.press(now(ada, card), 'Extend 30 m'));
    await ben.sees(({ ts }) => ts === card.ts && /2 h 30 m left/.test(wordsOf(now(ben, card))));
    const over = await answerTo(ada, () => ada.press(now(ada, card), 'End now'));
    expect(over.text).toContain('Maintenance over');
    expect(pager.heard.at(-1)?.body).toMatchObject({ action: 'unmute' });
    expect((await fetch(await frontDoor())).status).toBe(200);
    const passed = await order(ben, () => ben.type('/deploy-staging api v2'), 'api v2 → staging');
    expect((await ended(ben, passed)).text).toContain('deployed');
  });

  test('ends by itself', async () => {
    const shown = await does(ada, 'start api --env staging --for 5s');
    await answerTo(ada, () => ada.press(shown, 'Start it'));
    const short = await ben.sees(
      ({ text, isEphemeral, ts }) => !isEphemeral && ts !== card.ts && /^Maintenance(?:: | over)/.test(text),
    );
    await ben.sees(({ ts }) => ts === short.ts && now(ben, short).text.startsWith('Maintenance over'));
    expect(wordsOf(now(ben, short))).toContain('itself: its time was over');
    expect((await fetch(await frontDoor())).status).toBe(200);
  });

  test('that could not do everything says which part, and holds all the same', async () => {
    pager.status = 500;
    const shown = await does(ada, 'start web --env staging --for 10m --keep-serving');
    const begun = await answerTo(ada, () => ada.press(shown, 'Start it'));
    expect(begun.text).toContain('Could not be done: alerts of pager');
    expect(begun.text).not.toContain('correct horse');
    expect(wordsOf(begun)).toContain('FAILED');
    const refused = await answerTo(ben, () => ben.type('/deploy-staging web v2'));
    expect(refused.text).toContain('Maintenance of web in staging');
    pager.status = 200;
    await answerTo(ada, () => ada.type('/deploy-maintenance end web --env staging'));
  });

  test('ended without a start is nothing to do; an overlap offers the one that is there', async () => {
    expect((await does(ada, 'end api --env staging')).text).toContain(
      'There is no maintenance of api in staging',
    );
    const planned = await does(ada, 'schedule api tomorrow 02:00 3h --env staging');
    await answerTo(ada, () => ada.press(planned, 'Plan it'));
    const again = await does(ada, 'schedule all tomorrow 03:00 1h --env staging');
    expect(again.text).toContain('There is a maintenance of api in staging then already');
    expect(buttonsOf(again)).toContain('Extend that one 30 m');
  });
});
