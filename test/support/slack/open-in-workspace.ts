import { parse } from 'yaml';
import { commands } from '../../../commands/index.ts';
import { manifest } from '../../../src/command/index.ts';
import { type Answer, answer } from '../../../src/core/answer.ts';
import type { Desk } from '../../../src/core/desk.ts';
import { noPreference } from '../../../src/core/preference.ts';
import type { Report } from '../../../src/core/report.ts';
import type { Text } from '../../../src/core/text.ts';
import { postJson } from '../../../src/http/post-json.ts';
import { openWorkspace } from '../../../src/local/workspace/index.ts';
import { openSlack, type SlackConfiguration, type SlackNeeds } from '../../../src/slack/index.ts';
import { memoryStore } from '../../../src/store/memory/index.ts';
import type { Notice } from '../../../src/store/store.ts';
import { fairDice } from '../fair-dice.ts';
import { emptyHome } from '../home.ts';
import { openDirectory } from '../members.ts';
import { firstLine } from './first-line.ts';

const secrets = { signingSecret: 'shh', botToken: 'xoxb-test', appToken: 'xapp-test' };

/**
 * The Slack side as it is, in the local workspace, over HTTP or a socket; only the desk and the reports are the test's.
 * All clocks go `speed` times as fast as ours: what waits for a minute waits for less, what is said of it is the same.
 */
export async function openInWorkspace(way: 'http' | 'socket' = 'http', speed = 1) {
  const beganAtMs = Date.now();
  const nowMs = () => Math.round(beganAtMs + (Date.now() - beganAtMs) * speed);
  let botUrl = 'http://127.0.0.1:9/slack/events';
  const workspace = await openWorkspace({
    port: 0,
    pageFolder: null,
    ...secrets,
    botUrl: () => botUrl,
    nowMs,
    random: fairDice(7),
    manifest: parse(manifest(commands)),
  });
  const store = memoryStore({ nowMs });
  const reports = new Map<string, Report>();
  const lines = new Map<string, readonly Text[]>();
  const asked: { what: string; how: unknown; by: string; key: string }[] = [];
  const answers = new Map<string, Answer>();
  const logged: string[] = [];
  const transport: SlackConfiguration['transport'] =
    way === 'http'
      ? { kind: 'http', signingSecret: secrets.signingSecret, host: '127.0.0.1', port: 0 }
      : { kind: 'socket', appToken: secrets.appToken };
  const deskFor: SlackNeeds['deskFor'] = ({ actor, channel, key }): Desk => {
    const note = (what: string) => async (how: unknown) => {
      asked.push({ what, how, by: actor.id, key });
      return answers.get(what) ?? answer(`${what} was asked.`, [], { isShareable: what === 'status' });
    };
    const does = {
      deploy: note('deploy'),
      rollBack: note('rollBack'),
      status: note('status'),
      health: note('health'),
    };
    return {
      actor,
      channel,
      ...does,
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
      suggestServices: async () => [{ value: 'api', label: 'api', description: 'the API' }],
      suggestVersions: async () => [{ value: 'v2', label: 'v2', description: null }],
    };
  };
  const log = (level: string) => (fields: object, sentence: string) =>
    void logged.push(`${level}: ${sentence} ${JSON.stringify(fields)}`);
  const slack = await openSlack({
    configuration: {
      botToken: secrets.botToken,
      transport,
      slackApiUrl: workspace.apiUrl,
      homeTeam: 'T0LOCAL',
      channelFor: () => 'C0DEPLOYS',
      isLoud: () => true,
      fallbackChannel: null,
    },
    commands,
    store,
    deskFor,
    directory: openDirectory,
    reports: {
      reportFor: async (id) => reports.get(id) ?? null,
      threadLine: async (id, seq) => lines.get(id)?.[seq - 1] ?? null,
      lineFrom: async (id, seq) => firstLine(lines.get(id) ?? [], seq),
      keptReport: async () => ({ markdown: '# Report\n', json: '{}\n' }),
      sheetFor: async () => null,
    },
    postJson,
    clock: { nowMs, after: (ms, call) => afterMs(ms / speed, call) },
    random: fairDice(8),
    owner: 'test',
    newId: () => 'ref-1',
    log: { info: log('info'), warn: log('warn'), error: log('error') },
  });
  const started = await slack.start();
  if (started !== null) botUrl = started.url;

  let begun = 0;
  return {
    workspace,
    slack,
    store,
    reports,
    lines,
    asked,
    answers,
    logged,
    /** Writes notices in the transaction of a beginning, which is the simplest way to have one. */
    async tell(...notices: Notice[]) {
      begun += 1;
      await store.journal.begin({
        deploymentId: `d-other${begun}`,
        orderKey: `order ${begun}`,
        environment: 'staging',
        requestedBy: 'U1',
        targets: [{ id: `target ${begun}`, service: 's', version: 'v' }],
        event: { kind: 'step-started', step: 'x' },
        notices,
      });
    },
    async close() {
      await slack.stop();
      await workspace.close();
    },
  };
}

function afterMs(ms: number, call: () => void): () => void {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
}
