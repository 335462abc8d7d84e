import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Failed, type Failure } from '../../src/core/failure.ts';
import { docker } from '../../src/platform/docker/index.ts';
import type { Back, Intent, LogQuery, Site } from '../../src/platform/platform.ts';
import { aroundWith } from '../stand-in/around.ts';
import { type Docker, openDocker, REPOSITORY } from '../stand-in/docker/index.ts';
import { startDocker, type TestDocker } from '../support/docker.ts';
import { without } from '../support/skips.ts';

const PATIENCE = { timeout: 60_000, interval: 100 };
const everyLine: LogQuery = { releaseId: null, sinceMs: 0, linesMax: 100, contains: null, level: null };

let counted = 0;
function intent(step = 'replace'): Intent {
  counted += 1;
  return { id: `d-00000001/${step}.shop/production/forward/${counted}`, deploymentId: 'd-00000001' };
}
const version = (name: string) => ({ name, commit: null });

async function failureOf(doing: Promise<unknown> | undefined): Promise<Failure> {
  const error = await doing?.then(
    (value) => new Error(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof Failed) return error.failure;
  throw error;
}

function siteAt(socket: string, more: object = {}): Site {
  const address = { name: 'shop', image: `${REPOSITORY}:{version}`, stopSeconds: 1, ...more };
  return docker.open('docker', { socket }, aroundWith('hunter2')).site({ id: 'shop/production', address });
}

/** The same engine, pretended and real. */
type Engine = {
  readonly socket: string;
  /** What the address must say besides, so that a container can be started there. */
  readonly more: object;
  forgetImage(image: string): Promise<void>;
  close(): Promise<void>;
};

const real = await startDocker();
if ('unavailable' in real) without('containers of a real Docker engine', real.unavailable);
const engine: TestDocker | null = 'unavailable' in real ? null : real;

const SERVE =
  'trap "exit 0" TERM; echo hello from $V; echo oops from $V >&2; while :; do /bin/busybox sleep 1 & wait $!; done';

beforeAll(async () => {
  for (const tag of ['good', 'better']) await engine?.makeImage(REPOSITORY, tag, SERVE.replaceAll('$V', tag));
  await engine?.makeImage(REPOSITORY, 'crashing', 'echo I am lost; exit 3');
  await engine?.makeImage(REPOSITORY, 'checked', `(/bin/busybox sleep 2; echo up > /up) & ${SERVE}`, [
    'HEALTHCHECK --interval=1s --retries=30 CMD ["/bin/busybox","test","-e","/up"]',
  ]);
});
afterAll(async () => {
  await engine?.stop();
});

const engines: readonly (readonly [string, () => Promise<Engine>])[] = [
  [
    'the stand-in',
    async () => {
      const standIn = await openDocker();
      for (const tag of ['good', 'better', 'crashing', 'checked'])
        standIn.engine.images.add(`${REPOSITORY}:${tag}`);
      return {
        socket: standIn.socket,
        more: { ports: ['127.0.0.1:8080:3000'] },
        forgetImage: async (image) => void standIn.engine.images.delete(image),
        close: () => standIn.close(),
      };
    },
  ],
  ...(engine === null
    ? []
    : [
        [
          'a real Docker engine',
          async (): Promise<Engine> => ({
            socket: engine.socket,
            more: { network: 'none' },
            forgetImage: (image) => engine.removeImage(image),
            close: () => engine.removeContainers(),
          }),
        ] as const,
      ]),
];

describe.each(engines)('on %s', (_, open) => {
  let world: Engine;
  let site: Site;
  beforeEach(async () => {
    world = await open();
    site = siteAt(world.socket, world.more);
  });
  afterEach(() => world.close());

  const one = async (id: string) => (await site.look()).releases.find(({ releaseId }) => releaseId === id);
  async function up(name: string): Promise<string> {
    const { releaseId } = (await site.replace?.(intent(), version(name))) ?? { releaseId: '' };
    await expect.poll(async () => (await one(releaseId))?.health, PATIENCE).toBe('healthy');
    return releaseId;
  }
  const backTo = (releaseId: string, name: string): Back => ({
    releaseId,
    version: version(name),
    insteadOf: null,
  });

  test('a container takes the place of the one before it, carries its mark, and goes back', async () => {
    const order = intent();
    const { releaseId: old } = (await site.replace?.(order, version('good'))) ?? { releaseId: '' };
    expect(await one(old)).toMatchObject({ health: 'healthy', trafficPercent: 100, intentId: order.id });
    const fresh = await up('better');
    expect((await site.look()).releases).toMatchObject([
      { releaseId: fresh, version: { name: 'better' }, trafficPercent: 100, health: 'healthy' },
      { releaseId: old, version: { name: 'good' }, trafficPercent: 0, health: 'gone', say: 'ended with 0' },
    ]);
    expect(await site.restore?.(intent('restore'), backTo(old, 'good'))).toEqual({ releaseId: old });
    expect(await one(old)).toMatchObject({ trafficPercent: 100, health: 'healthy' });
    expect(await one(fresh)).toMatchObject({ trafficPercent: 0, health: 'gone' });
  });

  test('the same intent is one container, also at once and again after another took its place', async () => {
    const order = intent();
    const [first, second] = await Promise.all([1, 2].map(() => site.replace?.(order, version('good'))));
    expect(second).toEqual(first);
    const fresh = await up('better');
    expect(await site.replace?.(order, version('good'))).toEqual(first);
    expect(await one(fresh)).toMatchObject({ trafficPercent: 100 });
    expect((await site.look()).releases).toHaveLength(2);
  });

  test('an image that cannot be had leaves what runs alone', async () => {
    const old = await up('good');
    const failure = await failureOf(site.replace?.(intent(), version('never-made')));
    expect(failure.message).toMatch(/:never-made could not be pulled|images\/create answered 500/);
    expect(await one(old)).toMatchObject({ trafficPercent: 100, health: 'healthy' });
  });

  test('one that crashes all the time is hopeless, and never healthy', async () => {
    const { releaseId } = (await site.replace?.(intent(), version('crashing'))) ?? { releaseId: '' };
    const seen = new Set<string | undefined>();
    await expect
      .poll(async () => {
        const release = await one(releaseId);
        if ((release?.say ?? '').includes('again')) seen.add(release?.health);
        return release?.isHopeless;
      }, PATIENCE)
      .toBe(true);
    expect([...seen]).toEqual(['unhealthy']);
    const fine = await up('good');
    expect(await one(releaseId)).toMatchObject({ health: 'gone', trafficPercent: 0 });
    expect(await one(fine)).toMatchObject({ trafficPercent: 100 });
  });

  test('what is no longer kept is made anew from its image, and fails clearly without one', async () => {
    const fresh = await up('good');
    const restored = await site.restore?.(intent('restore'), backTo('shop-000000000000', 'better'));
    expect(await one(restored?.releaseId ?? '')).toMatchObject({
      version: { name: 'better' },
      trafficPercent: 100,
    });
    expect(await one(fresh)).toMatchObject({ health: 'gone' });
    const lost = await failureOf(site.restore?.(intent('restore'), backTo('shop-111111111111', 'lost')));
    expect(lost.retryAfterMs === null || lost.code === 'unavailable').toBe(true);
    expect(await one(restored?.releaseId ?? '')).toMatchObject({ trafficPercent: 100 });
  });

  test('three that ended are kept, and older ones removed', async () => {
    const made: string[] = [];
    for (const name of ['good', 'better', 'good', 'better', 'good', 'better']) made.push(await up(name));
    const { releases } = await site.look();
    expect(releases.map(({ releaseId }) => releaseId)).toEqual(made.slice(-4).toReversed());
  });

  test('both streams of its log are told apart, and lines are found', async () => {
    const releaseId = await up('good');
    await expect.poll(async () => (await site.logs(everyLine)).length, PATIENCE).toBe(2);
    const lines = await site.logs(everyLine);
    expect(lines.find(({ level }) => level === 'info')).toMatchObject({
      text: 'hello from good',
      version: 'good',
    });
    expect(await site.logs({ ...everyLine, level: 'error', releaseId })).toMatchObject([
      { text: 'oops from good' },
    ]);
    expect(await site.logs({ ...everyLine, contains: 'nobody said this' })).toEqual([]);
  });

  test('its variables are told by their hashes, secrets among them', async () => {
    const secretive = siteAt(world.socket, {
      ...world.more,
      env: { MODE: 'fast' },
      secrets: { PASSWORD: 'env:SHOP_PASSWORD' },
    });
    await secretive.replace?.(intent(), version('good'));
    const settings = (await secretive.settings?.()) ?? [];
    expect(settings.map(({ key }) => key)).toEqual(expect.arrayContaining(['MODE', 'PASSWORD']));
    expect(JSON.stringify(settings)).not.toContain('hunter2');
  });

  test('its versions are the images that the engine has', async () => {
    const names = (await site.versions(10)).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['good', 'better']));
    expect(await site.versions(1)).toHaveLength(1);
  });
});

