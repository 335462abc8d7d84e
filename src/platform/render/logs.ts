import type { LogLine, LogQuery } from '../platform.ts';
import type { Client } from './client.ts';
import type { Deploy, Line, Service } from './schema.ts';
import { versionOf } from './version.ts';

const PAGES_MAX = 20;
const DEPLOYS = 50;

/** The newest lines that were asked for, oldest first. */
export async function readLogs(client: Client, service: Service, query: LogQuery): Promise<LogLine[]> {
  const deploys = await client.deploys(DEPLOYS);
  const lines: LogLine[] = [];
  const seen = new Set<string>();
  let window: Record<string, string> = { startTime: new Date(query.sinceMs).toISOString() };
  for (let page = 0; page < PAGES_MAX && lines.length < query.linesMax; page++) {
    const answer = await client.logs({ ownerId: service.ownerId, direction: 'backward', ...window });
    // Pages meet at a moment, and what was said in it may be on both.
    const fresh = answer.logs.filter(({ id }) => !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    lines.push(...fresh.flatMap((line) => chosen(line, deploys, query)));
    if (!answer.hasMore || answer.logs.length === 0) break;
    window = { startTime: answer.nextStartTime, endTime: answer.nextEndTime };
  }
  return lines.toSorted((a, b) => a.atMs - b.atMs).slice(-query.linesMax);
}

function chosen(line: Line, deploys: readonly Deploy[], query: LogQuery): LogLine[] {
  const atMs = Date.parse(line.timestamp);
  const level = levelOf(line);
  const deploy = deployOf(deploys, atMs, labelOf(line, 'type') === 'build');
  const isWanted =
    atMs >= query.sinceMs &&
    (query.releaseId === null || deploy?.id === query.releaseId) &&
    (query.level === null || level === query.level) &&
    (query.contains === null || line.message.includes(query.contains));
  const version = deploy === null ? 'unknown' : versionOf(deploy).name;
  return isWanted ? [{ atMs, level, version, text: line.message }] : [];
}

/**
 * Whose line it is: Render names no deploy with one. What a build says belongs to the deploy that was being made then,
 * everything else to the newest one that had come up by then; a minute of changing over belongs to nobody for certain.
 */
export function deployOf(deploys: readonly Deploy[], atMs: number, isBuild: boolean): Deploy | null {
  const began = deploys.filter(({ createdAt }) => Date.parse(createdAt ?? '') <= atMs);
  const building = began.find(({ finishedAt }) => finishedAt == null || Date.parse(finishedAt) >= atMs);
  if (isBuild) return building ?? began[0] ?? null;
  const cameUp = began.find(
    ({ status, finishedAt }) =>
      (status === 'live' || status === 'deactivated') && Date.parse(finishedAt ?? '') <= atMs,
  );
  return cameUp ?? building ?? null;
}

function levelOf(line: Line): LogLine['level'] {
  switch (labelOf(line, 'level')) {
    case 'info':
    case 'notice':
      return 'info';
    case 'warning':
    case 'warn':
      return 'warn';
    case 'error':
    case 'critical':
    case 'alert':
    case 'emergency':
      return 'error';
    default:
      return null;
  }
}

function labelOf({ labels }: Line, name: string): string | null {
  return labels.find((label) => label.name === name)?.value ?? null;
}
