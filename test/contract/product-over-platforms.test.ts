import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Reply } from '../../src/core/answer.ts';
import type { Catalog } from '../../src/core/catalog.ts';
import type { Deployment } from '../../src/core/deployment.ts';
import { Failed } from '../../src/core/failure.ts';
import { hasUndo, isSameVersion } from '../../src/core/plan.ts';
import { reportOf } from '../../src/core/report-of.ts';
import type { Site, Standing, Urgency } from '../../src/platform/platform.ts';
import {
  begunBy,
  catalogAtFirst,
  noSource,
  type Office,
  openOffice,
  planIn,
} from '../support/office/office.ts';
import { cloudflare } from './platform-cloudflare.ts';
import { kubernetesRolling } from './platform-kubernetes.ts';
import { type Member, versionOf, type World } from './platform-member.ts';
import { render } from './platform-render.ts';
import { vercel } from './platform-vercel.ts';

/**
 * A shop over four platforms, each behind its stand-in over HTTP, deployed and taken back by the engine itself: whatever
 * step fails, every place is back at what it ran before, or a person is told what to type.
 */
const shop: readonly {
  readonly service: string;
  readonly member: Member;
  readonly needs: readonly string[];
  readonly strategy: string;
}[] = [
  { service: 'orders', member: kubernetesRolling, needs: [], strategy: 'in-place' },
  { service: 'api', member: render, needs: ['orders'], strategy: 'in-place' },
  { service: 'web', member: vercel, needs: ['api'], strategy: 'all-at-once' },
  { service: 'edge', member: cloudflare, needs: ['api'], strategy: 'rolling' },
];
/** As people say it, and as each of the stand-ins knows it. */
const refs = { v1: 'good', v2: 'better' } as const;
type Ref = keyof typeof refs;

let worlds: Map<string, World>;
let office: Office;
/** The step whose call is refused, or whose release is ill although it came up. */
let failing: { readonly step: string; readonly how: 'refused' | 'ill' | 'for good' } | null;
/** How often something was refused on purpose. */
let refusals: number;
let isSettling: boolean;
let settling: Promise<void>;

beforeEach(async () => {
  failing = null;
  refusals = 0;
  worlds = new Map();
  for (const { service, member } of shop) worlds.set(service, await member.open());
  office = openOffice({
    realTime: true,
    siteOf: ({ id }, urgency) => troubled(id, siteOf(serviceOf(id), urgency)),
    sourceOf: ({ name }) => ({ ...noSource, resolve: async (ref) => versionAt(name, ref as Ref) }),
  });
  office.catalog = catalogOfShop();
  isSettling = true;
  settling = settle();
});
afterEach(async () => {
  isSettling = false;
  await settling;
  for (const world of worlds.values()) await world.close();
});

const serviceOf = (id: string) => id.split('/')[0] ?? '';
const worldOf = (service: string) => worlds.get(service) as World;
const siteOf = (service: string, urgency?: Urgency) =>
  worldOf(service).platform.site(worldOf(service).target, urgency);

function versionAt(service: string, ref: Ref) {
  const world = worldOf(service);
  const { commit } = versionOf(world, world.versions[refs[ref]]);
  return { name: ref, commit };
}

/** The platforms finish what is under way all the time. */
async function settle(): Promise<void> {
  while (isSettling) {
    for (const world of worlds.values()) await world.settle();
    await sleep(20);
  }
}

function catalogOfShop(): Catalog {
  return {
    ...catalogAtFirst,
    services: shop.map(({ service, needs, strategy }) => ({
      name: service,
      summary: '',
      needs,
      source: { kind: 'fake', settings: {} },
      targets: [
        {
          environment: 'staging',
          platform: service,
          address: {},
          strategy,
          pace: { trafficPercents: [50], observeMs: 1_000, releaseDeadlineMs: 3_600_000, keepMs: 1_000 },
          gates: [],
          criteria: null,
        },
      ],
    })),
    products: [
      { name: 'shop', summary: '', services: shop.map(({ service }) => service), onFailure: 'take-back' },
    ],
  };
}

/** The site itself, but for the one thing that is to go wrong there. */
function troubled(id: string, site: Site): Site {
  const refuse = (step: string) => {
    if (failing === null || failing.how === 'ill' || failing.step !== `${step}.${id}`) return;
    refusals += 1;
    throw new Failed({ code: 'rejected', message: `${step} is refused`, retryAfterMs: null });
  };
  const isIll = () => failing?.how === 'ill' && failing.step.endsWith(`.${id}`);
  const isForward = ({ id: intent }: { id: string }) => /\/forward\/\d+$/.test(intent);
  return {
    ...site,
    async release(intent, version) {
      if (isForward(intent)) refuse('release');
      built += 1;
      return site.release(intent, version);
    },
    async replace(intent, version) {
      if (isForward(intent)) refuse('replace');
      built += 1;
      if (site.replace === undefined) throw new Error(`${id} cannot replace`);
      return site.replace(intent, version);
    },
    async restore(intent, back) {
      if (failing?.how === 'for good')
        throw new Failed({ code: 'rejected', message: 'not today', retryAfterMs: null });
      if (site.restore === undefined) throw new Error(`${id} cannot restore`);
      return site.restore(intent, back);
    },
    async route(intent, shares) {
      if (isForward(intent)) refuse(`route-${shares[0]?.trafficPercent}`);
      return site.route(intent, shares);
    },
    async retire(intent, releaseId) {
      if (isForward(intent)) refuse('retire');
      return site.retire(intent, releaseId);
    },
    look: async () => (isIll() ? ill(await site.look(), id) : site.look()),
  };
}

