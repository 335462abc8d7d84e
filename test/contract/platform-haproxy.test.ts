import { createServer, type Server } from 'node:http';
import {
  type AddressInfo,
  connect as connectTo,
  createServer as createSocketServer,
  type Socket,
} from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Failed, type Failure } from '../../src/core/failure.ts';
import { composedPlatform } from '../../src/platform/composed/index.ts';
import { haproxy } from '../../src/platform/haproxy/index.ts';
import { type Router, routingOf } from '../../src/platform/router.ts';
import { aroundWith } from '../stand-in/around.ts';
import { startHaproxy, type TestHaproxy } from '../support/haproxy.ts';
import { freePort, removeFolder, temporaryFolder } from '../support/server.ts';
import { skipped } from '../support/skips.ts';

const around = aroundWith('no secret');
const arms = { blue: 's1', green: 's2' };

function routerAt(socket: string, backend = 'shop', named: Record<string, string> = arms): Router {
  const routing = routingOf(haproxy.open('edge', { socket }, around));
  return routing!.open({ backend, arms: named, url: 'http://shop.example' });
}

async function failureOf(doing: Promise<unknown>): Promise<Failure> {
  const error = await doing.then(
    (value) => new Error(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof Failed) return error.failure;
  throw error;
}

const split = (blue: number, green: number) => [
  { arm: 'blue', trafficPercent: blue },
  { arm: 'green', trafficPercent: green },
];

/** A process behind HAProxy: it says which version it is, and answers with the status that it was told. */
class Behind {
  status = 200;
  readonly #server: Server;
  version: string;
  constructor(version: string) {
    this.version = version;
    this.#server = createServer((_request, response) => {
      response.writeHead(this.status, { 'x-version': this.version });
      response.end();
    });
  }
  async start(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe('a real HAProxy', async () => {
  const probe = await startHaproxy(['server s1 127.0.0.1:9']);
  const isHere = !('unavailable' in probe);
  if (isHere) await probe.stop();
  else skipped('own hosts behind a real HAProxy', probe.unavailable, probe.install);

  let real: TestHaproxy;
  let router: Router;
  const blue = new Behind('v1');
  const green = new Behind('v2');
  let ports: { readonly blue: number; readonly green: number };
  beforeAll(async () => {
    ports = { blue: await blue.start(), green: await green.start() };
  });
  afterAll(async () => {
    await blue.stop();
    await green.stop();
  });
  afterEach(async () => {
    if (isHere) await real.stop();
  });

  async function start(lines: readonly string[], level?: string): Promise<void> {
    const started = await startHaproxy(lines, level);
    if ('unavailable' in started) throw new Error(started.unavailable);
    real = started;
    router = routerAt(real.socket);
  }
  const two = (more: readonly string[] = []) => [
    'balance roundrobin',
    `server s1 127.0.0.1:${ports.blue} weight 100`,
    `server s2 127.0.0.1:${ports.green} weight 0`,
    ...more,
  ];

  describe.runIf(isHere)('with two arms', () => {
    beforeEach(async () => {
      await start(two());
      // The first round of all, before which it has served nobody, is one short for whoever weighs less.
      await ask(1);
    });

    async function ask(requests: number): Promise<Record<string, number>> {
      const counted: Record<string, number> = {};
      for (let each = 0; each < requests; each++) {
        const response = await fetch(real.url);
        const who = response.headers.get('x-version') ?? `nobody (${response.status})`;
        counted[who] = (counted[who] ?? 0) + 1;
      }
      return counted;
    }
    const shown = async () =>
      (await router.look()).arms.map(({ arm, trafficPercent, isIn }) => [arm, trafficPercent, isIn]);

    test.each([
      [90, 10, { v1: 180, v2: 20 }],
      [50, 50, { v1: 100, v2: 100 }],
      [99, 1, { v1: 198, v2: 2 }],
      [99.5, 0.5, { v1: 199, v2: 1 }],
      [0, 100, { v2: 200 }],
    ])('of 200 requests %d/%d is exact', async (old, fresh, counted) => {
      await router.set(split(old, fresh));
      expect(await ask(200)).toEqual(counted);
      expect(await shown()).toEqual([
        ['blue', old, true],
        ['green', fresh, true],
      ]);
    });

    test('an arm that haproxy.cfg gives nothing gets its share all the same: weights are absolute', async () => {
      // Said with a percent sign, 10 % of the nothing that is configured would be nothing.
      await router.set(split(90, 10));
      expect((await ask(100))['v2']).toBe(10);
    });

    test('flips at once, and back', async () => {
      await router.set(split(0, 100));
      expect(await ask(10)).toEqual({ v2: 10 });
      await router.set(split(100, 0));
      expect(await ask(10)).toEqual({ v1: 10 });
    });

    test('serves nobody when it is told so', async () => {
      await router.set(split(0, 0));
      expect(await ask(2)).toEqual({ 'nobody (503)': 2 });
      expect(await shown()).toEqual([
        ['blue', 0, true],
        ['green', 0, true],
      ]);
    });

    test('takes out what is not named, and takes it back with its new share only', async () => {
      await router.set(split(50, 50));
      await router.set([{ arm: 'blue', trafficPercent: 100 }]);
      expect(await shown()).toEqual([
        ['blue', 100, true],
        ['green', 0, false],
      ]);
      expect(await ask(10)).toEqual({ v1: 10 });
      await router.set(split(100, 0));
      expect(await shown()).toEqual([
        ['blue', 100, true],
        ['green', 0, true],
      ]);
      expect(await ask(10)).toEqual({ v1: 10 });
    });

    test('shows what somebody drained as without traffic, and gives it traffic again when asked', async () => {
      await router.set(split(50, 50));
      expect(await say(real.socket, 'set server shop/s2 state drain')).toBe('\n');
      expect(await shown()).toEqual([
        ['blue', 100, true],
        ['green', 0, true],
      ]);
      expect((await router.look()).arms[1]?.say).toMatch(/^DRAIN/);
      expect(await ask(10)).toEqual({ v1: 10 });
      await router.set(split(50, 50));
      expect(await ask(10)).toEqual({ v1: 5, v2: 5 });
    });

    test('counts by arm, errors too, and those who got no answer', async () => {
      await router.set(split(90, 10));
      const before = await router.measure?.('green');
      green.status = 500;
      await ask(100);
      green.status = 404;
      await ask(100);
      green.status = 200;
      const after = await router.measure?.('green');
      expect((after?.requests ?? 0) - (before?.requests ?? 0)).toBe(20);
      expect((after?.errors ?? 0) - (before?.errors ?? 0)).toBe(10);
      expect(await router.measure?.('blue')).toMatchObject({ requests: 181, errors: 0 });
      const port = ports.green;
      await green.stop();
      expect((await ask(10))['nobody (503)']).toBe(1);
      await green.start(port);
      expect(await router.measure?.('green')).toMatchObject({ requests: 21, errors: 11 });
    });

    test('forgets what it was told when it is started again, which it says beforehand', async () => {
      await router.set(split(0, 100));
      await real.restart();
      expect(await shown()).toEqual([
        ['blue', 100, true],
        ['green', 0, true],
      ]);
      const { traffic } = await router.capabilities();
      expect(traffic.can && traffic.caveats[0]).toContain('those of haproxy.cfg count again');
    });

    test('has steps of half a percent, and no time to settle', async () => {
      const { traffic, metrics } = await router.capabilities();
      expect(traffic).toMatchObject({ can: true, how: { kind: 'weights', stepPercent: 0.5, settleMs: 0 } });
      expect(metrics).toMatchObject({ can: true, how: { signals: ['requests', 'errors'] } });
    });

    test.each([
      ['do not add up', split(50, 40)],
      ['name nobody', [{ arm: 'red', trafficPercent: 100 }]],
      ['name an arm twice', [...split(50, 0), { arm: 'blue', trafficPercent: 50 }]],
      ['are less than nothing', split(150, -50)],
    ])('refuses shares that %s, and changes nothing', async (_, shares) => {
      expect((await failureOf(router.set(shares))).code).toBe('rejected');
      expect(await shown()).toEqual([
        ['blue', 100, true],
        ['green', 0, true],
      ]);
    });

    test('changes nothing where an arm is no server of it, or the backend is not there', async () => {
      const lost = routerAt(real.socket, 'shop', { blue: 's1', red: 's7' });
      const toRed = [
        { arm: 'blue', trafficPercent: 0 },
        { arm: 'red', trafficPercent: 100 },
      ];
      expect((await failureOf(lost.set(toRed))).code).toBe('not-found');
      expect((await failureOf(lost.look())).code).toBe('not-found');
      expect((await failureOf(routerAt(real.socket, 'shoe').look())).code).toBe('not-found');
      expect((await shown())[0]).toEqual(['blue', 100, true]);
    });

    test('says that it cannot where the backend is not balanced by weights', async () => {
      const bySource = routerAt(real.socket, 'by-source', { blue: 'blue' });
      expect((await bySource.capabilities()).traffic).toMatchObject({
        can: false,
        say: expect.stringContaining('balances that backend by source'),
      });
      const refused = await failureOf(bySource.set([{ arm: 'blue', trafficPercent: 100 }]));
      expect(refused.message).toContain('static LB algorithm');
    });

    test('is one service of two processes that somebody else starts, in the way of a composed one', async () => {
      const edge = haproxy.open('edge', { socket: real.socket }, around);
      const process = (port: number) => ({
        platform: 'edge',
        address: { url: `http://127.0.0.1:${port}/health` },
      });
      const site = composedPlatform((name) => (name === 'edge' ? edge : null)).site({
        id: 'shop/production',
        address: {
          router: { platform: 'edge', backend: 'shop', arms },
          arms: { blue: process(ports.blue), green: process(ports.green) },
        },
      });
      const intent = { id: 'd-00000001/release.shop/production/forward/1', deploymentId: 'd-00000001' };
      expect((await site.capabilities()).staged.can).toBe(true);
      const missing = await failureOf(site.release(intent, { name: 'v3', commit: null }));
      expect(missing).toMatchObject({ code: 'rejected', message: expect.stringContaining('it runs v2') });

      const { releaseId } = await site.release(intent, { name: 'v2', commit: null });
      const old = 'blue:v1';
      await site.route(intent, [
        { releaseId: old, trafficPercent: 90 },
        { releaseId, trafficPercent: 10 },
      ]);
      expect(await ask(200)).toEqual({ v1: 180, v2: 20 });
      expect((await site.measure(releaseId))?.requests).toBe(20);
      await site.route(intent, [{ releaseId: old, trafficPercent: 100 }]);
      expect(await ask(20)).toEqual({ v1: 20 });
      await site.route(intent, [{ releaseId, trafficPercent: 100 }]);
      await site.retire(intent, old);
      expect((await site.look()).releases).toMatchObject([
        { releaseId: old, health: 'gone', trafficPercent: 0 },
        { releaseId, health: 'healthy', trafficPercent: 100 },
      ]);
    });
  });

  describe.runIf(isHere)('set up in other ways', () => {
    test('shows an arm as down when its check says so, and what the check found', async () => {
      const nobody = await freePort();
      await start([
        'balance roundrobin',
        `server s1 127.0.0.1:${ports.blue} weight 50 check inter 100ms`,
        `server s2 127.0.0.1:${nobody} weight 50 check inter 100ms fall 1`,
      ]);
      await expect.poll(async () => (await router.look()).arms[1]?.isUp).toBe(false);
      await expect.poll(async () => (await router.look()).arms[0]?.isUp).toBe(true);
      expect((await router.look()).arms[1]?.say).toMatch(/^DOWN L4CON/);
    });

    test('gives shares that are no steps as nearly as weights can, so that what is there can be kept', async () => {
      const server = (name: string) => `server ${name} 127.0.0.1:${ports.blue}`;
      await start(['balance roundrobin', server('s1'), server('s2'), server('s3')]);
      const three = routerAt(real.socket, 'shop', { ...arms, red: 's3' });
      const shares = async () =>
        (await three.look()).arms.map(({ arm, trafficPercent }) => ({ arm, trafficPercent }));
      const before = await shares();
      expect(before.map(({ trafficPercent }) => trafficPercent)).toEqual([33.33, 33.33, 33.33]);
      await three.set(before);
      expect(await shares()).toEqual(before);
      await three.set([...split(99.75, 0.25), { arm: 'red', trafficPercent: 0 }]);
      expect((await shares()).map(({ trafficPercent }) => trafficPercent)).toEqual([99.61, 0.39, 0]);
    });

    test('shows what servers that are no arms of it get', async () => {
      await start(two([`server s3 127.0.0.1:${ports.blue} weight 25`]));
      expect(await router.look()).toMatchObject({
        elsewherePercent: 20,
        arms: [{ trafficPercent: 80 }, { trafficPercent: 0 }],
      });
    });

    test('does not tell shares where an arm is a backup server', async () => {
      await start([`server s1 127.0.0.1:${ports.blue}`, `server s2 127.0.0.1:${ports.green} backup`]);
      expect(await failureOf(router.look())).toMatchObject({
        code: 'misunderstood',
        message: expect.stringContaining('s2 is a backup server'),
      });
    });

    test('says so where its socket lets nobody change anything', async () => {
      await start(two(), 'operator');
      expect(await failureOf(router.set(split(90, 10)))).toMatchObject({
        code: 'unauthorized',
        message: expect.stringContaining('level admin'),
      });
    });
  });
});

/** One line to a socket, and all that comes back. */
function say(socket: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const connection = connectTo(socket, () => connection.write(`${line}\n`));
    connection.on('data', (chunk) => {
      heard += chunk;
    });
    connection.on('end', () => resolve(heard));
    connection.on('error', reject);
  });
}

