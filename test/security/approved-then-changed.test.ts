import { beforeEach, describe, expect, test } from 'vitest';
import { plain } from '../../src/core/text.ts';
import type { Comparison } from '../../src/source/source.ts';
import { grant, nothing, type Office, openOffice, planIn, said } from '../support/office/office.ts';
import { commitOf, known } from '../support/office/world.ts';

let office: Office;
let id: string;

beforeEach(() => {
  office = openOffice();
  office.source = { compare: async () => comparison({}) };
});

const author = { name: 'Eve', account: 'eve' };
function comparison(more: Partial<Comparison>): Comparison {
  return {
    base: { name: 'v1', commit: commitOf('v1') },
    head: { name: 'v2', commit: commitOf('v2') },
    relation: 'ahead',
    aheadBy: 1,
    behindBy: 0,
    commits: [{ id: commitOf('v2'), author, title: 'Fix it', atMs: null }],
    authors: [author],
    filesChanged: 1,
    migrations: [],
    configurationKeys: { added: [], removed: [], changed: [] },
    isTruncated: false,
    url: null,
    ...more,
  };
}

type Target = Office['catalog']['services'][number]['targets'][number];

/** The configuration with one target of api changed; its version is another one then, as it always is. */
function configure(change: (target: Target) => Target): void {
  const { catalog } = office;
  office.catalog = {
    ...catalog,
    version: 'c2'.padEnd(64, '0'),
    services: catalog.services.map((service) => ({ ...service, targets: service.targets.map(change) })),
  };
}

function rule(change: object): void {
  office.catalog = {
    ...office.catalog,
    version: 'c2'.padEnd(64, '0'),
    environments: office.catalog.environments.map((environment) =>
      environment.approval === null
        ? environment
        : { ...environment, approval: { ...environment.approval, ...change } },
    ),
  };
}

const criteria = { errorPercentMax: 1, latencyP95MsMax: null, memoryMbMax: null, requestsMin: 5 };

/** What happens behind an approval's back, and what has to be said of it. */
const changes: Record<string, { readonly what: () => void; readonly says: RegExp }> = {
  'the version is another commit now': {
    what: () => office.world.versions.splice(2, 1, known('v2', 'f'.repeat(40))),
    says: /version of api\/production: v2 \(32.*\) → v2 \(f{12}\)/,
  },
  'something else runs there now': {
    what: () => office.world.places.set('api/production', [running('r9', 'v3')]),
    says: /what ran before at api\/production: v1 .* → v3 .*r9/,
  },
  'the same version runs there as another release': {
    what: () => office.world.places.set('api/production', [running('r9', 'v1')]),
    says: /what ran before at api\/production: .*r1\..* → .*r9/,
  },
  'a gate was added': {
    what: () => configure((target) => ({ ...target, gates: [{ gate: 'serves-version', settings: {} }] })),
    says: /steps: /,
  },
  'criteria were added': { what: () => configure((target) => ({ ...target, criteria })), says: /steps: / },
  'the strategy was changed': {
    what: () => configure((target) => ({ ...target, strategy: 'all-at-once' })),
    says: /configuration: c1/,
  },
  'the pace was changed': {
    what: () => configure((target) => ({ ...target, pace: { ...target.pace, trafficPercents: [5, 50] } })),
    says: /steps: /,
  },
  'a deadline was changed': {
    what: () => configure((target) => ({ ...target, pace: { ...target.pace, releaseDeadlineMs: 9_000 } })),
    says: /deadlineMs of release\.api\/production: 60000 → 9000/,
  },
  'the address was changed': {
    what: () => configure((target) => ({ ...target, address: { at: 'elsewhere' } })),
    says: /address of api\/production: .*production.* → .*elsewhere/,
  },
  'the platform was changed': {
    what: () => configure((target) => ({ ...target, platform: 'another' })),
    says: /platform of api\/production: memory → another/,
  },
  'the configuration was changed somewhere else': {
    what: () => configure((target) => target),
    says: /configuration: c1\S* → c2\S*/,
  },
  'two have to approve now': {
    what: () => rule({ requirements: [{ needed: 2, group: null }] }),
    says: /approvals: the approval of 1 person, .* → the approval of 2 people/,
  },
  'authors do not count any more': {
    what: () => rule({ isAuthorExcluded: true }),
    says: /approvals: .* → .*none of whom wrote any of it/,
  },
  'there is a migration now': {
    what: () => {
      office.source = {
        compare: async () =>
          comparison({ migrations: [{ id: '0007', phase: 'contract', isReversible: false }] }),
      };
    },
    says: /migrations of api\/production: .* → .*0007 \(contract\) cannot be undone/,
  },
  'there is one more commit': {
    what: () => {
      const commits = [...comparison({}).commits, ...comparison({}).commits];
      office.source = { compare: async () => comparison({ commits }) };
    },
    says: /commits of api\/production: 1, .* → 2, /,
  },
  'as many commits are others': {
    what: () => {
      const commits = [{ id: 'f'.repeat(40), author, title: 'Not that', atMs: null }];
      office.source = { compare: async () => comparison({ commits }) };
    },
    says: /commits of api\/production: /,
  },
  'a key of the configuration changes': {
    what: () => {
      const configurationKeys = { added: ['LIMIT'], removed: [], changed: [] };
      office.source = { compare: async () => comparison({ configurationKeys }) };
    },
    says: /configuration keys of api\/production: .*LIMIT is new/,
  },
  'nobody can say any more what it brings': {
    what: () => {
      office.source = null;
    },
    says: /commits of api\/production: .* → nothing/,
  },
};