/** What came up is not well. What is still on its way says nothing yet: only what has ended never serves. */
function ill(standing: Standing, id: string): Standing {
  return {
    ...standing,
    releases: standing.releases.map((release) => {
      const isNew = isSameVersion(release.version, versionAt(serviceOf(id), 'v2'));
      return isNew && release.health !== 'starting'
        ? { ...release, health: 'gone', say: 'it crashed' }
        : release;
    }),
  };
}

/** How often a platform was asked to make something new. */
let built = 0;
const builds = () => built;

async function deploy(ref: Ref): Promise<Deployment> {
  const order = { ...office.order(ref, { service: 'shop', environment: 'staging' }) };
  return toTheEnd(await office.as('U0ANN').deploy(order));
}

async function toTheEnd(reply: Reply): Promise<Deployment> {
  const id = begunBy(reply);
  // Some platforms show a change of traffic late, and are believed only then.
  for (const endsAtMs = Date.now() + 180_000; Date.now() < endsAtMs; ) {
    await office.visit(id);
    const deployment = await office.deployment(id);
    if (deployment.outcome !== null) return deployment;
    await sleep(25);
    // The database's clock: what is believed late is waited for by it.
    office.pass(3_000);
  }
  throw new Error(
    `it never ended: ${JSON.stringify((await office.store.journal.read(id, 0)).slice(1).map(({ event }) => event))}`,
  );
}

/** What serves at every place, by the platforms themselves. */
async function serving(): Promise<string[]> {
  return Promise.all(
    shop.map(async ({ service }) => {
      const { releases } = await siteOf(service).look();
      const serve = releases.filter(({ trafficPercent }) => trafficPercent > 0);
      const named = serve.map(({ version, trafficPercent }) => {
        const ref = (['v1', 'v2'] as const).find((each) => isSameVersion(version, versionAt(service, each)));
        return `${ref ?? version.name} ${trafficPercent}`;
      });
      return `${service} ${named.join(' ')}`;
    }),
  );
}

const all = (ref: Ref) => shop.map(({ service }) => `${service} ${ref} 100`);

/** Every step that changes something, in the order in which they are drawn. */
const steps = [
  'replace.orders/staging',
  'replace.api/staging',
  'release.web/staging',
  'route-100.web/staging',
  'retire.web/staging',
  'release.edge/staging',
  'route-50.edge/staging',
  'route-100.edge/staging',
  'retire.edge/staging',
];

test('a shop over four platforms is deployed, and rolled back', async () => {
  expect((await deploy('v1')).outcome).toBe('deployed');
  expect(await serving()).toEqual(all('v1'));
  const { plan, outcome } = await deploy('v2');
  expect(outcome).toBe('deployed');
  expect(await serving()).toEqual(all('v2'));
  expect(plan.steps.filter(hasUndo).map(({ id }) => id)).toEqual(steps);
  const back = { service: 'shop', environment: 'staging', to: null, why: null, plan: null };
  const shown = planIn(await office.as('U0ANN').rollBack(back));
  const made = builds();
  const ended = await toTheEnd(await office.as('U0ANN').rollBack({ ...back, plan: shown }));
  expect(ended.outcome).toBe('deployed');
  expect(await serving()).toEqual(all('v1'));
  // Nothing is built to go back: what the platforms keep is pointed at, or brought back.
  expect(builds()).toBe(made);
});

const ways = steps.flatMap((step) =>
  /^re(?:lease|place)/.test(step)
    ? ([
        [step, 'refused'],
        [step, 'ill'],
      ] as const)
    : ([[step, 'refused']] as const),
);

test.each(ways)('when %s is %s, every place is back, or a person is told what to type', async (step, how) => {
  await deploy('v1');
  failing = { step, how };
  const ended = await deploy('v2');
  failing = null;
  const report = reportOf('d-1', ended);
  if (ended.outcome === 'needs-human') {
    expect(`${ended.because} ${report.problem?.consequence}`).toContain('is brought back with: ');
    return;
  }
  if (how === 'refused' && refusals === 0) {
    // Where the platform has nothing to be asked for in a step, nothing in it can fail.
    expect([step, ended.outcome]).toEqual(['retire.web/staging', 'deployed']);
    expect(await serving()).toEqual(all('v2'));
    return;
  }
  expect(ended.outcome).toMatch(/^(?:rolled-back|stopped)$/);
  expect(await serving()).toEqual(all('v1'));
});

test('what cannot be taken back either is told with what to type at each place', async () => {
  await deploy('v1');
  failing = { step: 'release.web/staging', how: 'for good' };
  const ended = await deploy('v2');
  expect(ended.outcome).toBe('needs-human');
  const { consequence } = reportOf('d-1', ended).problem ?? {};
  expect(consequence).toMatch(/orders v1 is brought back with: kubectl .*deployment\//);
  expect(consequence).toMatch(
    /api \S+ is brought back with: Rollback beside dep-\d+ .*dashboard\.render\.com/,
  );
  expect(consequence).not.toContain('vercel');
});
