import { parse } from 'yaml';
import { commands } from '../../../commands/index.ts';
import { botScopes, manifest } from '../../../src/command/index.ts';
import { answer } from '../../../src/core/answer.ts';
import type { Desk } from '../../../src/core/desk.ts';
import { postJson } from '../../../src/http/post-json.ts';
import { openWorkspace, type WorkspaceOptions } from '../../../src/local/workspace/index.ts';
import { localSeed, type Seed } from '../../../src/local/workspace/seed.ts';
import { Secret } from '../../../src/secret/index.ts';
import type { SlackDirectory } from '../../../src/slack/directory.ts';
import {
  type OAuthSettings,
  openSlack,
  type SlackNeeds,
  slackClients,
  slackDirectory,
} from '../../../src/slack/index.ts';
import { memoryStore } from '../../../src/store/memory/index.ts';
import { emptyHome } from '../home.ts';
import { freePort } from '../server.ts';

export const CLIENT = { clientId: '111.222', clientSecret: 'client-secret-canary-3k9d' };
const KEY = 'the key that seals tokens in tests, long enough';

/** People and channels have the same ids there as at home, as Slack's rules allow. */
export function seedOf(id: string, enterprise?: { readonly id: string; readonly name: string }): Seed {
  const team = { id, name: `Team ${id}`, domain: id.toLowerCase() };
  return { ...localSeed, team: enterprise === undefined ? team : { ...team, enterprise } };
}

export type TownOptions = {
  readonly allowed?: readonly string[];
  readonly homeTeam?: string | null;
  readonly botToken?: string | null;
  readonly others?: readonly Seed[];
  readonly oauth?: Partial<WorkspaceOptions['oauth']>;
  readonly channelFor?: (environment: string) => string | null;
};

/** Several workspaces behind one address, and the Slack side as it is; only the desk, and the clock, are the test's. */
export async function openTown(options: TownOptions = {}) {
  const {
    homeTeam = 'T0LOCAL',
    botToken = null,
    others = [seedOf('T0OTHER'), seedOf('T0FOREIGN')],
  } = options;
  const port = await freePort();
  const botUrl = `http://127.0.0.1:${port}`;
  const clock = { offsetMs: 0 };
  const nowMs = () => Date.now() + clock.offsetMs;
  const app = parse(manifest(commands)) as { settings: object };
  const workspace = await openWorkspace({
    port: 0,
    pageFolder: null,
    signingSecret: 'shh',
    botToken: 'xoxb-of-nobody',
    botUrl: () => `${botUrl}/slack/events`,
    nowMs,
    random: Math.random,
    manifest: { ...app, settings: { ...app.settings, org_deploy_enabled: true } },
    others,
    oauth: {
      ...CLIENT,
      redirectUrls: [`${botUrl}/slack/oauth_redirect`],
      isRotating: true,
      ...options.oauth,
    },
  });
  const store = memoryStore({ nowMs });
  const asked: Desired[] = [];
  const logged: string[] = [];
  const allowed = [...(options.allowed ?? ['T0LOCAL', 'T0OTHER'])];
  const oauth: OAuthSettings = {
    clientId: CLIENT.clientId,
    clientSecret: new Secret('env:CLIENT', CLIENT.clientSecret),
    stateSecret: new Secret('env:STATE', 'the secret that signs states in tests'),
    tokenKey: new Secret('env:KEY', KEY),
    oldTokenKeys: [],
    redirectUrl: `${botUrl}/slack/oauth_redirect`,
    scopes: botScopes,
    allowed: () => allowed,
  };
  const log = (level: string) => (fields: object, sentence: string) =>
    void logged.push(`${level}: ${sentence} ${JSON.stringify(fields)}`);
  const needs: SlackNeeds = {
    configuration: {
      botToken,
      transport: { kind: 'http', signingSecret: 'shh', host: '127.0.0.1', port },
      slackApiUrl: workspace.apiUrl,
      homeTeam,
      oauth,
      channelFor: options.channelFor ?? (() => 'C0DEPLOYS'),
      fallbackChannel: null,
    },
    commands,
    store,
    deskFor: ({ actor, channel }) => deskOf(asked, actor, channel),
    directory: { look: (caller, how) => directory().look(caller, how) },
    reports: {
      reportFor: async () => null,
      threadLine: async () => null,
      lineFrom: async () => null,
      sheetFor: async () => null,
      keptReport: async () => null,
    },
    postJson,
    clock: {
      nowMs,
      after: (ms, call) => {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
    },
    random: Math.random,
    owner: 'test',
    newId: () => 'ref-1',
    log: { info: log('info'), warn: log('warn'), error: log('error') },
  };
  let looking: SlackDirectory | null = null;
  const directory = () => {
    looking ??= slackDirectory({
      clients: slackClients(needs),
      homeTeam,
      nowMs,
      sleep: async () => false,
    });
    return looking;
  };
  const slack = await openSlack(needs);
  await slack.start();
  return {
    workspace,
    slack,
    store,
    needs,
    oauth,
    allowed,
    asked,
    logged,
    botUrl,
    /** Lets time pass for everybody. */
    pass: (ms: number) => {
      clock.offsetMs += ms;
    },
    async close() {
      await slack.stop();
      await workspace.close();
    },
  };
}

/** What a desk was asked, and by whom. */
type Desired = { what: string; by: string; kind: string; groups: readonly string[] };

export type Town = Awaited<ReturnType<typeof openTown>>;

function deskOf(asked: Desired[], actor: Desk['actor'], channel: string | null): Desk {
  const note = (what: string) => async () => {
    asked.push({ what, by: actor.id, kind: actor.kind, groups: actor.groups });
    return answer(`${what} was asked by ${actor.id}.`, []);
  };
  const words = ['deploy', 'rollBack', 'status', 'health', 'logs', 'abort', 'resolve', 'report'];
  const does = Object.fromEntries(words.map((word) => [word, note(word)]));
  const none = async () => [];
  const home = async () => emptyHome;
  return { actor, channel, ...does, home, suggestServices: none, suggestVersions: none } as unknown as Desk;
}