const running = (releaseId: string, name: string) => ({
  releaseId,
  name,
  commit: commitOf(name),
  trafficPercent: 100,
  intentId: null,
});

describe('what was approved and has changed since', () => {
  test.each(Object.entries(changes))('is not started: %s', async (_, { what, says }) => {
    id = await office.request('v2');
    const before = await office.deployment(id);
    const shown = planIn(await office.as('U0BOB').approve({ ...nothing, deployment: id }));
    expect(said(await office.approve(id))).toBe(`You approved ${id}. 1 of 1 approvals.`);
    what();
    await office.visit(id);

    const now = await office.deployment(id);
    expect(await office.kinds(id)).toEqual(['planned', 'approved', 'replanned']);
    expect(now.people).toMatchObject({ isStarted: false, approvals: [] });
    expect(now.hash).not.toBe(before.hash);
    expect(now.people.changes.join('\n')).toMatch(says);
    expect(office.world.touched).toEqual([]);

    // The button on the old message, pressed by somebody who could have said yes.
    const late = await office.as('U0CAT').approve({ ...nothing, deployment: id, plan: shown });
    expect(said(late)).toMatch(/^plan-changed: The plan is no longer the one that you were shown/);
    const anew = await office.as('U0CAT').approve({ ...nothing, deployment: id });
    expect(planIn(anew)).not.toBe(shown);
    const words = JSON.stringify(anew.kind === 'answer' ? anew.parts : []);
    expect(words).toContain('Changed since it was asked for');
    await office.visit(id);
    expect((await office.deployment(id)).people.isStarted).toBe(false);
  });

  test('is started when it is approved as it is now, by whoever approved it before too', async () => {
    id = await office.request('v2');
    await office.approve(id);
    office.world.versions.splice(2, 1, known('v2', 'f'.repeat(40)));
    await office.visit(id);
    expect(said(await office.approve(id))).toBe(`You approved ${id}. 1 of 1 approvals.`);
    await office.visit(id);
    expect(await office.deployment(id)).toMatchObject({ outcome: 'deployed' });
    expect(office.world.places.get('api/production')).toMatchObject([{ name: 'v2', commit: 'f'.repeat(40) }]);
  });

  test('can be approved again by the same person when it has become what it was before', async () => {
    id = await office.request('v2');
    await office.approve(id);
    const moved = office.world.places.get('api/production') ?? [];
    office.world.places.set('api/production', [running('r9', 'v3')]);
    await office.visit(id);
    office.world.places.set('api/production', moved);
    // Somebody has to say yes before it is looked at again.
    await office.approve(id, 'U0CAT');
    await office.visit(id);
    expect(await office.kinds(id)).toEqual(['planned', 'approved', 'replanned', 'approved', 'replanned']);
    expect(said(await office.approve(id))).toBe(`You approved ${id}. 1 of 1 approvals.`);
    await office.visit(id);
    expect((await office.deployment(id)).outcome).toBe('deployed');
  });

  test('runs the commit that was approved, or fails: what came up is read back', async () => {
    id = await office.request('v2');
    await office.approve(id);
    const site = office.world.siteOf('api/production');
    office.world.siteOf = () => ({
      ...site,
      async release(intent, version) {
        const released = await site.release(intent, version);
        const [, fresh] = office.world.places.get('api/production') ?? [];
        if (fresh !== undefined) fresh.commit = 'e'.repeat(40);
        return released;
      },
    });
    await office.visit(id);
    const { outcome, because } = await office.deployment(id);
    expect([outcome, because]).toEqual(['rolled-back', expect.stringContaining('eeeeeeeeeeee came up')]);
    expect(office.world.places.get('api/production')).toMatchObject([{ name: 'v1', trafficPercent: 100 }]);
  });
});

