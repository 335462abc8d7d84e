import type { Subject } from '../../src/gate/gate.ts';
import { BEFORE, COMMIT, NOW, serving, site, source } from '../support/gate-world.ts';

/**
 * One line for every gate: what it is asked for, and a world in which it says yes. A gate that is missing here fails the
 * suite.
 */
export type GateMember = {
  readonly id: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** What there has to be for it to pass. */
  readonly world: Partial<Subject>;
  /** Why it may pass where there is nothing at all; left out: it may not. */
  readonly passesOnNothing?: string;
};

const DAY = 86_400_000;
const file = (text: string): Partial<Subject> => ({
  reach: {
    file: async () => ({ text, changedAtMs: NOW - 60_000 }),
    certificate: async () => null,
    records: async () => [],
    answer: async () => null,
  },
});
const json = (value: unknown) => file(JSON.stringify(value));
const door = (frontDoor: string) =>
  site({ look: async () => ({ atMs: NOW, frontDoor, releases: [serving] }) });

const commits = [{ id: COMMIT, author: { name: 'Ada', account: 'github:ada' }, title: 'Fix it', atMs: NOW }];
const brought = async () => ({
  base: { name: 'v1', commit: BEFORE },
  head: { name: 'v2', commit: COMMIT },
  relation: 'ahead' as const,
  aheadBy: 1,
  behindBy: 0,
  commits: commits.map((each) => ({ ...each, signature: { isVerified: true, because: 'valid' } })),
  authors: [],
  filesChanged: 1,
  migrations: null,
  configurationKeys: null,
  isTruncated: false,
  url: null,
});

const sarif = {
  version: '2.1.0',
  runs: [
    {
      tool: { driver: { name: 'CodeQL' } },
      versionControlProvenance: [{ revisionId: COMMIT }],
      results: [],
    },
  ],
};

