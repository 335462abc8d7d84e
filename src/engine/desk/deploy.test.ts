import { beforeEach, describe, expect, test } from 'vitest';
import { member, openDirectory } from '../../../test/support/members.ts';
import { everything } from '../../../test/support/plans.ts';
import type { Reply } from '../../core/answer.ts';
import type { Catalog } from '../../core/catalog.ts';
import { usual } from '../../core/desk.ts';
import type { DeploymentEvent, Outcome } from '../../core/event.ts';
import { isRefusal } from '../../core/refusal.ts';
import { plain } from '../../core/text.ts';
import type { Site, Standing } from '../../platform/platform.ts';
import { memoryStore } from '../../store/memory/index.ts';
import type { Store } from '../../store/store.ts';
import type { EngineParts } from '../parts.ts';
import { patience } from '../patience.ts';
import { openDesk } from './index.ts';

const target = {
  environment: 'staging',
  platform: 'memory',
  address: { service: 'web' },
  strategy: 'rolling',
  pace: { trafficPercents: [50], observeMs: 1_000, releaseDeadlineMs: 60_000, keepMs: 60_000 },
  gates: [],
  criteria: null,
};
const catalog: Catalog = {
  version: 'c1',
  services: [{ name: 'web', summary: '', needs: [], source: null, targets: [target] }],
  environments: [{ name: 'staging', channel: 'C1', isProtected: false, approval: null }],
  people: [],
  emergency: { channels: [], reviewWithinMs: 259_200_000 },
  groups: [],
  grants: [{ role: 'deployer', people: ['U1'], services: '*', environments: '*' }],
};

const shares = (...trafficPercents: number[]): Standing => ({
  atMs: 0,
  frontDoor: null,
  releases: trafficPercents.map((trafficPercent, index) => ({
    releaseId: `r${index + 1}`,
    version: { name: `v${index + 1}`, commit: null },
    trafficPercent,
    health: 'healthy',
    say: '',
    url: null,
    intentId: null,
  })),
});

let store: Store;
/** What the platform answers; may do something first, as the world does while one asks. */
let look: () => Promise<Standing>;
let keys = 0;

beforeEach(() => {
  store = memoryStore({ nowMs: () => 1_000 });
  look = async () => shares(100);
});

async function orders(ref: string): Promise<Reply> {
  const site: Partial<Site> = {
    look: () => look(),
    capabilities: async () => everything,
    versions: async () =>
      ['v1', 'v2', 'v3'].map((name) => ({ name, commit: null, note: null, createdAtMs: null })),
  };
  const silent = () => undefined;
  const parts: EngineParts = {
    store,
    catalog: () => catalog,
    siteOf: () => site as Site,
    directory: openDirectory,
    sourceOf: () => null,
    bell: { ring: silent },
    clock: { nowMs: () => 1_000, sleep: async () => undefined },
    random: Math.random,
    probe: async () => null,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    patience,
    stopping: new AbortController().signal,
    owner: 'this',
  };
  keys += 1;
  const visitor = { actor: member('U1'), channel: null, key: `k${keys}` };
  const order = {
    service: 'web',
    environment: 'staging',
    ref,
    ...usual,
    as: { command: 'deploy-staging', verb: null, isEnvironmentNamed: false, isStrategyFixed: false },
  };
  return openDesk(parts, visitor).deploy(order);
}

async function begins(ref: string): Promise<string> {
  const reply = await orders(ref);
  const [deploymentId] = isRefusal(reply) ? [] : (reply.deploymentIds ?? []);
  if (deploymentId === undefined) throw new Error(`It was not begun: ${JSON.stringify(reply)}`);
  return deploymentId;
}

async function ends(deploymentId: string, outcome: Outcome): Promise<void> {
  const claim = await store.journal.claim(deploymentId, 'this', 1_000);
  if (claim === null) throw new Error(`${deploymentId} has ended`);
  const end = { outcome, report: { markdown: '', json: '{}' }, believed: [] };
  const events: DeploymentEvent[] = [{ kind: 'finished', outcome, because: '' }];
  expect(await store.journal.append(claim, 1, { events, notices: [], end })).toBe('written');
}

async function refusal(ref: string): Promise<{ code: string; said: string; offers: string[] }> {
  const reply = await orders(ref);
  if (!isRefusal(reply)) throw new Error(`It was begun: ${reply.sentence}`);
  const { code, message, offers = [] } = reply;
  return { code, said: plain(message), offers: offers.map(({ label }) => label) };
}

test('an order that is handled again, because a crash took its answer along, is answered as it was', async () => {
  const again = async () => {
    keys -= 1;
    return orders('v2');
  };
  const first = await orders('v2');
  const second = await again();
  expect(isRefusal(first)).toBe(false);
  expect(second).toMatchObject({
    kind: 'answer',
    deploymentIds: isRefusal(first) ? [] : first.deploymentIds,
  });
});

describe('an order for a place whose traffic is split', () => {
  test('is told which of ours is under way there', async () => {
    const id = await begins('v2');
    look = async () => shares(50, 50);
    expect(await refusal('v3')).toEqual({
      code: 'target-busy',
      said: `web/staging is being deployed to by ${id}.`,
      offers: [`Show ${id}`, 'Join the line'],
    });
  });

  test('is told so even when it ends, or begins, while the platform is asked', async () => {
    const first = await begins('v2');
    look = async () => {
      await ends(first, 'deployed');
      return shares(50, 50);
    };
    expect(await refusal('v3')).toMatchObject({ said: `web/staging is being deployed to by ${first}.` });
    look = async () => shares(100);
    const second: string[] = [];
    look = async () => {
      look = async () => shares(100);
      second.push(await begins('v2'));
      return shares(50, 50);
    };
    expect(await refusal('v3')).toMatchObject({ said: `web/staging is being deployed to by ${second[0]}.` });
  });

  test('is told which of ours left it so, for a person to look at', async () => {
    const id = await begins('v2');
    await ends(id, 'needs-human');
    look = async () => shares(50, 50);
    expect(await refusal('v3')).toEqual({
      code: 'target-held',
      said: `web/staging is held: ${id} ended there in a state that a person has to look at.`,
      offers: [`Show ${id}`, 'Join the line'],
    });
  });

  test('is told that nothing of ours is at it only when that is so', async () => {
    await ends(await begins('v2'), 'deployed');
    look = async () => shares(50, 50);
    expect(await refusal('v3')).toEqual({
      code: 'target-held',
      said: 'The traffic of web/staging is split: v1 50 %, v2 50 %. Nothing of ours is at it.',
      offers: ['Give v1 all traffic', 'Give v2 all traffic'],
    });
  });
});
