import { randomBytes, randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { commands } from '../../commands/index.ts';
import { manifest } from '../../src/command/index.ts';
import { openWorkspace, type Workspace } from '../../src/local/workspace/index.ts';
import { localSeed, type Seed } from '../../src/local/workspace/seed.ts';
import { type Random, randomFrom } from '../simulation/random.ts';
import { keepRunning, type Member } from './member.ts';
import { type Finding, judge, postsOf, whyOf } from './oracle.ts';
import { CHANNEL, cardOf, isRefusal, openPeople, outcomeOn, type People } from './people.ts';
import type { Ended } from './program.ts';
import { type Deployed, readRecords } from './records.ts';
import { openShop, personOf, type Shop } from './shop.ts';

/** A program in its world while things go wrong around it. */
export type Scene = {
  readonly random: Random;
  readonly shop: Shop;
  readonly workspace: Workspace;
  readonly people: People;
  readonly members: readonly Member[];
  /** Counts what was done to it, for the line that is printed at the end. */
  count(what: string): void;
};

export type Plan = {
  readonly name: string;
  readonly services: number;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly roles: readonly ('bot' | 'worker' | 'all')[];
  /** Given to Node before the program. */
  readonly flags?: readonly string[];
  readonly reconcileEvery?: string;
  /** How long it may take until all is quiet; three minutes when left out. */
  readonly restWithinMs?: number;
  /** Whether a process may end by itself like this just now. */
  mayEnd?(ended: Ended): boolean;
  /** Whether a deployment may have ended in another way than its version deserves. */
  isExcused?(deployment: Deployed): boolean;
  /** What people and fate do. It is waited for, and then for everything to come to rest. */
  happen(scene: Scene): Promise<void>;
};

export type Ending = {
  readonly deployments: readonly Deployed[];
  readonly counts: ReadonlyMap<string, number>;
};

const REST_WITHIN_MS = 180_000;

/** Opens the world, lets it happen, waits until all is quiet, judges, and takes the world down again. */
export async function runCampaign(plan: Plan): Promise<Ending> {
  const seed = Number(process.env['CHAOS_SEED'] ?? randomInt(1_000_000));
  const { restWithinMs = REST_WITHIN_MS } = plan;
  const replay = `CHAOS_SEED=${seed} npx vitest run --project chaos -t '${plan.name}'`;
  const world = await openWorld(plan, randomFrom(seed, 1));
  const beganAtMs = performance.now();
  try {
    await Promise.all(world.scene.members.map((member) => member.untilReady()));
    await plan.happen(world.scene);
    const { isQuiet, records, logs } = await rested(world.scene, plan.databaseUrl, restWithinMs);
    const isExcused = (deployment: Deployed) =>
      plan.isExcused?.(deployment) === true || wasCrashedOften(deployment);
    const findings: Finding[] = [
      ...world.troubles.map((say) => ({ promise: 'no process ends by itself', say })),
      ...(isQuiet
        ? []
        : [{ promise: 'everything comes to rest', say: `not within ${restWithinMs / 1_000} s` }]),
      ...(await judge({ ...world.scene, records, isExcused })),
    ];
    console.log(lineOf(plan.name, seed, world, records.deployments, performance.now() - beganAtMs));
    if (findings.length > 0) throw new Error(told(findings, records.deployments, logs, replay));
    return { deployments: records.deployments, counts: world.counts };
  } catch (error) {
    if (error instanceof Error)
      error.message += `\n${replay} (the same mischief; real processes never run the same twice)`;
    throw error;
  } finally {
    await world.close();
  }
}

/** Lost by its holder three times in one step: set aside, or its call given up. Killing is what we are here for. */
function wasCrashedOften(deployment: Deployed): boolean {
  const why = whyOf(deployment);
  return /ended \d times in the middle of the same step|calls in a row were made and never arrived/.test(why);
}

async function openWorld(plan: Plan, random: Random) {
  const shop = await openShop(plan.services, plan.reconcileEvery);
  const counts = new Map<string, number>();
  const count = (what: string) => void counts.set(what, (counts.get(what) ?? 0) + 1);
  const troubles: string[] = [];
  const signingSecret = randomBytes(16).toString('hex');
  const botToken = `xoxb-${randomBytes(12).toString('hex')}`;
  let botUrl = 'http://127.0.0.1:9/slack/events';
  const workspace = await openWorkspace({
    port: 0,
    pageFolder: null,
    signingSecret,
    botToken,
    botUrl: () => botUrl,
    nowMs: Date.now,
    random: () => random.next(),
    manifest: parse(manifest(commands)),
    seed: seedWith(shop.services.map(personOf)),
  });
  const env = {
    PORT: '0',
    LOG_LEVEL: 'warn',
    SLIPWAY_HOME: shop.home,
    SLIPWAY_SERVICES: shop.servicesFolder,
    SLACK_API_URL: workspace.apiUrl,
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    ...(plan.databaseUrl === null ? {} : { DATABASE_URL: plan.databaseUrl }),
    ...(plan.redisUrl === null ? {} : { REDIS_URL: plan.redisUrl }),
  };
  const supervision = {
    onReady(said: string) {
      const [, port] = /Slack posts to: http:\/\/[^:]+:(\d+)\//.exec(said) ?? [];
      if (port !== undefined) botUrl = `http://127.0.0.1:${port}/slack/events`;
    },
    onTrouble: (say: string) => void troubles.push(say),
    mayEnd(ended: Ended) {
      const mayIt = plan.mayEnd?.(ended) === true;
      if (mayIt) count('ends by itself');
      return mayIt;
    },
  };
  const members = plan.roles.map((role, index) => {
    const args = ['start', '--role', role, '--config', shop.configuration];
    const launch = { args, cwd: shop.folder, env, flags: plan.flags ?? [] };
    return keepRunning(`${role} ${index + 1}`, launch, supervision);
  });
  const people = openPeople(workspace, shop, random);
  const scene: Scene = { random, shop, workspace, people, members, count };
  return {
    scene,
    counts,
    troubles,
    async close() {
      await Promise.all(members.map((member) => member.end()));
      await workspace.close();
      await shop.close();
    },
  };
}

function seedWith(ids: readonly string[]): Seed {
  const [someone] = localSeed.people;
  if (someone === undefined) throw new Error('the workspace has no people');
  return {
    ...localSeed,
    people: [
      ...localSeed.people,
      ...ids.map((id) => ({
        ...someone,
        id,
        name: id.toLowerCase(),
        realName: id,
        email: `${id}@example.test`,
      })),
    ],
    channels: localSeed.channels.map((channel) =>
      channel.id === CHANNEL ? { ...channel, members: [...channel.members, ...ids] } : channel,
    ),
  };
}

/** What the database holds when everything is told and everybody has ended. */
async function rested(scene: Scene, databaseUrl: string | null, restWithinMs: number) {
  for (let attempt = 1; ; attempt++) {
    const isQuiet = await comesToRest(scene, restWithinMs);
    const logs = scene.members.flatMap((member) => [`-- ${member.name}`, ...member.lastLines().slice(-15)]);
    await Promise.all(scene.members.map((member) => member.end()));
    const records = await readRecords(databaseUrl, scene.shop.home);
    if (records.inboxOpen === 0 || !isQuiet || attempt === 3) return { isQuiet, records, logs };
    // Taken in by one who was killed, and not told to anybody: it is handled when its lease is over.
    scene.count('deliveries picked up later');
    for (const member of scene.members) member.start();
    await Promise.all(scene.members.map((member) => member.untilReady()));
    await sleep(INBOX_LEASE_MS + 5_000);
  }
}

const INBOX_LEASE_MS = 20_000;

/** Until every order that was accepted has ended on its card and in its report, or was refused. */
async function comesToRest({ workspace, people, count }: Scene, withinMs: number): Promise<boolean> {
  const untilMs = performance.now() + withinMs;
  while (performance.now() < untilMs) {
    if (isAtRest(workspace, people)) {
      // What was not said to be taken may have been; it shows within moments.
      await sleep(2_000);
      if (isAtRest(workspace, people)) return true;
    }
    await sleep(250);
  }
  count('restless');
  return false;
}

function isAtRest(workspace: Workspace, people: People): boolean {
  const cards = people.orders.flatMap(({ service, version }) => cardOf(workspace, service, version) ?? []);
  if (cards.some((card) => outcomeOn(card) === null)) return false;
  const reports = new Set(postsOf(workspace).flatMap(({ key }) => (key.startsWith('report/') ? [key] : [])));
  if (reports.size < cards.length) return false;
  const services = new Set(people.orders.map(({ service }) => service));
  return [...services].every((service) => {
    const unmade = people.orders.filter(
      (order) =>
        order.service === service &&
        order.isAccepted &&
        cardOf(workspace, service, order.version) === undefined,
    );
    const answers = people.told(service).filter((text) => !text.startsWith('Taking'));
    const atOnce = people.orders.filter(
      (order) => order.service === service && answers.includes(order.heard),
    );
    const accepted = people.orders.filter((order) => order.service === service && order.isAccepted);
    const refusals = answers.filter(isRefusal).length - atOnce.length;
    return refusals >= unmade.length && answers.length - atOnce.length >= accepted.length;
  });
}

type World = Awaited<ReturnType<typeof openWorld>>;

function lineOf(
  name: string,
  seed: number,
  { counts, scene }: World,
  all: readonly Deployed[],
  tookMs: number,
): string {
  const outcomes = new Map<string, number>();
  for (const { outcome } of all) outcomes.set(outcome ?? 'open', (outcomes.get(outcome ?? 'open') ?? 0) + 1);
  const list = (of: ReadonlyMap<string, number>) =>
    [...of].map(([what, times]) => `${times} ${what}`).join(', ');
  const typed = scene.people.orders.length;
  const accepted = scene.people.orders.filter(({ isAccepted }) => isAccepted).length;
  return (
    `chaos: ${name}, seed ${seed}, ${Math.round(tookMs / 1_000)} s: ${list(counts)}; ` +
    `${typed} typed, ${accepted} accepted, ${all.length} deployments: ${list(outcomes)}`
  );
}

function told(
  findings: readonly Finding[],
  deployments: readonly Deployed[],
  logs: readonly string[],
  replay: string,
): string {
  const broken = findings.map(({ promise, say }) => `  ${promise}: ${say}`);
  const named = deployments.filter(({ id }) => broken.some((line) => line.includes(id)));
  const journals = named
    .slice(0, 3)
    .map(
      ({ id, journal }) =>
        `  ${id}: ${journal.map(({ event: { kind, step, effect } }) => [kind, effect ?? step].filter(Boolean).join(' ')).join('\n    ')}`,
    );
  return ['promises were broken:', ...broken, ...journals, ...logs, replay].join('\n');
}
