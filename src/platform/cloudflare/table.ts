import { Failed } from '../../core/failure.ts';
import type { Share } from '../platform.ts';
import type { Row } from './standing.ts';

/** One deployment has so many versions at most. */
const ROWS_MAX = 2;
/** Steps of 0.01 (official description: the least percentage that is given). */
const STEPS = 100;

const refuse = (code: 'rejected' | 'conflict' | 'not-found', message: string) =>
  new Failed({ code, message, retryAfterMs: null });

/**
 * The table with one version more in it, which gets nothing yet; the same one when it is in it already. One that was
 * left in it without traffic makes room. @throws {Failed} where there is no room, or where it serves already
 */
export function withStaged(table: readonly Row[], versionId: string, name: string): readonly Row[] {
  const own = table.find((row) => row.versionId === versionId);
  if (own !== undefined && own.percent > 0) {
    throw refuse('conflict', `${name} has ${own.percent} % of the traffic already`);
  }
  if (own !== undefined) return table;
  const serving = table.filter(({ percent }) => percent > 0);
  if (serving.length === 0) {
    throw refuse('conflict', 'the first deployment of a Worker has to give one version all the traffic');
  }
  if (serving.length >= ROWS_MAX) {
    const who = serving.map((row) => `${row.versionId.slice(0, 8)} has ${row.percent} %`).join(' and ');
    throw refuse('conflict', `two versions share the traffic (${who}), and Cloudflare takes no third`);
  }
  return [...serving, { versionId, percent: 0 }];
}

/**
 * The table that these shares make. Each deployment replaces the whole table, so what is in it and not named stays in
 * it with nothing, as long as there is room. @throws {Failed} for shares that cannot be, before anything is sent
 */
export function withShares(table: readonly Row[], shares: readonly Share[]): readonly Row[] {
  refuseImpossible(shares);
  const inTable = new Set(table.map(({ versionId }) => versionId));
  const missing = shares.find(({ releaseId }) => !inTable.has(releaseId));
  if (missing !== undefined) {
    throw refuse('not-found', `${missing.releaseId} is not in the deployment: it has to be released first`);
  }
  const named = shares.map(({ releaseId, trafficPercent }) => ({
    versionId: releaseId,
    percent: trafficPercent,
  }));
  const rest = table
    .filter(({ versionId }) => shares.every(({ releaseId }) => releaseId !== versionId))
    .map(({ versionId }) => ({ versionId, percent: 0 }));
  return [...named, ...rest].slice(0, ROWS_MAX);
}

function refuseImpossible(shares: readonly Share[]): void {
  const sum = shares.reduce((total, { trafficPercent }) => total + trafficPercent, 0);
  const isStep = ({ trafficPercent }: Share) => {
    const steps = trafficPercent * STEPS;
    return trafficPercent >= 0 && trafficPercent <= 100 && Math.abs(steps - Math.round(steps)) < 1e-6;
  };
  if (sum === 0) throw refuse('rejected', 'Cloudflare cannot serve nobody: some version has all the traffic');
  if (!shares.every(isStep)) throw refuse('rejected', 'shares go from 0 to 100 in steps of 0.01');
  if (Math.abs(sum - 100) > 1e-6) throw refuse('rejected', `the shares add up to ${sum}, not to 100`);
  if (new Set(shares.map(({ releaseId }) => releaseId)).size < shares.length) {
    throw refuse('rejected', 'the shares name a version twice');
  }
  if (shares.length > ROWS_MAX) throw refuse('rejected', 'a deployment has two versions at most');
}

/** The table without one version; the same one when it is not in it. @throws {Failed} for one that serves people */
export function without(table: readonly Row[], versionId: string): readonly Row[] {
  const own = table.find((row) => row.versionId === versionId);
  if (own !== undefined && own.percent > 0) {
    throw refuse('conflict', `${versionId} still has ${own.percent} % of the traffic`);
  }
  return own === undefined ? table : table.filter((row) => row !== own);
}
