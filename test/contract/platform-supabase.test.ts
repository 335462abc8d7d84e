import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failed, type Failure } from '../../src/core/failure.ts';
import type { Platform, Site } from '../../src/platform/platform.ts';
import { supabase } from '../../src/platform/supabase/index.ts';
import { aroundWith } from '../stand-in/around.ts';
import { openSupabase, PROJECT, type SupabaseStandIn } from '../stand-in/supabase/index.ts';

const SLUG = 'orders';
const address = { project: PROJECT, function: SLUG };
const ALL = { releaseId: null, sinceMs: 0, linesMax: 100, contains: null, level: null } as const;

let stand: SupabaseStandIn;
let folder: string;
let platform: Platform;
let site: Site;
beforeEach(async () => {
  stand = await openSupabase();
  folder = mkdtempSync(join(tmpdir(), 'slipway-supabase-'));
  for (const version of ['v1', 'v2', 'v3']) bundle(version, `export default '${version}'`);
  open();
});
afterEach(async () => {
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
  await stand.close();
});

function bundle(version: string, source: string): void {
  mkdirSync(join(folder, 'bundles', version), { recursive: true });
  writeFileSync(join(folder, 'bundles', version, `${SLUG}.ts`), source);
}

/** Everything that a process remembers is gone with it. */
function open(): void {
  const around = { ...aroundWith('not-a-real-token'), folder: join(folder, 'kept') };
  const settings = {
    token: 'env:SUPABASE_ACCESS_TOKEN',
    bundles: join(folder, 'bundles'),
    baseUrl: stand.url,
  };
  platform = supabase.open('edge', settings, around);
  site = platform.site({ id: 'orders/staging', address });
}

let counted = 0;
const intent = (direction = 'forward', deploymentId = 'd-00000001') => {
  counted += 1;
  return { id: `${deploymentId}/replace.orders/staging/${direction}/${counted}`, deploymentId };
};
const version = (name: string) => ({ name, commit: null });
const sought = (doing: 'replace' | 'restore', name: string) => ({
  doing,
  version: version(name),
  sinceMs: Date.now() - 1_000,
});
async function failureOf(doing: Promise<unknown>): Promise<Failure> {
  const error = await doing.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failed)) throw new Error(`expected a Failed and got ${error}`);
  return error.failure;
}
const replace = async (name: string) => (await site.replace!(intent(), version(name))).releaseId;
const running = async () => (await site.look()).releases[0];
const source = () => String(stand.bodies.get(SLUG)).split('\0')[1];
const changes = () => stand.calls({ method: ['POST', 'PATCH', 'DELETE'] });

