import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/store/index.ts';
import { type Apart, openApart, secrets } from '../scenario/apart.ts';
import { type Answered, FORM, type Forged, send, signature, signed } from './forged.ts';

const { signingSecret: SECRET } = secrets;
let apart: Apart;
let url: string;

beforeAll(async () => {
  apart = await openApart(1);
  url = /Slack posts to: +(\S+)/.exec(apart.said())?.[1] ?? '';
});
afterAll(() => apart?.close());

const nowS = () => Math.floor(Date.now() / 1_000);

/** A command that would be taken in if it were believed. */
function command(text = 's1 v1', trigger = `${Math.random()}`): string {
  return new URLSearchParams({
    command: '/deploy-staging',
    text,
    user_id: 'U0ADA',
    user_name: 'ada',
    channel_id: 'C0DEPLOYS',
    team_id: 'T0LOCAL',
    trigger_id: trigger,
    response_url: `${apart.url()}/commands/T0LOCAL/forged`,
  }).toString();
}

const refusals = (answered: readonly Answered[]) =>
  [...new Set(answered.map(({ status }) => status))].toSorted();

async function sendAll(all: readonly Forged[], atOnce = 50): Promise<Answered[]> {
  const answered: Answered[] = [];
  for (let at = 0; at < all.length; at += atOnce) {
    answered.push(...(await Promise.all(all.slice(at, at + atOnce).map((each) => send(url, each)))));
  }
  return answered;
}

describe.sequential('what is not from Slack', () => {
  test('2,000 wrong signatures are refused with 401, however they are wrong', async () => {
    const wrong = fc.sample(
      fc.oneof(
        fc.string({ unit: 'binary-ascii' }).map((text) => text.replace(/[^\x21-\x7e]/g, '')),
        fc.constantFrom('', 'v0=', 'v0', '=', 'v0=0', 'v0==', 'null', 'undefined', '[object Object]', '0'),
        fc.stringMatching(/^v0=[0-9a-f]{64}$/),
        fc.stringMatching(/^v[1-9]=[0-9a-f]{64}$/),
        fc.stringMatching(/^v0=[0-9A-F]{63,65}$/),
      ),
      1_500,
    );
    const body = command();
    const seconds = String(nowS());
    const right = signature(SECRET, seconds, body);
    const nearly = Array.from({ length: 500 }, (_, index) => {
      const at = 3 + (index % 64);
      const letter = right[at] === 'a' ? 'b' : 'a';
      return index % 2 === 0
        ? `${right.slice(0, at)}${letter}${right.slice(at + 1)}`
        : ([
            right.toUpperCase(),
            right.slice(0, -1),
            `${right}0`,
            right.replace('v0', 'v1'),
            signature(SECRET, seconds, body, 'v1'),
            signature(`${SECRET}x`, seconds, body),
            signature('', seconds, body),
          ][index % 7] ?? '');
    });
    const answered = await sendAll(
      [...wrong, ...nearly].map((each) => ({
        headers: { 'content-type': FORM, 'x-slack-request-timestamp': seconds, 'x-slack-signature': each },
        body,
      })),
    );
    expect(refusals(answered)).toEqual([401]);
  });

  test('a signature or a time that is missing, there twice, or not a time, is refused', async () => {
    const body = command();
    const right = signed(SECRET, body);
    const { 'x-slack-signature': _, ...unsigned } = right;
    const { 'x-slack-request-timestamp': __, ...untimed } = right;
    const times = [
      '',
      ' ',
      'now',
      '1e9',
      '-1',
      '0',
      'NaN',
      'Infinity',
      '0x10',
      `${nowS()}.5`,
      `${nowS()} `.repeat(2),
      '9'.repeat(400),
    ];
    const answered = await sendAll([
      { headers: unsigned, body },
      { headers: untimed, body },
      { headers: { 'content-type': FORM }, body },
      { headers: { ...right, 'x-slack-signature': [right['x-slack-signature'], 'v0=00'] }, body },
      { headers: { ...right, 'x-slack-request-timestamp': [right['x-slack-request-timestamp'], '1'] }, body },
      ...times.map((time) => ({
        headers: {
          ...right,
          'x-slack-request-timestamp': time,
          'x-slack-signature': signature(SECRET, time, body),
        },
        body,
      })),
    ]);
    expect(refusals(answered)).toEqual([401]);
  });

  test('what was signed long ago, or for later, is refused', async () => {
    const body = command();
    const offsets = [301, 360, 3_600, 86_400, 10 ** 9];
    const answered = await sendAll(
      offsets
        .flatMap((offset) => [nowS() - offset - 5, nowS() + offset + 5])
        .map((seconds) => ({ headers: signed(SECRET, body, seconds), body })),
    );
    expect(refusals(answered)).toEqual([401]);
  });

  test('a signature is worth nothing with another body, another time or another type', async () => {
    const body = command();
    const right = signed(SECRET, body);
    const answered = await sendAll([
      { headers: right, body: body.replace('s1', 's2') },
      { headers: right, body: `${body}&text=s2` },
      { headers: { ...right, 'x-slack-request-timestamp': String(nowS() - 1) }, body },
    ]);
    expect(refusals(answered)).toEqual([401]);
    expect((await send(url, { headers: right, body: '' })).status).toBe(400);
  });

  test('a check of the certificate carries nothing in', async () => {
    const answered = await sendAll([
      { headers: { 'content-type': FORM }, body: `ssl_check=1&${command()}` },
      { headers: { 'content-type': FORM }, body: `${command()}&ssl_check=1` },
      {
        headers: { 'content-type': FORM },
        body: `ssl_check=1&payload=${encodeURIComponent('{"type":"block_actions"}')}`,
      },
      { headers: { 'content-type': FORM }, body: `ssl_check=11&${command()}` },
      { headers: { 'content-type': FORM }, body: `xssl_check=1&${command()}` },
    ]);
    for (const { status } of answered) expect([200, 400, 401]).toContain(status);
    expect(answered.slice(3).map(({ status }) => status)).toEqual([401, 401]);
  });

  test('other types, methods and paths are refused, though well signed', async () => {
    const body = command();
    const types = [
      `${FORM}; charset=utf-7`,
      `${FORM}; charset=utf-16le`,
      `${FORM}; boundary=x`,
      'multipart/form-data; boundary=x',
      'text/plain',
      'application/xml',
      'application/json; charset=utf-16',
      'application/json, text/plain',
      '',
    ];
    const answered = await sendAll(
      types.map((type) => ({ headers: signed(SECRET, body, nowS(), type), body })),
    );
    expect(refusals(answered)).toEqual([400]);
    const others = await sendAll([
      ...['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'].map((method) => ({
        method,
        headers: signed(SECRET, body),
        body,
      })),
      ...['/', '/slack', '/slack/events/', '/slack/events/../admin', '/SLACK/EVENTS', '/%2e'].map((path) => ({
        path,
        headers: signed(SECRET, body),
        body,
      })),
    ]);
    for (const { status } of others) expect([404, 405]).toContain(status);
  });
});

