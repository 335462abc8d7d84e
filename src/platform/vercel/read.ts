import { Failed } from '../../core/failure.ts';
import type { Standing } from '../platform.ts';
import { stagesOf } from './capabilities.ts';
import type { Client } from './client.ts';
import type { Deployment, Project } from './schema.ts';
import { standingOf } from './standing.ts';
import { type Traffic, trafficOf } from './traffic.ts';

export type Read = { readonly project: Project; readonly traffic: Traffic };

const DEPLOYMENTS = 20;

/** Who serves, asked of Vercel now. Rolling releases are asked for only where a project can have one. */
export async function readTraffic(client: Client): Promise<Read> {
  const project = await client.project();
  const rolling = stagesOf(project) === null ? null : await client.rolling();
  return { project, traffic: trafficOf(project, rolling) };
}

export async function readStanding(client: Client, nowMs: () => number): Promise<Standing> {
  const [{ project, traffic }, listed] = await Promise.all([
    readTraffic(client),
    client.deployments({ target: 'production', limit: DEPLOYMENTS }),
  ]);
  const missing = [...traffic.shares.keys()].filter((id) => !listed.some((one) => one.id === id));
  const older = await Promise.all(missing.map((id) => existing(client, id)));
  const deployments = [...listed, ...older.filter((one) => one !== null)];
  return standingOf(project, deployments, traffic, nowMs());
}

/** Null when it is gone. */
export async function existing(client: Client, id: string): Promise<Deployment | null> {
  try {
    return await client.deployment(id);
  } catch (error) {
    if (error instanceof Failed && error.failure.code === 'not-found') return null;
    throw error;
  }
}