describe('an edge function', () => {
  test('stands nowhere before it is deployed, and is what was deployed after', async () => {
    expect((await site.look()).releases).toEqual([]);
    const order = intent();
    const { releaseId } = await site.replace!(order, version('v1'));
    expect(await running()).toMatchObject({
      releaseId,
      version: { name: 'v1' },
      trafficPercent: 100,
      health: 'healthy',
      intentId: order.id,
      url: `https://${PROJECT}.supabase.co/functions/v1/orders`,
    });
    expect(source()).toBe(`export default 'v1'`);
  });

  test('is deployed under its slug: no second function comes up beside it', async () => {
    await replace('v1');
    await replace('v2');
    expect([...stand.functions.keys()]).toEqual([SLUG]);
  });

  test('is put back as the very bundle that ran, though the bundler would make another one of the same source', async () => {
    const first = await replace('v1');
    const bytes = stand.bodies.get(SLUG);
    await replace('v2');
    open();
    const back = { releaseId: first, version: version('v1'), insteadOf: null };
    const { releaseId } = await site.restore!(intent('backward'), back);
    expect(stand.bodies.get(SLUG)?.equals(bytes!)).toBe(true);
    expect(await running()).toMatchObject({ releaseId, version: { name: 'v1' }, health: 'healthy' });
    expect(stand.functions.get(SLUG)?.version).toBe(3);
  });

  test('goes back and forth any number of times', async () => {
    const first = await replace('v1');
    const second = await replace('v2');
    await site.restore!(intent('backward'), { releaseId: first, version: version('v1'), insteadOf: second });
    await site.restore!(intent('forward'), { releaseId: second, version: version('v2'), insteadOf: null });
    expect(source()).toBe(`export default 'v2'`);
  });

  test('can be put back when somebody else had deployed it before us', async () => {
    stand.deployOutside(SLUG, 'theirs');
    const theirs = await running();
    expect(theirs).toMatchObject({ version: { name: '#1' }, intentId: null });
    await replace('v1');
    await site.restore!(intent('backward'), {
      releaseId: theirs!.releaseId,
      version: theirs!.version,
      insteadOf: null,
    });
    expect(source()).toBe('theirs');
    expect((await running())?.version.name).toBe('#1');
  });

  test('is not called again when what was before is what runs', async () => {
    const first = await replace('v1');
    const { length } = changes();
    const back = { releaseId: first, version: version('v1'), insteadOf: null };
    expect(await site.restore!(intent('backward'), back)).toEqual({ releaseId: first });
    expect(changes()).toHaveLength(length);
  });

  test('cannot be put back when it was not kept: said plainly, and nothing is sent', async () => {
    const first = await replace('v1');
    await replace('v2');
    rmSync(join(folder, 'kept'), { recursive: true });
    const { length } = changes();
    const back = { releaseId: first, version: version('v1'), insteadOf: null };
    const failure = await failureOf(site.restore!(intent('backward'), back));
    expect(failure).toMatchObject({ code: 'not-found', message: expect.stringContaining('was not kept') });
    expect(failure.message).toContain('Deploy v1 again');
    expect(changes()).toHaveLength(length);
  });

  test('is not put back from a bundle that is not whole any more', async () => {
    const first = await replace('v1');
    await replace('v2');
    const kept = join(folder, 'kept', PROJECT, SLUG);
    for (const name of readdirSync(kept).filter((each) => each.endsWith('.eszip'))) {
      writeFileSync(join(kept, name), 'half');
    }
    const back = { releaseId: first, version: version('v1'), insteadOf: null };
    expect((await failureOf(site.restore!(intent('backward'), back))).code).toBe('not-found');
    expect(source()).toBe(`export default 'v2'`);
  });

  test('is not replaced before what runs is kept', async () => {
    await replace('v1');
    for (let times = 0; times < 3; times++) stand.failNext(503, { path: /\/body$/ });
    expect((await failureOf(site.replace!(intent(), version('v2')))).code).toBe('unavailable');
    writeFileSync(join(folder, 'kept'), 'a file where the folder should be');
    expect(await failureOf(site.replace!(intent(), version('v2')))).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('nothing was deployed'),
    });
    expect(changes()).toHaveLength(1);
    expect(source()).toBe(`export default 'v1'`);
  });

  test('refuses staging and shares without a word to Supabase', async () => {
    const can = await site.capabilities();
    expect(can).toMatchObject({
      staged: { can: false },
      traffic: { can: false },
      maintenance: { can: false },
    });
    const { length } = stand.calls();
    for (const doing of [
      site.release(intent(), version('v1')),
      site.route(intent(), []),
      site.retire(intent(), '1.unknown'),
    ]) {
      expect((await failureOf(doing)).code).toBe('unsupported');
    }
    expect(await site.measure('1.unknown')).toBeNull();
    expect(stand.calls()).toHaveLength(length);
  });

  test('names the closest version when there is none of that name, and never leaves its folder', async () => {
    expect(await failureOf(site.replace!(intent(), version('v2x')))).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('did you mean v2?'),
    });
    for (const name of ['../v1', '..', 'v1/../v1', '/etc', '']) {
      expect((await failureOf(site.replace!(intent(), version(name)))).code).toBe('not-found');
    }
    expect(stand.calls()).toEqual([]);
  });

  test('says what Supabase says of source that it cannot bundle, and leaves what runs', async () => {
    await replace('v1');
    bundle('v4', 'SYNTAX ERROR');
    expect(await failureOf(site.replace!(intent(), version('v4')))).toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('Expected a semicolon'),
    });
    expect((await running())?.version.name).toBe('v1');
  });

  test('offers what CI put there, newest first, and its commit where it is called so', async () => {
    const commit = '0123456789abcdef0123456789abcdef01234567';
    mkdirSync(join(folder, 'bundles', 'without-this-function'));
    bundle(commit, 'x');
    const offered = await site.versions(100);
    expect(offered).toHaveLength(4);
    expect(offered.find(({ name }) => name === commit)?.commit).toBe(commit);
    expect(await site.versions(2)).toHaveLength(2);
  });
});