describe('the rules, changed while it waits', () => {
  const environments = (change: object) => {
    const { catalog } = office;
    office.catalog = {
      ...catalog,
      version: 'c3'.padEnd(64, '0'),
      environments: catalog.environments.map((each) =>
        each.name === 'production' ? { ...each, ...change } : each,
      ),
    };
  };
  test.each([
    ['it is protected no more', { isProtected: false, approval: null }, 'nobody has to approve it any more'],
    ['nobody is named any more', { approval: null }, 'nobody has to approve it any more'],
  ])('never start what they were to keep back: %s', async (_, change, because) => {
    id = await office.request('v2');
    await office.approve(id);
    environments(change);
    await office.visit(id);
    expect(await office.deployment(id)).toMatchObject({ outcome: 'stopped' });
    expect((await office.deployment(id)).because).toContain(because);
    expect(office.world.touched).toEqual([]);
  });

  test('hold what needed nobody when it was asked for', async () => {
    const staging = { environment: 'staging', queue: true } as const;
    const first = await office.as('U0ANN').deploy(office.order('v2', { environment: 'staging' }));
    expect(said(first)).toMatch(/^Queued/);
    const second = await office.as('U0DAN').deploy(office.order('v3', staging));
    expect(said(second)).toMatch(/^Waits in line/);
    const [firstId = ''] = first.kind === 'answer' ? (first.deploymentIds ?? []) : [];
    const [secondId = ''] = second.kind === 'answer' ? (second.deploymentIds ?? []) : [];
    await office.visit(firstId);
    office.catalog = {
      ...office.catalog,
      environments: office.catalog.environments.map((each) => ({ ...each, isProtected: true })),
    };
    await office.visit(secondId);
    expect((await office.deployment(secondId)).because).toContain('protected now');
    expect(office.world.places.get('api/staging')).toMatchObject([{ name: 'v2' }]);
  });

  test('a version that stands for another commit is not what somebody in line has ordered', async () => {
    const [first = '', second = ''] = await inLine();
    office.world.versions.splice(1, 1, known('v3', 'f'.repeat(40)));
    await office.visit(first);
    await office.visit(second);
    expect((await office.deployment(second)).because).toContain('stands for another commit now');
    expect(office.world.places.get('api/staging')).toMatchObject([{ name: 'v2' }]);
  });

  async function inLine(): Promise<string[]> {
    const first = await office.as('U0ANN').deploy(office.order('v2', { environment: 'staging' }));
    const second = await office
      .as('U0DAN')
      .deploy(office.order('v3', { environment: 'staging', queue: true }));
    return [first, second].flatMap((reply) => (reply.kind === 'answer' ? (reply.deploymentIds ?? []) : []));
  }
});

