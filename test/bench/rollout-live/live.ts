import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { samplesFolder } from '../../../src/local/index.ts';
import { ledger, type Program, program, startProgram, type, until } from '../program.ts';
import { configuration, environmentOf, STAGE_SECONDS, STAGES } from './configuration.ts';
import { openPlaces, type Watched } from './place.ts';
import { type Options, optionsOf, type Round, roundsOf, versionOf } from './rounds.ts';
import { type Played, told } from './told.ts';

/** How long the old version runs alone before: some samples of it, or none. */
const HISTORY_MS = 180_000;
const FRESH_MS = 3_000;
const ENDS_WITHIN_MS = (STAGES.length + 1) * STAGE_SECONDS.bad * 2_000 + 240_000;
/** Whoever takes a release away lets what is under way be answered; later there is nothing to come. */
const TAIL_MS = 3_000;

/**
 * The real program with the local platform and real requests: how soon bad versions are taken back, and whether good ones
 * get through. Several places at once, each as if it were alone.
 */
export async function rolloutLive(words: readonly string[]): Promise<string> {
  const options = optionsOf(words);
  const rounds = roundsOf(options);
  const home = mkdtempSync(join(tmpdir(), 'slipway-bench-'));
  const file = join(home, 'slipway.yml');
  writeFileSync(file, configuration(rounds.length));
  const running = await startProgram({
    command: program,
    environment: { SLIPWAY_HOME: home, SLIPWAY_CONFIG: file, SLIPWAY_SERVICES: samplesFolder },
  });
  const places = openPlaces(home);
  try {
    return told(await playedAll(running, places, rounds, options));
  } finally {
    places.close();
    await running.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

type Places = ReturnType<typeof openPlaces>;

async function playedAll(
  running: Program,
  places: Places,
  rounds: readonly Round[],
  { lanes }: Options,
): Promise<Played[]> {
  const played: Played[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < rounds.length; index = next++) {
      const round = rounds[index];
      if (round === undefined) return;
      const done = await playedOnce(running, places, round, environmentOf(index)).catch((error: unknown) => {
        console.error(`${versionOf[round.kind]} → ${environmentOf(index)}: ${String(error)}`);
        return { ...round, watched: null };
      });
      played.push(done);
      console.error(`[${played.length}/${rounds.length}] ${said(done)}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return played;
}

async function playedOnce(
  { pageUrl }: Program,
  places: Places,
  round: Round,
  environment: string,
): Promise<Played> {
  const place = places.place(environment);
  const version = versionOf[round.kind];
  const seconds = round.kind === 'good' ? STAGE_SECONDS.good : STAGE_SECONDS.bad;
  await place.begin();
  try {
    await sleep(round.hasHistory ? HISTORY_MS : FRESH_MS);
    const follower = await place.follow();
    try {
      const bake = `--steps ${STAGES.join(',')} --bake ${seconds}s`;
      await type(pageUrl, `/deploy-canary api ${version} --env ${environment} ${bake}`);
      const isOver = () => follower.seen()?.isOver || null;
      await until(`the end of api ${version} in ${environment}`, ENDS_WITHIN_MS, isOver);
      await sleep(TAIL_MS);
    } finally {
      await follower.stop();
    }
    const watched = follower.seen();
    if (watched !== null && watched.takenBackAtMs !== null) console.error(await cardOf(pageUrl, environment));
    return { ...round, watched };
  } finally {
    await place.end();
  }
}

/** What people are told of it, for whoever looks on. */
async function cardOf(pageUrl: string, environment: string): Promise<string> {
  const isOfPlace = / → (\S+?):/;
  const calls = await ledger(pageUrl);
  const texts = calls
    .map(({ args }) => String(args['text']))
    .filter((text) => isOfPlace.exec(text)?.[1] === environment);
  return texts.findLast((text) => / after \d/.test(text)) ?? texts.at(-1) ?? '';
}

function said({ kind, hasHistory, watched }: Played): string {
  const past = hasHistory ? 'with a past' : 'fresh';
  if (watched === null) return `${kind}, ${past}: nothing came of it`;
  return `${kind}, ${past}: ${outcome(watched)}; ${watched.bad} bad requests, ${watched.mostPercent} % at most`;
}

function outcome({ begunAtMs, firstBadAtMs, takenBackAtMs }: Watched): string {
  if (takenBackAtMs === null) return 'deployed';
  const sinceMs = firstBadAtMs ?? begunAtMs ?? takenBackAtMs;
  const since = firstBadAtMs === null ? 'its first traffic' : 'its first bad request';
  return `taken back ${((takenBackAtMs - sinceMs) / 1_000).toFixed(1)} s after ${since}`;
}