describe.runIf(engine !== null)('on a real Docker engine only', () => {
  afterEach(async () => engine?.removeContainers());

  test('a health check is starting, and then healthy', async () => {
    const site = siteAt(engine?.socket ?? '', { network: 'none' });
    const { releaseId } = (await site.replace?.(intent(), version('checked'))) ?? { releaseId: '' };
    const health = async () =>
      (await site.look()).releases.find((release) => release.releaseId === releaseId)?.health;
    expect(await health()).toBe('starting');
    await expect.poll(health, PATIENCE).toBe('healthy');
  });

  test('what cannot be started says why, and the one before it runs again', async () => {
    const site = siteAt(engine?.socket ?? '', { network: 'none' });
    const old = (await site.replace?.(intent(), version('good')))?.releaseId ?? '';
    const broken = siteAt(engine?.socket ?? '', { network: 'none', command: ['/no/such/program'] });
    const failure = await failureOf(broken.replace?.(intent(), version('better')));
    expect(failure).toMatchObject({ code: 'rejected', message: expect.stringContaining('/no/such/program') });
    const { releases } = await site.look();
    expect(releases).toMatchObject([
      { health: 'gone', say: expect.stringContaining('could not be started') },
      { releaseId: old, health: 'healthy', trafficPercent: 100 },
    ]);
  });
});