describe('the people, changed while it waits', () => {
  const people: Record<
    string,
    { readonly what: () => void; readonly kinds: string[]; readonly say: RegExp; readonly by?: string }
  > = {
    'the approver has lost the role': {
      what: () => {
        office.catalog = {
          ...office.catalog,
          grants: office.catalog.grants.map((each) =>
            each.role === 'approver' ? grant('approver', ['S0APPROVERS']) : each,
          ),
        };
      },
      kinds: ['planned', 'approved', 'approval-void'],
      say: /may not approve there any more/,
    },
    'the approver has been deactivated': {
      what: () => office.accounts.set('U0BOB', { kind: 'deactivated', groups: [] }),
      kinds: ['planned', 'approved', 'approval-void'],
      say: /may not approve there any more/,
    },
    'the approver is a guest now': {
      what: () => office.accounts.set('U0BOB', { kind: 'guest', groups: [] }),
      kinds: ['planned', 'approved', 'approval-void'],
      say: /may not approve there any more/,
    },
    'the requester has lost the role': {
      what: () => {
        office.catalog = {
          ...office.catalog,
          grants: office.catalog.grants.filter(({ role }) => role !== 'deployer'),
        };
      },
      kinds: ['planned', 'approved', 'finished'],
      say: /whoever asked for it may not do that there any more/,
    },
    'the requester has been deactivated': {
      what: () => office.accounts.set('U0ANN', { kind: 'deactivated', groups: [] }),
      kinds: ['planned', 'approved', 'finished'],
      say: /whoever asked for it may not do that there any more/,
    },
    'the approver cannot be looked up': {
      what: () => office.accounts.set('U0BOB', { kind: 'unknown', groups: [] }),
      kinds: ['planned', 'approved', 'hindered'],
      say: /could not be looked up whether U0BOB/,
    },
    'the requester cannot be looked up': {
      what: () => office.accounts.set('U0ANN', { kind: 'unknown', groups: [] }),
      kinds: ['planned', 'approved', 'hindered'],
      say: /could not be looked up whether U0ANN/,
    },
    'the groups of the approver cannot be read': {
      what: () => office.accounts.set('U0CAT', { kind: 'member', groups: [], isUnsure: true }),
      by: 'U0CAT',
      kinds: ['planned', 'approved', 'hindered'],
      say: /could not be looked up whether U0CAT/,
    },
    'the checks of its commit are red': {
      what: () => {
        office.source = { checks: async () => ({ state: 'fail', failing: ['unit'], because: '' }) };
      },
      kinds: ['planned', 'approved', 'finished'],
      say: /its checks are red now: unit/,
    },
    'the platform cannot be asked': {
      what: () => {
        office.world.down = 'it answers 503';
      },
      kinds: ['planned', 'approved', 'hindered'],
      say: /it answers 503/,
    },
    'the version is gone': {
      what: () => office.world.versions.splice(2, 1),
      kinds: ['planned', 'approved', 'hindered'],
      say: /v2 is not among the versions/,
    },
    'the approval has expired': {
      what: () => office.pass(3_600_000),
      kinds: ['planned', 'approved', 'finished'],
      say: /its approval was given more than 1 h ago/,
    },
  };

  test.each(Object.entries(people))('nothing starts: %s', async (_, { what, kinds, say, by }) => {
    office.source = null;
    id = await office.request('v2');
    await office.approve(id, by);
    what();
    await office.visit(id);
    expect(await office.kinds(id)).toEqual(kinds);
    const told = (await office.store.journal.read(id, 2)).map(({ event }) => JSON.stringify(event)).join();
    expect(told).toMatch(say);
    expect(office.world.touched).toEqual([]);
    expect((await office.deployment(id)).people.isStarted).toBe(false);
    expect(office.lookups).toContain('fresh U0ANN');
  });

  test('whoever left the group that counted does not count, and counts again when they are back', async () => {
    office.catalog = {
      ...office.catalog,
      grants: [...office.catalog.grants, grant('approver', ['S0CREW'])],
      environments: office.catalog.environments.map((each) =>
        each.approval === null
          ? each
          : { ...each, approval: { ...each.approval, requirements: [{ needed: 1, group: 'release-crew' }] } },
      ),
    };
    office.accounts.set('U0BOB', { kind: 'member', groups: ['S0CREW'] });
    id = await office.request('v2');
    expect(said(await office.approve(id))).toContain('1 of 1 approvals of release-crew');
    office.accounts.set('U0BOB', { kind: 'member', groups: [] });
    await office.visit(id);
    expect(await office.kinds(id)).toEqual(['planned', 'approved', 'approval-void']);
    office.accounts.set('U0BOB', { kind: 'member', groups: ['S0CREW'] });
    expect(said(await office.approve(id))).toContain(`You approved ${id}. 1 of 1 approvals of release-crew`);
    await office.visit(id);
    expect((await office.deployment(id)).outcome).toBe('deployed');
  });

  test('what was hindered starts when the directory can be asked again, without anybody pressing', async () => {
    id = await office.request('v2');
    await office.approve(id);
    office.accounts.set('U0BOB', { kind: 'unknown', groups: [] });
    await office.visit(id);
    office.accounts.delete('U0BOB');
    office.pass(60_000);
    await office.visit(id);
    expect((await office.deployment(id)).outcome).toBe('deployed');
  });

  test('nothing is approved after its time, although nobody has looked at it since', async () => {
    id = await office.request('v2');
    const plan = planIn(await office.as('U0BOB').approve({ ...nothing, deployment: id }));
    office.pass(3_600_000);
    const late = await office.as('U0BOB').approve({ ...nothing, deployment: id, plan });
    expect(said(late)).toMatch(/^too-late: .* has expired/);
    await office.visit(id);
    expect(await office.kinds(id)).toEqual(['planned', 'finished']);
    expect(plain((late.kind === 'refusal' ? late.next : null) ?? [])).toContain('/deploy-status');
  });
});