describe('a call whose answer was lost', () => {
  test('is found by the name that it gave the function, also by another process', async () => {
    const lost = intent();
    stand.failNext('lose-answer', { method: 'POST' });
    expect((await failureOf(site.replace!(lost, version('v1')))).code).toBe('outcome-unknown');
    open();
    expect(await site.find(lost, sought('replace', 'v1'))).toEqual({
      kind: 'found',
      releaseId: (await running())?.releaseId,
    });
    expect(stand.functions.get(SLUG)?.version).toBe(1);
  });

  test('is absent when it never arrived', async () => {
    const never = intent();
    stand.failNext('lose-call', { method: 'POST' });
    expect((await failureOf(site.replace!(never, version('v1')))).code).toBe('outcome-unknown');
    expect(await site.find(never, sought('replace', 'v1'))).toEqual({ kind: 'absent' });
  });

  test('is absent when an earlier call of the same deployment was the last to arrive', async () => {
    const first = await replace('v1');
    await replace('v2');
    const never = intent('backward');
    stand.failNext('lose-call', { method: 'PATCH' });
    await failureOf(site.restore!(never, { releaseId: first, version: version('v1'), insteadOf: null }));
    expect(await site.find(never, sought('restore', 'v1'))).toEqual({ kind: 'absent' });
  });

  test("is a person's to judge when somebody else has deployed since", async () => {
    await replace('v1');
    const never = intent();
    stand.failNext('lose-call', { method: 'POST' });
    await failureOf(site.replace!(never, version('v2')));
    stand.deployOutside(SLUG, 'theirs');
    expect(await site.find(never, sought('replace', 'v2'))).toMatchObject({
      kind: 'ambiguous',
      say: expect.stringContaining('somebody else'),
    });
  });

  test('has the same release as the one that is seen, though the answer leaves the hash out', async () => {
    const withoutHash = (json: unknown) => ({ ...(json as object), ezbr_sha256: undefined });
    stand.failNext({ mutate: withoutHash }, { method: 'POST' });
    expect(await replace('v1')).toBe((await running())?.releaseId);
    stand.failNext({ mutate: withoutHash }, { method: 'POST' });
    stand.failNext({ mutate: (json) => json }, { method: 'GET', path: /\/functions\/orders$/ });
    stand.failNext('nonsense', { method: 'GET', path: /\/functions\/orders$/ });
    const lost = intent();
    expect((await failureOf(site.replace!(lost, version('v2')))).code).toBe('outcome-unknown');
    expect((await site.find(lost, sought('replace', 'v2'))).kind).toBe('found');
  });
});

describe('how it is', () => {
  test.each([
    ['ACTIVE_HEALTHY', 'healthy', 100],
    ['ACTIVE_UNHEALTHY', 'unhealthy', 100],
    ['RESTARTING', 'starting', 100],
    ['INACTIVE', 'unhealthy', 0],
    ['PAUSING', 'unhealthy', 0],
    ['REMOVED', 'gone', 0],
    ['UNKNOWN', 'unknown', 100],
  ])('depends on the project: %s is %s', async (status, health, trafficPercent) => {
    await replace('v1');
    stand.project.status = status;
    expect(await running()).toMatchObject({ health, trafficPercent });
  });

  test('asks for the health of named parts, because Supabase answers nothing without', async () => {
    await replace('v1');
    await running();
    const [asked] = stand.calls({ path: /\/health$/ });
    expect(asked?.query.getAll('services')).toEqual(['db']);
    const many = platform.site({
      id: 'orders/staging',
      address: { ...address, needs: ['db', 'auth', 'rest'] },
    });
    stand.health.set('rest', { healthy: false, status: 'UNHEALTHY', error: 'PGRST002' });
    expect((await many.look()).releases[0]).toMatchObject({
      health: 'unhealthy',
      say: 'rest is UNHEALTHY: PGRST002',
    });
    expect(
      stand
        .calls({ path: /\/health$/ })
        .at(-1)
        ?.query.getAll('services'),
    ).toEqual(['db', 'auth', 'rest']);
  });

  test('is unknown in words that we do not know', async () => {
    await replace('v1');
    stand.failNext(
      { mutate: (json) => ({ ...(json as object), status: 'SUPER' }) },
      { path: /\/functions\/orders$/ },
    );
    expect((await running())?.health).toBe('unknown');
    stand.failNext(
      { mutate: (json) => ({ ...(json as object), status: 'THROTTLED' }) },
      { path: /\/functions\/orders$/ },
    );
    expect((await running())?.health).toBe('unhealthy');
  });

  test.each([500, 503, 'truncate', 'nonsense'] as const)(
    'is not told by an answer that went wrong: %s',
    async (fault) => {
      await replace('v1');
      for (let times = 0; times < 3; times++) stand.failNext(fault, { path: /\/functions\/orders$/ });
      expect(['unavailable', 'misunderstood']).toContain((await failureOf(site.look())).code);
    },
  );
});

