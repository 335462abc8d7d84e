import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageView } from '../../src/local/workspace/page-contract.ts';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { openStory, SHORT, type Story } from './story.ts';
import { answerTo, ended, order, rowsOf, threadOf } from './watching.ts';

const BEARER = 'the token that deliveries carry';
let story: Story;
let port: number;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  server.close();
  await once(server, 'close');
  const more = `
webhooks: { pager: { kind: alertmanager, secret: env:PAGER } }
http: { webhookPort: ${port} }
escalation:
  critical: { after: 10s, to: [C0PRODUCTION] }
`;
  story = await openStory({ configuration: `${SHORT}${more}`, environment: { PAGER: BEARER } });
  ada = await story.as('U0ADA');
  ben = await story.as('U0BEN');
});
afterAll(() => story?.close());

/** As Alertmanager delivers it. */
async function deliver(fingerprint: string, alertname: string, isFiring = true): Promise<void> {
  const alert = {
    status: isFiring ? 'firing' : 'resolved',
    labels: { alertname, severity: 'page', service: 'api', environment: 'staging' },
    annotations: { summary: 'answers take long' },
    startsAt: '2026-11-20T09:00:00.000Z',
    fingerprint,
  };
  const answered = await fetch(`http://127.0.0.1:${port}/webhooks/pager`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${BEARER}` },
    body: JSON.stringify({ version: '4', alerts: [alert] }),
  });
  expect(answered.status).toBe(204);
}

const now = (person: Person, { ts }: MessageView) =>
  person.messages().find((message) => message.ts === ts) as MessageView;

describe.sequential('alerts', () => {
  let alert: MessageView;
  let card: MessageView;

  test('a rollback is an alert that one person takes by a button, and everybody sees who', async () => {
    card = await ended(ada, await order(ada, () => ada.type('/deploy-staging api v6'), 'api v6 → staging'));
    alert = await ada.sees(
      (message) => message.threadTs === card.ts && buttonsOf(message).includes('I’ll take it'),
    );
    expect(wordsOf(alert)).toContain('Nobody has taken it yet.');
    expect((await answerTo(ben, () => ben.press(alert, 'I’ll take it'))).text).toContain('you have it');
    await ada.sees(({ threadTs, text }) => threadTs === card.ts && text === '@U0BEN takes it.');
    await ada.sees((message) => message.ts === alert.ts && wordsOf(message).includes('has it, since'));
    expect(buttonsOf(now(ada, alert))).toEqual(['Resolved', 'Take it over', 'Logs', 'Report']);
  });

  test('after a restart it is still theirs, and another takes it over where everybody reads it', async () => {
    expect(await story.end('SIGKILL')).toBeNull();
    await story.start();
    ada = await story.as('U0ADA');
    ben = await story.as('U0BEN');
    const id = /a-[0-9a-z]{8}/.exec(JSON.stringify(now(ada, alert).blocks))?.[0] ?? '';
    const asked = await answerTo(ada, () => ada.type(`/deploy-health take ${id}`));
    expect(asked.text).toContain('has it, since');
    expect((await answerTo(ada, () => ada.press(asked, 'Take it over'))).text).toContain('you have it');
    await ben.sees(({ text }) => text === '@U0ADA has taken it over from @U0BEN.');
    // Whoever had it no longer says that it is dealt with.
    const refused = await answerTo(ben, () => ben.type(`/deploy-health close ${id}`));
    expect(refused.text).toContain('Only who has it says that it is resolved.');
    const closed = await answerTo(ada, () =>
      ada.type(`/deploy-health close ${id} --reason "LEDGER_URL was missing"`),
    );
    expect(closed.text).toContain('resolved.');
    await ben.sees(
      (message) => message.ts === alert.ts && wordsOf(message).includes('LEDGER_URL was missing'),
    );
    expect(buttonsOf(now(ben, alert))).toEqual(['Logs', 'Report']);
  });

  test('nobody took it in time: another channel is told once, and who takes it there has it', async () => {
    await deliver('a1b2', 'Slow');
    const shown = await ada.sees(({ text }) => text === 'Slow fires for api in staging.');
    const call = await ada.sees(({ text }) =>
      /^Nobody has taken this for \d+ s: Slow for api in staging\.$/.test(text),
    );
    expect(call.threadTs).toBeNull();
    expect((await answerTo(ada, () => ada.press(call, 'I’ll take it'))).text).toContain('you have it');
    await ben.sees((message) => message.ts === shown.ts && wordsOf(message).includes('has it, since'));
    expect(threadOf(ben, shown).map(({ text }) => text)).toEqual(['@U0ADA takes it.']);
    const listed = await answerTo(ben, () => ben.type('/deploy-health alerts'));
    expect(rowsOf(listed).map((row) => [row[1], row[2], row[4]])).toEqual([
      ['Slow for api in staging', 'critical', 'U0ADA'],
    ]);
    await deliver('a1b2', 'Slow', false);
    await ben.sees(
      (message) => message.ts === shown.ts && message.text === 'Slow is over for api in staging.',
    );
    expect((await answerTo(ben, () => ben.type('/deploy-health alerts'))).text).toContain('No alert is open');
    expect(ada.messages().filter(({ text }) => text.startsWith('Nobody has taken this'))).toHaveLength(1);
  });
});
