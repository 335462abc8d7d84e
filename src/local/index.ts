import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { targetId } from '../core/names.ts';
import type { LocalPlatform } from '../platform/index.ts';
import { laterServices, sampleServices, seedSamples } from './samples/index.ts';
import { flowLater } from './traffic/flow-later.ts';
import { startTraffic } from './traffic/index.ts';
import { openWorkspace, type Workspace } from './workspace/index.ts';

export { DEFAULT_CONFIGURATION, DEFAULT_CONFIGURATION_NAME } from './default-configuration.ts';
export { samplesFolder, seedFlags } from './samples/index.ts';

/** Compiled files know two more folders above them than sources do. */
const rootOf = import.meta.url.endsWith('.ts') ? '../../' : '../../../';
const rootFolder = fileURLToPath(new URL(rootOf, import.meta.url));

export type LocalDesk = {
  readonly url: string;
  /** What the bot is given in place of Slack's own. */
  readonly slackApiUrl: string;
  readonly botToken: string;
  readonly signingSecret: string;
  readonly workspace: Workspace;
  close(): Promise<void>;
};

type Machine = { nowMs(): number; random(): number };

/** A workspace on this machine in place of Slack. Its credentials are drawn anew each time and leave this process never. */
export async function openLocalDesk(
  { port, home, botUrl }: { port: number; home: string; botUrl: () => string },
  { nowMs, random }: Machine,
): Promise<LocalDesk> {
  const signingSecret = randomBytes(16).toString('hex');
  const botToken = `xoxb-${randomBytes(12).toString('hex')}`;
  const manifest: unknown = parse(await readFile(join(rootFolder, 'manifest.yml'), 'utf8'));
  const workspace = await openWorkspace({
    port,
    pageFolder: join(rootFolder, 'dist', 'page'),
    signingSecret,
    botToken,
    botUrl,
    nowMs,
    random,
    manifest,
    file: join(home, 'workspace.jsonl'),
  });
  const { url, apiUrl } = workspace;
  return { url, slackApiUrl: apiUrl, botToken, signingSecret, workspace, close: () => workspace.close() };
}

const REQUESTS_PER_SECOND = 20;
/** Staging is there when the program says that it is ready; production comes up while people look around. */
const STAGING = 'staging';
const PRODUCTION = 'production';

export type SamplesAround = {
  readonly hasProduction: boolean;
  /** Whether a service is configured in an environment at all. */
  readonly isConfigured: (service: string, environment: string) => boolean;
  /** Told of every place before its first release is begun: until `end` has ended nobody is to rely on what it runs. */
  readonly comingUp: (id: string, end: Promise<unknown>) => void;
  readonly onProblem: (problem: string) => void;
};

/** The sample services, running, with requests coming in, so that there are numbers to look at. */
export async function startSamples(
  platform: LocalPlatform,
  clock: { nowMs(): number; monotonicMs(): number; sleep(ms: number): Promise<void> },
  { hasProduction, isConfigured, comingUp, onProblem }: SamplesAround,
): Promise<{ readonly urls: readonly string[]; stop(): Promise<void> }> {
  const seed = (environment: string) =>
    seedSamples(platform, {
      services: sampleServices,
      environment,
      version: 'v1',
      sleep: clock.sleep,
      nowMs: clock.nowMs,
    });
  const tell = (environment: string, end: Promise<unknown>) => {
    for (const service of sampleServices) comingUp(targetId(service, environment), end);
  };
  const urlsOf = (environment: string) =>
    Promise.all(sampleServices.map((service) => platform.urlOf({ service, environment })));
  const flow = (urls: readonly string[]) =>
    startTraffic({ urls, ratePerSecond: REQUESTS_PER_SECOND, monotonicMs: clock.monotonicMs });
  const staging = platform.start().then(() => seed(STAGING));
  const production = staging.then(() => (hasProduction ? seed(PRODUCTION) : undefined));
  tell(STAGING, staging);
  tell(PRODUCTION, production);
  await staging;
  const urls = await urlsOf(STAGING);
  const traffic = flow(urls);
  let isStopped = false;
  const flowing = production.then(
    async () => (isStopped || !hasProduction ? null : flow(await urlsOf(PRODUCTION))),
    (error: unknown) => {
      if (!isStopped) onProblem(String(error));
      return null;
    },
  );
  const places = laterServices.flatMap((service) =>
    [STAGING, PRODUCTION]
      .filter((environment) => isConfigured(service, environment))
      .map((environment) => ({ service, environment })),
  );
  const stopLater = flowLater(platform, places, flow);
  return {
    urls,
    async stop() {
      isStopped = true;
      await Promise.all([traffic.stop(), stopLater(), flowing.then((later) => later?.stop())]);
    },
  };
}