export const gateMembers: readonly GateMember[] = [
  {
    id: 'branch-protected',
    settings: {},
    world: {
      source: source({
        protection: async () => ({
          branch: 'main',
          approvals: 1,
          forgetsStale: true,
          requiredChecks: [],
          forbidsForce: true,
          forbidsDeletion: true,
          demandsSignatures: false,
          unread: [],
        }),
      }),
    },
  },
  {
    id: 'business-hours',
    settings: { open: 'weekdays 09:00 - 18:00 UTC' },
    world: {},
    passesOnNothing: 'it looks at the clock alone',
  },
  {
    id: 'capacity',
    settings: { cpuPercentMax: 70 },
    world: {
      site: site({
        look: async () => ({ atMs: NOW, frontDoor: null, releases: [serving] }),
        measure: async () => ({
          atMs: NOW,
          requests: 0,
          errors: 0,
          latencyBuckets: [],
          cpuPercent: 40,
          memoryMb: 300,
        }),
      }),
    },
    passesOnNothing: 'where nothing runs there is all the room that there is',
  },
  {
    id: 'certificate-valid',
    settings: { hosts: ['api.example.com'] },
    world: {
      reach: {
        file: async () => ({ text: '', changedAtMs: NOW }),
        records: async () => [],
        answer: async () => null,
        certificate: async () => ({
          distrust: null,
          isForName: true,
          validFromMs: NOW - DAY,
          validUntilMs: NOW + 60 * DAY,
        }),
      },
    },
  },
  {
    id: 'checks-passed',
    settings: {},
    world: {
      source: source({
        checked: async () => ({
          checks: [{ name: 'ci', app: null, how: 'pass' }],
          required: [{ name: 'ci', appId: null }],
          unread: [],
        }),
      }),
    },
  },
  {
    id: 'code-covered',
    settings: { from: '{commit}.info', format: 'lcov', linesPercentMin: 50 },
    world: file('TN:\nSF:/src/a.ts\nDA:1,1\nDA:2,0\nLF:2\nLH:1\nend_of_record\n'),
  },
  {
    id: 'dependencies-healthy',
    settings: {},
    world: { dependencies: [{ service: 'api', site: door('https://api.example.com') }] },
    passesOnNothing: 'it needs no other service',
  },
  {
    id: 'dns-resolves',
    settings: { records: [{ name: 'api.example.com' }] },
    world: {
      reach: {
        file: async () => ({ text: '', changedAtMs: NOW }),
        certificate: async () => null,
        answer: async () => null,
        records: async () => ['192.0.2.1'],
      },
    },
  },
  {
    id: 'infrastructure-planned',
    settings: { from: 'plan.json' },
    world: json({
      format_version: '1.2',
      terraform_version: '1.9.8',
      planned_values: { root_module: {} },
      resource_changes: [{ address: 'a.b', change: { actions: ['no-op'] } }],
      timestamp: new Date(NOW - 60_000).toISOString(),
      complete: true,
      errored: false,
    }),
  },
  {
    id: 'lighthouse',
    settings: { from: '{commit}.json', scores: { performance: 90 } },
    world: json({
      lighthouseVersion: '12.2.1',
      fetchTime: new Date(NOW - 60_000).toISOString(),
      categories: { performance: { score: 0.97 } },
    }),
  },
  {
    id: 'load-test',
    settings: { from: '{commit}.json', errorPercentMax: 1 },
    world: json({
      state: { testRunDurationMs: 60_000 },
      metrics: {
        http_reqs: { type: 'counter', values: { count: 4_200, rate: 70 } },
        http_req_failed: { type: 'rate', values: { rate: 0.004, passes: 17, fails: 4_183 } },
      },
    }),
  },
  {
    id: 'no-alerts',
    settings: {},
    world: {
      source: source({
        findings: async () => [
          { kind: 'code', open: ['low'], doubt: null },
          { kind: 'dependencies', open: [], doubt: null },
          { kind: 'secrets', open: [], doubt: null },
        ],
      }),
    },
  },
  {
    id: 'reachable',
    settings: { branches: ['main'] },
    world: { source: source({ reaches: async () => ({ branch: 'main', looked: ['main'], unread: [] }) }) },
  },
  {
    id: 'reviewed',
    settings: {},
    world: {
      source: source({
        compare: brought,
        change: async () => ({
          name: '#7',
          authors: ['github:ada'],
          anonymous: [],
          head: COMMIT,
          reviews: [{ by: 'github:ben', says: 'approved', of: COMMIT }],
          isTruncated: false,
        }),
      }),
    },
  },
  {
    id: 'secrets-present',
    settings: { references: ['env:PAYMENT_KEY'] },
    world: { isSecretThere: async () => true },
  },
  {
    id: 'secure-report',
    settings: { from: 'artefact:codeql/js.sarif', format: 'sarif' },
    world: {
      source: source({ artefact: async () => ({ text: JSON.stringify(sarif), madeAtMs: NOW - 60_000 }) }),
    },
  },
  {
    id: 'serves-version',
    settings: {},
    world: { site: door('https://api.example.com'), probe: async () => ({ status: 200, version: 'v2' }) },
  },
  {
    id: 'signed',
    settings: {},
    world: {
      source: source({ compare: brought, signature: async () => ({ isVerified: true, because: 'valid' }) }),
    },
  },
  {
    id: 'smoke',
    settings: {},
    world: {
      site: door('https://api.example.com'),
      reach: {
        file: async () => ({ text: '', changedAtMs: NOW }),
        certificate: async () => null,
        records: async () => [],
        answer: async () => ({ status: 200, header: () => null, text: 'ok' }),
      },
    },
  },
  {
    id: 'staged-first',
    settings: { environment: 'staging', soak: '1h' },
    world: {
      deployedIn: async () => [
        {
          deploymentId: 'd-1',
          version: { name: 'v2', commit: COMMIT },
          endedAtMs: NOW - 2 * 3_600_000,
          untilMs: null,
          isTakenBack: false,
        },
      ],
    },
  },
  {
    id: 'tests-passed',
    settings: { from: '{commit}.xml' },
    world: file('<testsuite tests="1"><testcase name="a"/></testsuite>'),
  },
  {
    id: 'third-party-up',
    settings: { page: 'https://status.example.com' },
    world: {
      outside: () =>
        ({
          get: async () => ({ status: { indicator: 'none', description: 'All Systems Operational' } }),
        }) as unknown as ReturnType<Subject['outside']>,
    },
  },
];
