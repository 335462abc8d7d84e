import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { samplesFolder } from '../../src/local/samples/index.ts';
import { type LocalPlatform, localPlatform } from '../../src/platform/index.ts';
import type { LocalOptions } from '../../src/platform/local/index.ts';
import type { TrafficMember, TrafficWorld } from './platform-member.ts';
import { openRelay } from './platform-relay.ts';

export const local: TrafficMember = {
  name: 'local',
  does: 'stages',
  async open(): Promise<TrafficWorld> {
    const home = openHome();
    const relay = await openRelay();
    // The first look for a runner fails before it is relayed: nobody holds the folder yet.
    await localPlatform(home.options).start();
    const platform = localPlatform({ ...home.options, connect: relay.connect });
    return {
      platform,
      target: { id: 'api/staging', address: { service: 'api' } },
      versions: { good: 'v1', better: 'v2', crashing: 'v6', neverHealthy: 'v7' },
      foreignAddress: { service: 'api', region: 'eu' },
      calls: relay.calls,
      troubles: ['lose-answer', 'lose-call'],
      trouble: (next) => (next === 'lose-call' ? relay.loseNextCall() : relay.loseNextAnswer()),
      // Its processes come up by themselves; whoever waits for one asks until it has.
      settle: async () => undefined,
      async ask(requests, connections = 1) {
        const url = await platform.urlOf({ service: 'api', environment: 'staging' });
        const agent = new Agent({ keepAlive: true, maxSockets: connections });
        const answers = await Promise.all(Array.from({ length: requests }, () => answerOf(url, agent)));
        agent.destroy();
        return answers.map(({ release }) => release);
      },
      async close() {
        await platform.shutDown();
        await relay.close();
        home.remove();
      },
    };
  },
};

export type Home = {
  readonly folder: string;
  readonly options: LocalOptions;
  remove(): void;
};

/** A home folder of its own, with a runner that is never called unless a test does. */
export function openHome(): Home {
  const root = mkdtempSync(join(tmpdir(), 'slipway-platform-'));
  const folder = join(root, 'local');
  const options = {
    folder,
    servicesFolder: samplesFolder,
    temporaryFolder: root,
    nowMs: Date.now,
    pingMs: 600_000,
  };
  return { folder, options, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export type Answered = { readonly status: number; readonly release: string; readonly body: string };

export function answerOf(url: string, agent?: Agent): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asking = get(url, agent === undefined ? { agent: false } : { agent }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          release: String(answer.headers['x-slipway-release']),
          body: Buffer.concat(pieces).toString(),
        }),
      );
    });
    asking.on('error', reject);
  });
}

/** Whether anybody listens there at all. */
export function isListening(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

export type { LocalPlatform };