describe('when HAProxy does not answer as it should', () => {
  let folder: string;
  let socket: string;
  let answers: (line: string, connection: Socket) => void;
  const lines: string[] = [];
  const server = createSocketServer((connection) => {
    connection.on('error', () => undefined);
    connection.once('data', (line) => {
      lines.push(String(line).trim());
      answers(String(line).trim(), connection);
    });
  });
  beforeAll(async () => {
    folder = temporaryFolder('haproxy', null);
    socket = join(folder, 'admin.sock');
    await new Promise<void>((resolve) => server.listen(socket, resolve));
  });
  afterAll(async () => {
    await new Promise((resolve) => server.close(resolve));
    removeFolder(folder);
  });
  beforeEach(() => lines.splice(0));

  const states = (weights: readonly [number, number] = [100, 0]) =>
    `1\n# be_id be_name srv_id srv_name srv_op_state srv_admin_state srv_uweight\n${['s1', 's2']
      .map((name, index) => `3 shop ${index + 1} ${name} 2 0 ${weights[index]}`)
      .join('\n')}\n\n`;
  const stats = () => {
    const names =
      'pxname,svname,status,type,bck,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,econ,eresp';
    return `# ${names}\nshop,s1,UP,2,0,0,0,0,0,0,0,0,0\nshop,s2,UP,2,0,0,0,0,0,0,0,0,0\n\n`;
  };
  const good = (line: string) => (line.startsWith('show stat') ? stats() : states());

  const wrongTables: readonly [string, (line: string) => string, Failure['code']][] = [
    ['another version of its table', () => states().replace(/^1/, '2'), 'misunderstood'],
    ['a table without what we need', () => states().replace('srv_uweight', 'srv_weight'), 'misunderstood'],
    ['a line that breaks off', () => states().replace('s2 2 0 0', 's2 2'), 'misunderstood'],
    ['a weight beyond the most', () => states([900, 0]), 'misunderstood'],
    ['a weight in percent', () => states().replace('s1 2 0 100', 's1 2 0 100%'), 'misunderstood'],
    ['a state that nobody knows', () => states().replace('s1 2 0', 's1 7 0'), 'misunderstood'],
    [
      'an administrative state that nobody knows',
      () => states().replace('s1 2 0', 's1 2 128'),
      'misunderstood',
    ],
    ['a web page', () => '<html><body>Bad request</body></html>\n', 'misunderstood'],
    ['nothing at all', () => '', 'unavailable'],
    ['half an answer', () => states().slice(0, 100), 'unavailable'],
  ];
  test.each(wrongTables)('%s is no answer', async (_, wrong, code) => {
    answers = (line, connection) => connection.end(line.startsWith('show stat') ? stats() : wrong(line));
    expect((await failureOf(routerAt(socket).look())).code).toBe(code);
  });

  test.each<[string, (connection: Socket) => void]>([
    ['hangs up', (connection) => connection.destroy()],
    ['takes a part of it', (connection) => connection.end('\n')],
    ['says something that we do not know', (connection) => connection.end('All right.\n\n')],
  ])('nobody knows whether a split was taken when it %s', async (_, goesWrong) => {
    answers = (line, connection) =>
      line.startsWith('set') ? goesWrong(connection) : connection.end(good(line));
    expect((await failureOf(routerAt(socket).set(split(90, 10)))).code).toBe('outcome-unknown');
    expect(lines.filter((line) => line.startsWith('set'))).toHaveLength(1);
  });

  test('reads back what it wrote, and does not believe in a yes that changed nothing', async () => {
    answers = (line, connection) =>
      connection.end(line.startsWith('set') ? '\n'.repeat(line.split(';').length) : good(line));
    expect(await failureOf(routerAt(socket).set(split(90, 10)))).toMatchObject({
      code: 'outcome-unknown',
      message: expect.stringContaining('blue is not in with a weight of 180'),
    });
  });

  test('never says a weight in percent, and lets nobody in before it is weighed', async () => {
    answers = (line, connection) =>
      connection.end(line.startsWith('set') ? '\n'.repeat(line.split(';').length) : good(line));
    await failureOf(routerAt(socket).set(split(90, 10)));
    expect(lines.find((line) => line.startsWith('set'))?.split(';')).toEqual([
      'set server shop/s1 weight 180',
      'set server shop/s1 state ready',
      'set server shop/s2 weight 20',
      'set server shop/s2 state ready',
    ]);
  });

  test('is unavailable where nobody listens', async () => {
    expect((await failureOf(routerAt(join(folder, 'nobody.sock')).look())).code).toBe('unavailable');
    expect((await failureOf(routerAt(join(folder, 'nobody.sock')).set(split(90, 10)))).code).toBe(
      'unavailable',
    );
  });

  test.each([
    ['backend', { backend: 'shop; set server shop/s1 state maint', arms }],
    ['server', { backend: 'shop', arms: { blue: 's1\nshutdown', green: 's2' } }],
    ['server for two arms', { backend: 'shop', arms: { blue: 's1', green: 's1' } }],
  ])('its address takes no %s that says more than a name', (_, address) => {
    const routing = routingOf(haproxy.open('edge', { socket }, around));
    expect(() => routing?.open(address)).toThrow();
  });
});