describe('the stand-in of an engine', () => {
  let standIn: Docker;
  let site: Site;
  beforeEach(async () => {
    standIn = await openDocker();
    for (const tag of ['good', 'better', 'checked']) standIn.engine.images.add(`${REPOSITORY}:${tag}`);
    site = siteAt(standIn.socket, { ports: ['127.0.0.1:8080:3000'] });
  });
  afterEach(() => standIn.close());

  test('a pull that fails inside of a 200 is a failure', async () => {
    const failure = await failureOf(site.replace?.(intent(), version('v9')));
    expect(failure).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('manifest unknown'),
    });
    expect(standIn.calls({ method: 'POST', path: /containers/ })).toEqual([]);
  });

  test('a pull that says that it went well and brought nothing is a failure', async () => {
    standIn.engine.registry.add(`${REPOSITORY}:v9`);
    const { images } = standIn.engine;
    images.add = () => images;
    expect(await failureOf(site.replace?.(intent(), version('v9')))).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('has no such image'),
    });
  });

  test('pulls with the name and password of its registry', async () => {
    standIn.engine.registry.add(`${REPOSITORY}:v9`);
    const registry = { server: 'registry.example', username: 'bot', password: 'env:REGISTRY_PASSWORD' };
    const kind = docker.open('docker', { socket: standIn.socket, registry }, aroundWith('hunter2'));
    const address = { name: 'shop', image: `${REPOSITORY}:{version}` };
    await kind.site({ id: 'shop/production', address }).replace?.(intent(), version('v9'));
    const [pull] = standIn.calls({ method: 'POST', path: /images\/create$/ });
    const said = Buffer.from(pull?.headers['x-registry-auth'] ?? '', 'base64url').toString();
    expect(JSON.parse(said)).toEqual({
      username: 'bot',
      password: 'hunter2',
      serveraddress: 'registry.example',
    });
  });

  test('a port that is taken is said, and the one before it runs again', async () => {
    const old = (await site.replace?.(intent(), version('good')))?.releaseId;
    const other = standIn.engine.create('other', {
      Image: `${REPOSITORY}:good`,
      HostConfig: { PortBindings: { '3000/tcp': [{ HostPort: '9090' }] } },
    });
    if (other !== null) standIn.engine.start(other);
    const moved = siteAt(standIn.socket, { ports: ['127.0.0.1:9090:3000'] });
    expect(await failureOf(moved.replace?.(intent(), version('better')))).toMatchObject({
      code: 'rejected',
      message: expect.stringContaining('port is already allocated'),
    });
    expect((await site.look()).releases.find(({ trafficPercent }) => trafficPercent === 100)?.releaseId).toBe(
      old,
    );
  });

  test('what was made and never started is absent, so that the same call goes on with it', async () => {
    const old = (await site.replace?.(intent(), version('good')))?.releaseId;
    const order = intent();
    standIn.failNext('lose-call', { method: 'POST', path: /\/start$/ });
    expect((await failureOf(site.replace?.(order, version('better')))).code).toBe('outcome-unknown');
    const sought = { doing: 'replace', version: version('better'), sinceMs: 0 } as const;
    expect(await site.find(order, sought)).toEqual({ kind: 'absent' });
    const again = await site.replace?.(order, version('better'));
    expect(await site.find(order, sought)).toEqual({ kind: 'found', releaseId: again?.releaseId });
    expect((await site.look()).releases.find(({ releaseId }) => releaseId === old)?.health).toBe('gone');
  });

  test.each([
    ['starting', 'starting'],
    ['healthy', 'healthy'],
    ['unhealthy', 'unhealthy'],
    ['pondering', 'unknown'],
  ])('a health check that says %s means %s', async (said, health) => {
    const { releaseId } = (await site.replace?.(intent(), version('checked'))) ?? { releaseId: '' };
    const made = standIn.engine.find(releaseId);
    if (made?.State.Health !== undefined) made.State.Health.Status = said;
    expect((await site.look()).releases[0]?.health).toBe(health);
  });

  test.each([
    ['v1\nHost: x', 'rejected'],
    ['../../etc', 'rejected'],
    ['v1@sha256', 'rejected'],
  ])('a version called %j is no tag, and nobody is asked', async (name, code) => {
    expect((await failureOf(site.replace?.(intent(), version(name)))).code).toBe(code);
    expect(standIn.calls()).toEqual([]);
  });

  test('an answer that breaks off is no answer', async () => {
    await site.replace?.(intent(), version('good'));
    for (let time = 0; time < 3; time++)
      standIn.failNext('truncate', { path: /^\/v1\.41\/containers\/shop/ });
    expect((await failureOf(site.look())).code).toBe('unavailable');
  });

  test('speaks to an older engine in its own version, and to a newer one in ours', async () => {
    for (const [theirs, spoken] of [
      ['1.24', '/v1.24/'],
      ['1.47', '/v1.47/'],
    ] as const) {
      const other = await openDocker(theirs);
      await siteAt(other.socket).look();
      expect(other.calls({ path: /containers/ })[0]?.path.startsWith(spoken)).toBe(true);
      await other.close();
    }
  });
});

