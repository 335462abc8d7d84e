import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { member, openDirectory } from '../../../../test/support/members.ts';
import { sourceAround } from '../../../../test/support/source-around.ts';
import type { Reply } from '../../../core/answer.ts';
import type { Catalog, Service } from '../../../core/catalog.ts';
import { Failed } from '../../../core/failure.ts';
import { plain } from '../../../core/text.ts';
import type { Site, Standing } from '../../../platform/platform.ts';
import { openSource } from '../../../source/index.ts';
import type { Source } from '../../../source/source.ts';
import { memoryStore } from '../../../store/memory/index.ts';
import type { EngineParts } from '../../parts.ts';
import { patience } from '../../patience.ts';
import { compare } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'slipway-compare-'));
afterAll(() => rmSync(folder, { recursive: true }));

const target = (environment: string) => ({
  environment,
  platform: 'memory',
  address: { service: 'web' },
  strategy: 'rolling',
  pace: { trafficPercents: [], observeMs: 1_000, releaseDeadlineMs: 60_000, keepMs: 60_000 },
  gates: [],
  criteria: null,
});
const service = (name: string, hasSource: boolean, ...environments: string[]): Service => ({
  name,
  summary: '',
  needs: [],
  source: hasSource ? { kind: 'changelog', settings: { file: `${name}.json` } } : null,
  targets: environments.map(target),
});
const catalog: Catalog = {
  version: 'c1',
  services: [
    service('web', true, 'staging', 'production'),
    service('api', false, 'staging', 'production'),
    service('cron', true, 'staging'),
  ],
  environments: [
    { name: 'staging', channel: 'C1', isProtected: false, approval: null },
    { name: 'production', channel: 'C1', isProtected: true, approval: null },
  ],
  people: [],
  emergency: { channels: [], reviewWithinMs: 259_200_000 },
  groups: [],
  grants: [{ role: 'viewer', people: ['U1'], services: '*', environments: '*' }],
};

/** v1 ← v2 ← … ← v4; v2 has 288 commits, so that a wrong baseline is seen at once. */
const commits = (version: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `${version}-${count - index}`,
    author: index % 3 === 0 ? 'Ben' : 'Ada',
    title: `Change ${count - index} of ${version}`,
    at: '2026-11-02T09:00:00Z',
  }));
const nothing = { added: [], removed: [], changed: [] };
writeFileSync(
  join(folder, 'web.json'),
  JSON.stringify({
    releases: [
      { version: 'v4', commits: commits('v4', 1), migrations: [], configuration: nothing },
      {
        version: 'v3',
        commits: commits('v3', 20),
        migrations: [{ id: '0003-drop-notes', phase: 'contract', isReversible: false }],
        configuration: { ...nothing, added: ['LIMIT'], removed: ['OLD_URL'] },
      },
      { version: 'v2', commits: commits('v2', 288), migrations: [], configuration: nothing },
      { version: 'v1', commits: [], migrations: [], configuration: nothing },
    ],
  }),
);

type Shares = Record<string, number>;
let runs: Record<string, Shares | 'broken'>;

beforeEach(() => {
  runs = {
    'web/staging': { v3: 100 },
    'web/production': { v2: 100 },
    'api/staging': { v1: 100 },
    'api/production': { v1: 100 },
    'cron/staging': { v1: 100 },
  };
});

function siteOf(id: string): Site {
  const site: Partial<Site> = {
    async look(): Promise<Standing> {
      const shares = runs[id] ?? {};
      if (shares === 'broken')
        throw new Failed({ code: 'unavailable', message: 'it is asleep', retryAfterMs: 1_000 });
      const releases = Object.entries(shares).map(([name, trafficPercent]) => ({
        releaseId: name,
        version: { name, commit: null },
        trafficPercent,
        health: 'healthy' as const,
        say: '',
        url: null,
        intentId: null,
      }));
      return { atMs: 1_000, frontDoor: null, releases };
    },
    versions: async () => ['v9', 'v1'].map((name) => ({ name, commit: null, note: null, createdAtMs: null })),
  };
  return site as Site;
}

/** What a source may know besides. */
let knowsMore: Pick<Source, 'alerts'> = {};
beforeEach(() => {
  knowsMore = {};
});

async function ask(named: string | null, base: string, head: string, who = 'U1'): Promise<Reply> {
  const silent = () => undefined;
  const parts: EngineParts = {
    store: memoryStore({ nowMs: () => 1_000 }),
    catalog: () => catalog,
    siteOf: ({ id }) => siteOf(id),
    directory: openDirectory,
    sourceOf: ({ source }) =>
      source === null ? null : { ...openSource(source, sourceAround(folder)), ...knowsMore },
    bell: { ring: silent },
    clock: { nowMs: () => 1_000, sleep: async () => undefined },
    random: Math.random,
    probe: async () => null,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    patience,
    stopping: new AbortController().signal,
    owner: 'this',
  };
  return compare(
    { parts, visitor: { actor: member(who), channel: null, key: 'k' } },
    { service: named, base, head },
  );
}

const said = (reply: Reply) =>
  reply.kind === 'refusal' ? plain([...reply.message, ' ', ...(reply.next ?? [])]) : reply.sentence;
const offered = (reply: Reply) => reply.offers?.map(({ text }) => text);
const table = (reply: Reply) =>
  reply.kind === 'answer' ? reply.parts.find((part) => part.kind === 'table') : undefined;
const facts = (reply: Reply) =>
  reply.kind === 'answer'
    ? reply.parts.flatMap((part) =>
        part.kind === 'facts' ? part.facts.map(({ name, value }) => `${name}: ${plain(value)}`) : [],
      )
    : [];
