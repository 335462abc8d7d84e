import { beforeEach, expect, test } from 'vitest';
import { begunBy, type Office, openOffice, planIn } from '../../../test/support/office/office.ts';
import { BREAKING, criteria, migrations, PLACE } from '../../../test/support/one-way.ts';
import { openPretendDatabase, type PretendDatabase } from '../../../test/support/pretend-database.ts';
import { reportOf } from '../../core/report-of.ts';
import { plain } from '../../core/text.ts';
import { waitingLines } from '../../core/waiting.ts';
import { usualWatch } from '../../core/watch.ts';

const HARMLESS = 'alter table users add column mail text';

let office: Office;
let database: PretendDatabase;
let failing: number;

beforeEach(() => {
  office = openOffice();
  database = openPretendDatabase(() => office.nowMs());
  failing = 0;
});

/** Orders v2, which brings this migration, and answers so many of its requests with an error. */
async function order(sql: string, share: number): Promise<string> {
  failing = share;
  office.catalog = {
    ...office.catalog,
    services: office.catalog.services.map((service) =>
      service.name === 'api'
        ? {
            ...service,
            migrations,
            targets: service.targets.map((target) => ({ ...target, criteria, watch: usualWatch })),
          }
        : service,
    ),
  };
  Object.assign(office.parts, {
    migrations: { databaseAt: () => database, readFolder: async () => [{ path: '1_way.sql', text: sql }] },
  });
  const began = office.nowMs();
  const isOld = (releaseId: string) => releaseId.startsWith('r1.');
  office.world.extras.set(PLACE, {
    async measure(releaseId) {
      const requests = Math.floor((office.nowMs() - began) / 1_000) * 40 + 500;
      return {
        atMs: office.nowMs(),
        requests,
        errors: isOld(releaseId) ? 0 : Math.floor(requests * failing),
        latencyBuckets: [{ upToMs: Number.POSITIVE_INFINITY, count: requests }],
        cpuPercent: null,
        memoryMb: null,
      };
    },
  });
  return begunBy(await deploy('v2'));
}

const deploy = (version: string) =>
  office.during(
    office
      .as('U0ANN')
      .deploy(office.order(version, { environment: 'staging', strategy: 'canary', ref: version })),
  );

/** Visits it until it has ended, or until nothing happens any more without a person. */
async function atRest(id: string) {
  for (let visit = 0; visit < 200; visit += 1) {
    await office.visit(id);
    const deployment = await office.deployment(id);
    if (deployment.outcome !== null || waitingLines(deployment).some((line) => isAsked(plain(line))))
      return deployment;
    office.pass(5_000);
  }
  throw new Error('It never came to rest.');
}

function isAsked(line: string): boolean {
  return line.startsWith('Shall it stay');
}

const routes = () => office.world.touched.filter((touch) => touch.startsWith(`route ${PLACE}`)).length;
function newShare(): number | null {
  const news = office.world.places.get(PLACE)?.filter(({ name }) => name === 'v2') ?? [];
  return news.length === 0 ? null : news.reduce((sum, { trafficPercent }) => sum + trafficPercent, 0);
}

test('a bad version is not exchanged for one that cannot work with the database: a person is asked at once', async () => {
  const id = await order(BREAKING, 0.5);
  const { outcome, spared } = await atRest(id);
  expect(outcome).toBeNull();
  expect([...spared]).toEqual([PLACE]);
  expect(newShare()).toBeGreaterThan(0);
  const lines = waitingLines(await office.deployment(id)).map(plain);
  expect(lines[0]).toMatch(/^api v2 is not good: .*%/);
  expect(lines[1]).toContain('v1 does not work with what 1_way has made of the database');
  expect(await office.kinds(id)).not.toContain('turning');
  expect(reportOf(id, await office.deployment(id)).noWayBack).toContain('v1 does not work');
});

test('who says that it stays has it left exactly as it is, and called what it is', async () => {
  const id = await order(BREAKING, 0.5);
  await atRest(id);
  const [share, before] = [newShare(), routes()];
  await office.during(office.as('U0ANN').goOn(id, null));
  const { outcome, because } = await atRest(id);
  expect(outcome).toBe('needs-human');
  expect(because).toContain('api/staging stays as it is: v1 does not work with what 1_way has made');
  expect([newShare(), routes()]).toEqual([share, before]);
});

test('who insists gets the old version back, and is told what it does not work with', async () => {
  const id = await order(BREAKING, 0.5);
  await atRest(id);
  await office.during(office.as('U0ANN').abort(id, 'half of it works'));
  const { outcome, because } = await atRest(id);
  expect(outcome).toBe('needs-human');
  expect(because).toContain('v1 does not work with what 1_way has made of the database');
  expect(newShare()).toBeNull();
});

test('what only adds hinders no way back', async () => {
  const { outcome } = await atRest(await order(HARMLESS, 0.5));
  expect(outcome).toBe('rolled-back');
});

test('a good version goes its way, whatever it has done to the database', async () => {
  const { outcome } = await atRest(await order(BREAKING, 0));
  expect(outcome).toBe('deployed');
});

test('the plan says beforehand that a person will be asked', async () => {
  const id = await order(BREAKING, 0);
  const { plan } = await office.deployment(id);
  expect(plan.targets[0]?.caveats.join('; ')).toContain(
    'if it turns out to be bad a person decides what becomes of it: the version before does not work',
  );
});

test('what comes next is a forward fix: whichever version takes all of the traffic until then, it can be ordered', async () => {
  const id = await order(BREAKING, 0.5);
  await atRest(id);
  await office.during(office.as('U0ANN').goOn(id, null));
  await atRest(id);
  failing = 0;
  await office.during(office.as('U0ANN').resolve(id, 'v3 works with the database'));
  const split = await deploy('v3');
  expect(split.offers?.map(({ label }) => label)).toEqual(['Give v1 all traffic', 'Give v2 all traffic']);
  const toNew = { service: 'api', environment: 'staging', to: 'v2', why: null, plan: null };
  const shown = await office.during(office.as('U0ANN').rollBack(toNew));
  const given = await office.during(office.as('U0ANN').rollBack({ ...toNew, plan: planIn(shown) }));
  expect((await atRest(begunBy(given))).outcome).not.toBeNull();
  expect(newShare()).toBe(100);
  expect((await atRest(begunBy(await deploy('v3')))).outcome).toBe('deployed');
});