describe('around a function', () => {
  test('secrets are compared by a hash of the digest that Supabase gives, and its own are left out', async () => {
    stand.secrets.push({ name: 'STRIPE', value: 'digest' }, { name: 'SUPABASE_URL', value: 'x' });
    const settings = await site.settings?.();
    expect(settings).toEqual([
      { key: 'STRIPE', isSecret: true, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    const production = platform.site({ id: 'orders/production', address });
    expect(await production.settings?.()).toEqual(settings);
    expect(JSON.stringify(settings)).not.toContain('digest');
  });

  test('logs go back a day at most, and nothing that people type gets into the question', async () => {
    await replace('v1');
    const at = Date.now() - 1_000;
    const row = (over: object) => ({
      timestamp: at * 1_000,
      event_message: 'hello',
      level: 'info',
      version: '1',
      ...over,
    });
    stand.logRows.push(
      row({}),
      row({ level: 'error', event_message: 'Bearer abcdefghijklmnop', version: '2' }),
      { odd: 1 },
    );
    const lines = await site.logs({ ...ALL, contains: "' or 1=1" });
    expect(lines).toEqual([]);
    const [asked] = stand.calls({ path: /logs\.all$/ });
    expect(asked?.query.get('sql')).not.toContain('1=1');
    expect(Date.parse(asked!.query.get('iso_timestamp_start')!)).toBeGreaterThan(Date.now() - 25 * 3_600_000);
    expect((await site.logs(ALL)).map(({ text }) => text)).toEqual(['hello', 'Bearer [redacted]']);
    expect(await site.logs({ ...ALL, level: 'error' })).toHaveLength(1);
    expect(await site.logs({ ...ALL, releaseId: '2.0123456789ab' })).toHaveLength(1);
    stand.logError = 'Query timed out';
    expect(await failureOf(site.logs(ALL))).toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('timed out'),
    });
  });

  test('what stays when it is taken back says how old the last backup is', async () => {
    const leaves = async () => {
      const { rollback } = await site.capabilities();
      return rollback.can ? rollback.how.leaves.join() : '';
    };
    expect(await leaves()).toContain('has no backup');
    stand.backups.backups.push({
      id: 1,
      is_physical_backup: true,
      status: 'COMPLETED',
      inserted_at: '2026-11-20T03:00:00Z',
    });
    expect(await leaves()).toContain('2026-11-20T03:00:00Z');
    stand.backups.pitr_enabled = true;
    expect(await leaves()).toContain('point in time');
    stand.failNext({ status: 403 }, { path: /backups$/ });
    expect(await leaves()).toContain('everything that was written');
  });

  test('migrations are never asked for: that part of the API is for partners alone', async () => {
    await replace('v1');
    await running();
    await site.capabilities();
    expect(stand.calls({ path: /migrations/ })).toEqual([]);
    const { replace: how } = await site.capabilities();
    expect(how?.can === true && how.caveats.some((each) => each.includes('migrations'))).toBe(true);
  });
});

describe('a preview', () => {
  const asked = { version: version('v2'), endsAtMs: null };

  test('is a branch that can be listed and destroyed', async () => {
    const made = await site.previews!.create(intent(), asked);
    expect(made).toMatchObject({ version: { name: 'v2' }, health: 'starting' });
    expect(await site.previews!.list()).toMatchObject([
      { id: made.id, version: { name: 'v2' }, health: 'healthy' },
    ]);
    await site.previews!.destroy(intent(), made.id);
    expect(await site.previews!.list()).toEqual([]);
    expect((await failureOf(site.previews!.destroy(intent(), made.id))).code).toBe('not-found');
  });

  test('is never the default branch, the project itself, or what people branched for themselves', async () => {
    const { length } = stand.calls();
    expect((await failureOf(site.previews!.destroy(intent(), PROJECT))).code).toBe('rejected');
    expect(stand.calls()).toHaveLength(length);
    const [main] = stand.branches;
    expect((await failureOf(site.previews!.destroy(intent(), main!.id))).code).toBe('rejected');
    await site.previews!.create(intent(), asked);
    const theirs = stand.branches.at(-1)!;
    for (const change of [{ name: 'feature-x' }, { persistent: true }, { is_default: true }]) {
      const before = { ...theirs };
      Object.assign(theirs, change);
      expect((await failureOf(site.previews!.destroy(intent(), theirs.id))).code).toBe('rejected');
      Object.assign(theirs, before);
    }
    expect(stand.calls({ method: 'DELETE' })).toEqual([]);
    expect(stand.branches).toHaveLength(2);
  });
});

describe('an address', () => {
  test.each([
    { project: 'short', function: SLUG },
    { project: PROJECT, function: '../secrets' },
    { project: PROJECT, function: '1st' },
    { project: PROJECT.toUpperCase(), function: SLUG },
    { project: PROJECT, function: SLUG, needs: [] },
    { project: PROJECT, function: SLUG, needs: ['kitchen'] },
  ])('does not take %j', (wrong) => {
    expect(supabase.Address.safeParse(wrong).success).toBe(false);
    expect(() => platform.site({ id: 'orders/staging', address: wrong })).toThrow();
    expect(stand.calls()).toEqual([]);
  });
});