const notes = (reply: Reply) =>
  reply.kind === 'answer'
    ? reply.parts.flatMap((part) => (part.kind === 'note' ? [plain(part.text)] : []))
    : [];

test('the way to a version begins at what really runs: 20 commits, and not the 308 since the first version', async () => {
  const reply = await ask('web', 'production', 'v3');
  expect(said(reply)).toBe(
    'web: v3 has what production (v2) has not: 20 commits by Ada and Ben, 1 migration, LIMIT added, OLD_URL removed.',
  );
  expect(table(reply)?.rows).toHaveLength(20);
  expect(facts(reply)).toContain('Runs in production: v2, read from memory 1970-01-01 00:00 UTC');
  expect(said(await ask('web', 'v1', 'v3'))).toContain('308 commits');
});

test('migrations are told with what they break and whether they can be undone', async () => {
  expect(facts(await ask('web', 'v2', 'v3'))).toContain(
    'Migrations: 0003-drop-notes (contract: what runs before it may break, cannot be undone)',
  );
});

test('what the source cut off is said, and how many there are all the same', async () => {
  const reply = await ask('web', 'v1', 'v3');
  expect(table(reply)?.rows).toHaveLength(20);
  expect(notes(reply)).toEqual([
    '288 older commits are not listed here.',
    'The source gave less than there is: authors, files, migrations and configuration keys may be missing too.',
  ]);
});

test('what is unsafe there is told where the source knows of it', async () => {
  expect(facts(await ask('web', 'v2', 'v3')).join()).not.toContain('Alerts');
  knowsMore = { alerts: async () => ({ state: 'open', kinds: [], say: '2 open alerts of code' }) };
  expect(facts(await ask('web', 'v2', 'v3'))).toContain('Alerts now: 2 open alerts of code');
});

test('a reversed range says what the other lacks, and offers to turn it around', async () => {
  const reply = await ask('web', 'staging', 'production');
  expect(said(reply)).toContain(
    'web: production (v2) is behind staging (v3) and has nothing that it has not. What production (v2) lacks: 20 commits',
  );
  expect(offered(reply)).toEqual(['web production..staging']);
});

test('a version and itself are the same', async () => {
  expect(said(await ask('web', 'v2', 'production'))).toBe('web: v2 and production (v2) are the same.');
});

test('a version that nobody knows is answered with what was meant', async () => {
  const reply = await ask('web', 'v2', 'v33');
  expect(said(reply)).toContain('web has no version, and no environment, named v33.');
  expect(offered(reply)).toEqual(['web v2..v3', 'web v2..v1', 'web v2..v4']);
  expect(offered(await ask('web', 'stagin', 'v3'))).toEqual(['web staging..v3']);
  expect(offered(await ask('wbe', 'v1', 'v2'))).toEqual(['web v1..v2']);
});

test('a version that only the platform has is compared by name, and it is said that no more is known', async () => {
  expect(said(await ask('web', 'v2', 'v9'))).toBe(
    'web: v2 and v9 are two versions. What lies between them is not known: the changelog of web knows no v9.',
  );
});

test('without a source versions are compared by name, and nothing is made up', async () => {
  const reply = await ask('api', 'staging', 'production');
  expect(said(reply)).toBe(
    'api: staging (v1) and production (v1) are the same version by name. What lies between them is not known: no source is configured for api.',
  );
  expect(notes(reply)).toEqual(['Whoever looks after slipway.yml can add source to api.']);
});

test('a changelog that cannot be read is not an empty one', async () => {
  const reply = await ask('cron', 'staging', 'v9');
  expect(reply.kind).toBe('answer');
  expect(said(reply)).toContain('What lies between them is not known: the changelog');
});

test('where traffic is split, the largest share is compared, and that is said', async () => {
  runs['web/production'] = { v2: 75, v3: 25 };
  expect(facts(await ask('web', 'production', 'v3'))[0]).toBe(
    'Runs in production: v2 75 % and v3 25 %; compared is v2, which has the largest share, read from memory 1970-01-01 00:00 UTC',
  );
});

test('a platform that does not answer is named, and nothing is guessed', async () => {
  runs['web/production'] = 'broken';
  expect(said(await ask('web', 'production', 'v3'))).toContain(
    'What runs in production is not known: memory says it is asleep.',
  );
  expect(table(await ask(null, 'staging', 'production'))?.rows[0]).toEqual([
    'web',
    'v3',
    'What runs in production is not known: memory says it is asleep.',
    'not known',
  ]);
});

test('two environments are compared service by service', async () => {
  const reply = await ask(null, 'production', 'staging');
  expect(table(reply)?.rows).toEqual([
    ['web', 'v2', 'v3', '20 commits more, 1 migration'],
    ['api', 'v1', 'v1', 'the same by name'],
    ['cron', 'does not run there', 'v1', 'cannot be compared'],
  ]);
  expect(said(reply)).toBe('Between production and staging 2 of 3 services differ: web, cron.');
  expect(offered(reply)).toEqual(['web production..staging']);
});

test('an environment and itself are not compared', async () => {
  expect(said(await ask(null, 'staging', 'staging'))).toContain('Both ends are staging.');
});

test('versions without a service are answered with the environments that there are', async () => {
  expect(said(await ask(null, 'v1', 'v2'))).toContain('There is no environment named v1.');
  expect(offered(await ask(null, 'staging', 'producton'))).toEqual(['staging..production']);
});

test('who may not look learns nothing', async () => {
  for (const reply of [await ask('web', 'v1', 'v2', 'U2'), await ask(null, 'staging', 'production', 'U2')]) {
    expect(reply).toMatchObject({ kind: 'refusal', code: 'not-allowed' });
    expect(said(reply)).not.toContain('v2');
  }
});
