import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { commands } from '../../../commands/index.ts';
import { answer } from '../../../src/core/answer.ts';
import type { Desk } from '../../../src/core/desk.ts';
import { noPreference } from '../../../src/core/preference.ts';
import type { Report } from '../../../src/core/report.ts';
import { openSlack, type SlackNeeds } from '../../../src/slack/index.ts';
import { memoryStore } from '../../../src/store/memory/index.ts';
import { emptyHome } from '../home.ts';
import { openDirectory } from '../members.ts';

const SECRET = 'the signing secret of tests';

export type ApiCall = { readonly method: string; readonly args: Record<string, string> };
export type Asked = {
  readonly what: string;
  readonly how: unknown;
  readonly by: string;
  readonly channel: string | null;
  readonly key: string;
};
export type Answered = {
  readonly status: number;
  readonly body: string;
  readonly json: Record<string, unknown>;
};

/** The whole Slack side over real HTTP, with a desk that only remembers what it was asked. For tests. */
export async function openWorld(more: Partial<SlackNeeds['configuration']> = {}) {
  const asked: Asked[] = [];
  const api: ApiCall[] = [];
  const replies: { url: string; body: Record<string, unknown> }[] = [];
  const logged: { level: string; fields: object; sentence: string }[] = [];
  const store = memoryStore({ nowMs: () => Date.now() });
  const faults = { replyStatus: 200, refuse: new Map<string, string>() };
  const reports = new Map<string, Report>();
  let ids = 0;

  const web = await listen(
    createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const method = (request.url ?? '').replace('/api/', '');
      api.push({ method, args: Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString())) });
      const error = faults.refuse.get(method);
      response.writeHead(200, { 'content-type': 'application/json' });
      const ok = { ok: true, ts: '1.000100', channel: method === 'conversations.open' ? { id: 'D1' } : 'C1' };
      response.end(JSON.stringify(error === undefined ? ok : { ok: false, error }));
    }),
  );

  const desk = ({ actor, channel, key }: Parameters<SlackNeeds['deskFor']>[0]): Desk => {
    const note = (what: string) => async (how: unknown, why?: unknown) => {
      asked.push({ what, how: why === undefined ? how : [how, why], by: actor.id, channel, key });
      return answer(`${what} was asked.`, [], { isShareable: what === 'status' });
    };
    return {
      actor,
      channel,
      deploy: note('deploy'),
      rollBack: note('rollBack'),
      status: note('status'),
      health: note('health'),
      alerts: note('alerts'),
      logs: note('logs'),
      compare: note('compare'),
      drift: note('drift'),
      previews: note('previews'),
      adopt: note('adopt'),
      hold: note('hold'),
      goOn: note('goOn'),
      confirm: note('confirm'),
      promote: note('promote'),
      turn: note('turn'),
      approve: note('approve'),
      emergency: note('emergency'),
      maintain: note('maintain'),
      recover: note('recover'),
      metrics: note('metrics'),
      schedule: note('schedule'),
      schedules: note('schedules'),
      move: note('move'),
      cancel: note('cancel'),
      startMissed: note('startMissed'),
      abort: note('abort'),
      resolve: note('resolve'),
      home: async () => emptyHome,
      preference: async () => noPreference,
      prefer: note('prefer'),
      report: note('report'),
      suggestServices: async (typed) => [{ value: `${typed}api`, label: 'api', description: null }],
      suggestVersions: async (service) => [{ value: 'v2', label: `v2 of ${service}`, description: 'new' }],
    };
  };

  const log = (level: string) => (fields: object, sentence: string) =>
    void logged.push({ level, fields, sentence });
  const needs: SlackNeeds = {
    configuration: {
      botToken: 'xoxb-test',
      transport: { kind: 'http', signingSecret: SECRET, host: '127.0.0.1', port: 0 },
      slackApiUrl: `${web.url}/api/`,
      homeTeam: 'T1',
      channelFor: () => 'C1',
      fallbackChannel: null,
      ...more,
    },
    commands,
    store,
    deskFor: (asking) => world.deskFor(asking),
    directory: openDirectory,
    reports: {
      reportFor: async (id) => reports.get(id) ?? null,
      threadLine: async () => null,
      lineFrom: async () => null,
      keptReport: async () => null,
      sheetFor: async () => null,
    },
    postJson: async (url, body) => {
      replies.push({ url, body: body as Record<string, unknown> });
      return faults.replyStatus;
    },
    clock: {
      nowMs: () => Date.now(),
      after: (ms, call) => {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
    },
    random: () => 0.5,
    owner: 'test',
    newId: () => `ref-${++ids}`,
    log: { info: log('info'), warn: log('warn'), error: log('error') },
  };
  const world = { deskFor: desk };
  const slack = await openSlack(needs);
  const started = await slack.start();
  const url = started?.url ?? '';

  return {
    asked,
    api,
    replies,
    logged,
    store,
    faults,
    reports,
    slack,
    url,
    needs,
    /** May be replaced by another desk. */
    world,
    desk,
    async close() {
      await slack.stop();
      web.server.closeAllConnections();
      await new Promise((resolve) => web.server.close(resolve));
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

/** A signed delivery, as Slack makes it; every part of it can be made wrong. */
export async function deliver(
  { url }: Pick<World, 'url'>,
  body: string,
  wrong: { type?: string; atS?: number; secret?: string; headers?: Record<string, string> } = {},
): Promise<Answered> {
  const timestamp = String(wrong.atS ?? Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', wrong.secret ?? SECRET)
    .update(`v0:${timestamp}:${body}`)
    .digest('hex');
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': wrong.type ?? 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
      ...wrong.headers,
    },
    body,
  });
  const text = await response.text();
  return { status: response.status, body: text, json: text.startsWith('{') ? JSON.parse(text) : {} };
}

let triggers = 0;
export const newTrigger = () => `trigger.${++triggers}`;

export const REPLY_TO = 'https://hooks.slack.com/commands/T1/1/x';

export function commandBody(command: string, text: string, more: Record<string, string> = {}): string {
  return new URLSearchParams({
    command,
    text,
    user_id: 'U1',
    user_name: 'ada',
    team_id: 'T1',
    channel_id: 'C1',
    response_url: REPLY_TO,
    trigger_id: newTrigger(),
    ...more,
  }).toString();
}

export function interactionBody(payload: object): string {
  const common = {
    user: { id: 'U1', username: 'ada', team_id: 'T1' },
    team: { id: 'T1' },
    trigger_id: newTrigger(),
  };
  return new URLSearchParams({ payload: JSON.stringify({ ...common, ...payload }) }).toString();
}

export function clickBody(action_id: string, value: string, more: object = {}): string {
  return interactionBody({
    type: 'block_actions',
    channel: { id: 'C1' },
    response_url: REPLY_TO,
    container: { type: 'message' },
    actions: [{ type: 'button', action_id, value, block_id: 'b' }],
    ...more,
  });
}

export function eventBody(event: object, eventId: string): string {
  return JSON.stringify({
    type: 'event_callback',
    event_id: eventId,
    team_id: 'T1',
    api_app_id: 'A1',
    event,
  });
}

/** Waits for what happens after the ack. */
export async function soon(what: () => boolean): Promise<void> {
  for (let turn = 0; turn < 400 && !what(); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function listen(server: Server): Promise<{ server: Server; url: string }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { server, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}` };
}
