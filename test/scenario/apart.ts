import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { openWorkspace, type Workspace } from '../../src/local/workspace/index.ts';
import { fairDice } from '../support/fair-dice.ts';
import { freePort } from '../support/server.ts';
import { openStory, type Story } from './story.ts';

/** The program over HTTP in a workspace that lives on when the program ends, as Slack does. */
export type Apart = Story & { readonly workspace: Workspace };

export const secrets = {
  botToken: 'xoxb-story-canary-7f3a9k2m',
  signingSecret: '5tory51gn1ng5ecretc4n4ry00000000',
} as const;

/** How many services there are: `s1`, `s2`, …, each of them the sample `api` under another name. */
export async function openApart(
  services: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<Apart> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-services-'));
  const port = await freePort();
  const workspace = await openWorkspace({
    port: 0,
    pageFolder: null,
    ...secrets,
    botUrl: () => `http://127.0.0.1:${port}/slack/events`,
    nowMs: Date.now,
    random: fairDice(7),
    manifest: parse(await readFile('manifest.yml', 'utf8')),
  });
  const names = Array.from({ length: services }, (_, index) => `s${index + 1}`);
  await copySamples(folder, names);
  const leave = async () => {
    await workspace.close();
    await rm(folder, { recursive: true, force: true });
  };
  const story = await openStory({
    workspaceUrl: workspace.url,
    configuration: configurationOf(names),
    environment: {
      PORT: String(port),
      SLACK_BOT_TOKEN: secrets.botToken,
      SLACK_SIGNING_SECRET: secrets.signingSecret,
      SLACK_API_URL: workspace.apiUrl,
      SLIPWAY_SERVICES: folder,
      ...environment,
    },
  }).catch(async (error: unknown) => {
    await leave();
    throw error;
  });
  const close = async () => {
    await story.close();
    await leave();
  };
  return { ...story, workspace, close };
}

/** What was compiled, with everything that the samples share, and `api` once for each name. */
async function copySamples(folder: string, names: readonly string[]): Promise<void> {
  const samples = resolve('dist/src/local/samples');
  const shared = (await readdir(samples)).filter((name) => name.endsWith('.js'));
  for (const name of shared) await cp(join(samples, name), join(folder, name));
  for (const name of names) await cp(join(samples, 'api'), join(folder, name), { recursive: true });
  await cp(resolve('package.json'), join(folder, 'package.json'));
}

/** Nothing is watched: nobody uses these services, so that there is nothing to judge them by. */
function configurationOf(names: readonly string[]): string {
  const target = (name: string) => `  ${name}:
    targets:
      staging:
        platform: local
        address: { service: ${name} }
        strategy: rolling
        pace: { traffic: [50], observe: 1s, releaseDeadline: 60s }
        gates: [serves-version]`;
  return `slack: { channel: C0DEPLOYS }
engine: { lease: 4s, reconcileEvery: 1s, lookEvery: 5s }
environments:
  staging: { channel: C0DEPLOYS, protected: false }
services:
${names.map(target).join('\n')}
grants:
  - { role: viewer, people: [U0ADA, U0BEN], services: all, environments: all }
  - { role: deployer, people: [U0ADA, U0BEN], services: all, environments: all }
`;
}
