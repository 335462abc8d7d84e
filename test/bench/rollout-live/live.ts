import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTraffic } from '../../../src/local/traffic/index.ts';
import { type Call, ledger, type Program, program, startProgram, type, until } from '../program.ts';
import { type Row, row } from '../table.ts';
import { configuration, STAGE_SECONDS, STAGES } from './configuration.ts';
import { placeOf, type Watched } from './place.ts';

/** With the twenty a second that the program lets come in by itself: fifty. */
const MORE_PER_SECOND = 30;
/** How long both versions are left alone before: the judge has nothing from before but what runs beside. */
const SETTLE_MS = 20_000;
const ENDS_WITHIN_MS = STAGES.length * STAGE_SECONDS * 2_000 + 240_000;
/** Whoever takes a release away lets what is under way be answered; later there is nothing to come. */
const TAIL_MS = 3_000;

/** How often each kind of version is rolled out; the good one takes the full time each time. */
const rounds = { failing: 5, slow: 2, leaking: 2, good: 3 } as const;

/** What a card says at the end. */
const DEPLOYED = /: deployed in /;
const ENDS = /: deployed in | (?:rolled back|stopped|taken back|undone|needs a person).* after \d/;

type Round = { readonly watched: Watched; readonly wasDeployed: boolean };

/** The real program with the local platform and real requests: how soon bad versions are taken back. */
export async function rolloutLive(): Promise<Row[]> {
  const home = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const file = join(home, 'slipway.yml');
  writeFileSync(file, configuration());
  const running = await startProgram({
    command: program,
    environment: { SLIPWAY_HOME: home, SLIPWAY_CONFIG: file },
  });
  const place = placeOf(home);
  try {
    const url = await place.door();
    const monotonicMs = () => performance.now();
    const traffic = startTraffic({ urls: [url], ratePerSecond: MORE_PER_SECOND, monotonicMs });
    await sleep(SETTLE_MS);
    const rows = await measured(running, place);
    await traffic.stop();
    return rows;
  } finally {
    place.close();
    await running.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function measured(running: Program, place: ReturnType<typeof placeOf>): Promise<Row[]> {
  const played = (version: string) => playedOnce(running, place, version);
  const failing = await times(rounds.failing, () => played('v3'));
  const slow = await times(rounds.slow, () => played('v4'));
  const leaking = await times(rounds.leaking, () => played('v5'));
  const good = await times(rounds.good, (index) => played(index % 2 === 0 ? 'v2' : 'v1'));
  const calls = failing.map(({ watched }) => seconds(watched.firstBadAtMs, watched.takenBackAtMs));
  const served = failing.map(({ watched }) => afterwards(watched));
  return [
    row('`api` with 5 % errors, 50/s: first bad request → taken back', 's', calls, 30),
    row('… taken back → last bad request', 's', served, 2),
    row(
      '… bad requests served',
      '',
      failing.map(({ watched }) => watched.bad),
      null,
    ),
    row('… came to full traffic', '', failing.map(cameThrough), 0),
    row('`api` 30 % slower: came to full traffic', '', slow.map(cameThrough), 0),
    row('… first request → taken back', 's', slow.map(lasted), null),
    row('`api` that leaks: came to full traffic', '', leaking.map(cameThrough), 0),
    row('… first request → taken back', 's', leaking.map(lasted), null),
    row(
      'Good `api`: was not deployed',
      '',
      good.map(({ wasDeployed }) => (wasDeployed ? 0 : 1)),
      0,
    ),
  ];
}

async function times(count: number, play: (index: number) => Promise<Round>): Promise<Round[]> {
  const played: Round[] = [];
  for (let index = 0; index < count; index += 1) played.push(await play(index));
  return played;
}

async function playedOnce(
  { pageUrl }: Program,
  place: ReturnType<typeof placeOf>,
  version: string,
): Promise<Round> {
  const follower = await place.follow();
  const askedAtMs = Date.now();
  const bake = `--steps ${STAGES.join(',')} --bake ${STAGE_SECONDS}s`;
  await type(pageUrl, `/deploy-canary api ${version} --env staging ${bake}`);
  const end = await until(`the end of api ${version}`, ENDS_WITHIN_MS, async () => {
    const calls = (await ledger(pageUrl)).filter(({ at }) => at >= askedAtMs);
    const card = calls.find((call) => isCardOf(version, call));
    const updates = calls.filter(({ method, args }) => method === 'chat.update' && args['ts'] === card?.ts);
    return updates.map(({ args }) => String(args['text'])).find((text) => ENDS.test(text)) ?? null;
  });
  await sleep(TAIL_MS);
  const watched = await follower.stop();
  const wasDeployed = DEPLOYED.test(end);
  console.error(`${end} ${JSON.stringify(watched)}`);
  return { watched, wasDeployed };
}

function isCardOf(version: string, { method, args }: Call): boolean {
  const isInChannel = method === 'chat.postMessage' && args['thread_ts'] === undefined;
  return isInChannel && String(args['text']).startsWith(`api ${version} → staging`);
}

const cameThrough = ({ watched }: Round) => (watched.mostPercent === 100 ? 1 : 0);
const lasted = ({ watched }: Round) => seconds(watched.begunAtMs, watched.takenBackAtMs);

/** Infinite where one of them never came. */
function seconds(fromMs: number | null, toMs: number | null): number {
  return fromMs === null || toMs === null ? Number.POSITIVE_INFINITY : (toMs - fromMs) / 1_000;
}

/** How long bad requests went on after it was taken back; none did: 0. */
function afterwards({ takenBackAtMs, lastBadAtMs }: Watched): number {
  return Math.max(0, seconds(takenBackAtMs, lastBadAtMs));
}