describe.sequential('what is signed and makes no sense', () => {
  test('1,000 bodies that are broken as JSON or as a form are refused, and nothing falls over', async () => {
    const nested = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
    const json = fc.sample(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.constantFrom(
          'null',
          '[]',
          '0',
          '""',
          'true',
          '{',
          '{"event":',
          '{"__proto__":{"x":1}}',
          '{"constructor":{"prototype":{}}}',
          nested,
          `{"a":${nested}}`,
          '\ufeff{}',
          '{}{}',
          '{"type":"url_verification"}',
          '{"type":[]}',
          '{"type":"event_callback","event":[]}',
          '{"type":"event_callback","event":{"type":{"x":1}}}',
          '{"type":"event_callback","event_id":1,"event":{"type":"app_mention","user":["U0ADA"],"text":{}}}',
        ),
      ),
      500,
    );
    const forms = fc.sample(
      fc.oneof(
        fc.string(),
        fc.json().map((text) => `payload=${encodeURIComponent(text)}`),
        fc
          .json()
          .map((text) => `payload=${encodeURIComponent(`{"type":"block_actions","actions":${text}}`)}`),
        fc
          .json()
          .map(
            (text) =>
              `payload=${encodeURIComponent(`{"type":"view_submission","view":${text},"user":{"id":"U0ADA"}}`)}`,
          ),
        fc.constantFrom(
          'payload=',
          'payload={',
          'payload=%7B%7D',
          'payload=%',
          'payload=%ff%fe',
          'command',
          'command=',
          'command[]=x&command[]=y',
          'command=/deploy-staging&command=/deploy-status',
          'command=%00',
          'payload=%7B%7D&payload=%7B%7D',
          '&&&&',
          '=',
          '%00%00',
          `a=${'&a='.repeat(20_000)}`,
        ),
      ),
      500,
    );
    // Signed as only Slack can sign. What nobody knows waits for the three seconds that somebody might take.
    const answered = await sendAll(
      [
        ...json.map((body) => ({ headers: signed(SECRET, body, nowS(), 'application/json'), body })),
        ...forms.map((body) => ({ headers: signed(SECRET, body), body })),
      ],
      250,
    );
    // A null is a connection that was closed on us, which would be a process that fell over.
    for (const { status } of answered) expect([200, 400, 404, 500]).toContain(status);
  });

  test('what is too large is refused before it was read, and a body that drips is cut off', async () => {
    const large = `${command()}&x=${'y'.repeat(300 * 1_024)}`;
    const answered = await send(url, { headers: signed(SECRET, large), body: large });
    expect([413, null]).toContain(answered.status);
    const slow = await Promise.all(
      Array.from({ length: 20 }, () => {
        const body = command();
        return send(url, { headers: signed(SECRET, body), body, byteEveryMs: 200 });
      }),
    );
    for (const { status } of slow) expect([408, null]).toContain(status);
  });

  test('what was recorded and is sent again is carried out once', async () => {
    const body = command('help', 'help');
    const helped = await send(url, { headers: signed(SECRET, body), body });
    expect(helped).toMatchObject({ status: 200, body: expect.stringContaining('/deploy-staging') });
    const status = command('', 'recorded').replace('deploy-staging', 'deploy-status');
    const headers = signed(SECRET, status);
    const answered = await sendAll(Array.from({ length: 100 }, () => ({ headers, body: status })));
    expect(refusals(answered)).toEqual([200]);
    expect(answered.filter(({ body: said }) => said.startsWith('Taking '))).toHaveLength(1);
  });

  test('after all of that the program is there, and has taken in the one thing that was real', async () => {
    expect(apart.said()).not.toContain('cannot go on');
    expect(await apart.end('SIGINT')).toBe(0);
    const opened = await openStore({ databaseUrl: null, folder: apart.home, nowMs: Date.now });
    try {
      const { rows } = await opened.queuePool.query('select key from slipway.inbox');
      expect(rows).toEqual([{ key: 'command:recorded' }]);
      expect(
        await opened.store.journal.list({ service: null, environment: null, isActive: null, limit: 10 }),
      ).toEqual([]);
    } finally {
      await opened.close();
    }
  });
});
