import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { startPostgres } from '../support/postgres.ts';
import { startRedis } from '../support/redis.ts';
import { ahead } from './priority.ts';
import { ackedAtMs, type Call, ledger, type Program, program, startProgram, type, until } from './program.ts';
import { type Row, row } from './table.ts';

const DEPLOYMENTS = 5;
/** How soon the platform is changed after an ack, and how soon the card says what the platform has become. */
export async function change(): Promise<Row[]> {
  const postgres = await startPostgres();
  const redis = await startRedis();
  if ('unavailable' in postgres) throw new Error(`${postgres.unavailable}: ${postgres.install}`);
  if ('unavailable' in redis) throw new Error(`${redis.unavailable}: ${redis.install}`);
  try {
    const DATABASE_URL = await postgres.createDatabase();
    return [
      ...(await measure('embedded default', {})),
      ...(await measure('Postgres and Redis', { DATABASE_URL, REDIS_URL: redis.url })),
    ];
  } finally {
    await redis.stop();
    await postgres.stop();
  }
}

async function measure(where: string, environment: Readonly<Record<string, string>>): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const running = await startProgram({
    command: program,
    environment: { SLIPWAY_HOME: home, ...environment },
  });
  try {
    const { result, wasAhead } = await ahead(() => deployments(running, home));
    const first = result.map(({ firstChangeMs }) => firstChangeMs);
    const cards = result.flatMap((each) => each.cards);
    const how = wasAhead ? where : `${where}, among everything else`;
    return [
      row(`Ack → first change on the platform: ${how}`, 'ms', first, 300),
      row(`Platform's change → card: ${how}`, 'ms', cards, 1_000),
    ];
  } finally {
    await running.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

type Deployed = { readonly firstChangeMs: number; readonly cards: readonly number[] };

/** `api` back and forth between two good versions. */
async function deployments({ pageUrl }: Program, home: string): Promise<Deployed[]> {
  const deployed: Deployed[] = [];
  for (let index = 0; index < DEPLOYMENTS; index += 1) {
    deployed.push(await deployOnce(pageUrl, home, index % 2 === 0 ? 'v2' : 'v1'));
  }
  return deployed;
}

async function deployOnce(pageUrl: string, home: string, version: string): Promise<Deployed> {
  const stateFile = join(home, 'local', 'state.json');
  const before = new Set(releasesIn(stateFile).map(({ releaseId }) => releaseId));
  const shares = watchShares(stateFile, before);
  await type(pageUrl, `/deploy-staging api ${version} --strategy rolling`);
  const askedAtMs = await ackedAtMs(pageUrl);
  const calls = await until(`the end of api ${version}`, 120_000, async () => {
    const all = (await ledger(pageUrl)).filter(({ at }) => at >= askedAtMs);
    const wrong = all.find(({ args }) => /Rolled back|Stopped|Needs a person/.test(textOf(args)));
    if (wrong !== undefined) throw new Error(`api ${version} did not end well: ${wrong.args['text']}`);
    return all.some(isEnd) ? all : null;
  }).finally(shares.stop);
  const begun = releasesIn(stateFile).find(({ releaseId }) => !before.has(releaseId));
  if (begun === undefined) throw new Error('nothing was released');
  const edits = calls.filter(({ method, args }) => isCard(method) && textOf(args).includes('task_card'));
  return {
    firstChangeMs: begun.startedAtMs - askedAtMs,
    cards: [...shares.seen].map(([percent, atMs]) => shownAfter(edits, percent, atMs)),
  };
}

const isCard = (method: string) => method === 'chat.postMessage' || method === 'chat.update';
const isEnd = ({ method, args }: Call) => method === 'chat.update' && textOf(args).includes('✔ Deployed');
const textOf = (args: Call['args']) => JSON.stringify(args['blocks'] ?? '');

/** Milliseconds from a change of the split until the card first said it. */
function shownAfter(edits: readonly Call[], percent: number, atMs: number): number {
  const said = percent === 100 ? null : percent;
  const card = edits.find(({ at, args }) => at >= atMs && shareIn(textOf(args)) === said);
  if (card === undefined) throw new Error(`the card never said ${percent} %`);
  return card.at - atMs;
}

/** The share that a card says the new version has; null where nothing is shared. */
function shareIn(text: string): number | null {
  const share = /has (\d+) % of the traffic/.exec(text)?.[1];
  return share === undefined ? null : Number(share);
}

const State = z.object({
  targets: z.array(
    z.object({
      service: z.string(),
      releases: z.array(
        z.object({ releaseId: z.string(), startedAtMs: z.number(), trafficPercent: z.number() }),
      ),
    }),
  ),
});

/** What the local platform itself has written down of `api`. */
function releasesIn(stateFile: string) {
  const { targets } = State.parse(JSON.parse(readFileSync(stateFile, 'utf8')));
  return targets.filter(({ service }) => service === 'api').flatMap(({ releases }) => releases);
}

const LOOK_EVERY_MS = 5;

/** Each share that a new release is given, and when the platform wrote that down. */
function watchShares(stateFile: string, before: ReadonlySet<string>) {
  const seen = new Map<number, number>();
  const timer = setInterval(() => {
    const release = releasesIn(stateFile).find(({ releaseId }) => !before.has(releaseId));
    const percent = release?.trafficPercent ?? 0;
    if (percent > 0 && !seen.has(percent)) seen.set(percent, statSync(stateFile).mtimeMs);
  }, LOOK_EVERY_MS);
  return { seen, stop: () => clearInterval(timer) };
}