test('old containers that Docker does not take away stop nothing, and the next plan says that they are there', async () => {
  const standIn = await openDocker();
  try {
    for (const tag of ['good', 'better']) standIn.engine.images.add(`${REPOSITORY}:${tag}`);
    const site = siteAt(standIn.socket, { ports: ['127.0.0.1:8080:3000'] });
    const caveats = async () => {
      const { replace } = await site.capabilities();
      return replace?.can === true ? replace.caveats.filter((say) => say.includes('take')) : null;
    };
    const turn = async (name: string) => {
      await site.replace?.(intent(), version(name));
      const isUp = async () => (await site.look()).releases[0]?.health;
      await expect.poll(isUp, PATIENCE).toBe('healthy');
    };
    for (const name of ['good', 'better', 'good', 'better']) await turn(name);
    expect(await caveats()).toEqual([]);
    standIn.failNext({ status: 409 }, { method: 'DELETE' });
    await turn('good');
    expect(await caveats()).toEqual([expect.stringMatching(/^1 old container takes up room beyond the 3/)]);
    // Two are to go by now, and the one that fails keeps the other from nothing.
    standIn.failNext({ status: 500 }, { method: 'DELETE' });
    await turn('better');
    expect(await caveats()).toEqual([expect.stringMatching(/^1 old container takes/)]);
    await turn('good');
    expect(await caveats()).toEqual([]);
  } finally {
    await standIn.close();
  }
});
