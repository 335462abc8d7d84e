/** The layering of ARCHITECTURE.md, as something that can fail. Read by test/house/layers.test.ts. */

/** Lowest first. A folder may import what stands below its rung, and itself; never what stands beside it. */
const rungs = [
  ['core'],
  ['http', 'telemetry'],
  ['platform', 'source', 'migration', 'alarm', 'secret', 'store', 'flag'],
  ['metric'],
  ['gate'],
  ['engine', 'config'],
  ['command'],
  ['slack', 'queue', 'audit', 'control', 'webhook'],
  ['local'],
];

/** Several members behind one contract and one list. */
const families = '(?:platform|source|gate|metric|migration|alarm|secret|store|flag)';

const test = '(?:[.]test[.]tsx?$|/testing/|^test/)';

const downwards = rungs.flatMap((folders, rung) =>
  folders.map((folder) => {
    const below = rungs.slice(0, rung).flat();
    return {
      name: `${folder}-looks-down`,
      comment: `src/${folder} may import ${[...below, folder].join(', ')}.`,
      severity: 'error',
      from: { path: `^src/${folder}/`, pathNot: test },
      to: { path: '^(?:src|commands|test)/', pathNot: `^src/(?:${[...below, folder].join('|')})/` },
    };
  }),
);

const vendors = [
  ['@slack', 'slack'],
  ['(?:bullmq|ioredis)', 'queue'],
  ['(?:pg-[a-z-]+|pg)', '(?:store|migration/postgres|local/samples/checkout)'],
  ['(?:kysely|@electric-sql)', 'store'],
  ['libpg-query', 'migration/check'],
  ['@js-temporal', 'core/calendar'],
  ['pino', 'telemetry'],
  ['prom-client', '(?:telemetry|platform/local)'],
  ['@octokit', 'source/github'],
  ['@aws-sdk', '(?:platform/ecs|metric/cloudwatch)'],
  ['@rgrove', 'gate'],
  ['(?:react|react-dom|slack-blocks-to-jsx)', 'local/page'],
  ['yaml', '(?:config|command|local|source/changelog|platform/kubernetes/access)'],
].map(([vendor, home]) => ({
  name: `${vendor.replace(/[^a-z-]/g, '')}-has-one-home`,
  severity: 'error',
  from: { path: '^(?:src|commands)/', pathNot: [`^src/${home}/`, test] },
  to: { path: `node_modules/(?:@types/)?${vendor}/` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: { path: '^(?:src|commands)/' }, to: { circular: true } },
    {
      name: 'no-orphans',
      comment: 'A module that nothing imports, and that imports nothing, is dead or forgotten.',
      severity: 'error',
      from: { orphan: true, pathNot: ['[.]test[.]tsx?$', '^test/', '[.]d[.]ts$'] },
      to: {},
    },
    { name: 'nothing-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'core-knows-nothing',
      comment: 'core imports itself and zod; the hash of a plan and the calendar are the two exceptions.',
      severity: 'error',
      from: {
        path: '^src/core/',
        pathNot: ['[.]test[.]ts$', '^src/core/canonical[.]ts$', '^src/core/calendar/'],
      },
      to: { pathNot: ['^src/core/', 'node_modules/zod/'] },
    },
    {
      name: 'the-calendar-knows-zones-only',
      comment: 'Temporal is pure: it knows zones and clock changes, and is handed every moment.',
      severity: 'error',
      from: { path: '^src/core/calendar/', pathNot: '[.]test[.]ts$' },
      to: { pathNot: ['^src/core/', 'node_modules/zod/', 'node_modules/@js-temporal/'] },
    },
    {
      name: 'only-the-hash-is-from-node',
      severity: 'error',
      from: { path: '^src/core/canonical[.]ts$' },
      to: { pathNot: ['^src/core/', '^(?:node:)?crypto$'] },
    },
    ...downwards,
    {
      name: 'gates-read-contracts-only',
      severity: 'error',
      from: { path: '^src/gate/', pathNot: test },
      to: {
        path: `^src/${families}/`,
        pathNot: ['^src/gate/', '^src/(?:platform/platform|metric/metric|source/source)[.]ts$'],
      },
    },
    {
      name: 'metrics-read-contracts-only',
      comment: 'A source of numbers may ask the place itself; by its contract, never by its members.',
      severity: 'error',
      from: { path: '^src/metric/', pathNot: test },
      to: { path: `^src/${families}/`, pathNot: ['^src/metric/', '^src/platform/platform[.]ts$'] },
    },
    {
      name: 'families-do-not-know-each-other',
      severity: 'error',
      from: {
        path: `^src/${families}/`.replace('(?:', '('),
        pathNot: ['^src/gate/', '^src/metric/', test],
      },
      to: { path: `^src/${families}/`, pathNot: '^src/$1/' },
    },
    {
      name: 'members-are-private',
      comment: 'Outside its family, a member is reached through the list of the family (index.ts).',
      severity: 'error',
      from: { pathNot: [`^src/${families}/`, test] },
      to: { path: `^src/${families}/[^/]+/` },
    },
    {
      name: 'members-do-not-know-each-other',
      severity: 'error',
      from: {
        path: '^src/(platform|source|gate|metric|migration|alarm|secret|flag)/([^/]+)/',
        pathNot: test,
      },
      to: { path: '^src/$1/[^/]+/', pathNot: '^src/$1/$2/' },
    },
    {
      name: 'commands-use-the-desk',
      comment:
        'A command uses the Desk that it is handed; it never reaches into the engine, nor into another command.',
      severity: 'error',
      from: { path: '^commands/([^/]+)/', pathNot: '[.]test[.]ts$' },
      to: { path: ['^src/(?!core/|command/)', '^commands/'], pathNot: '^commands/$1/' },
    },
    {
      name: 'only-the-wiring-knows-the-commands',
      severity: 'error',
      from: { path: '^src/', pathNot: ['^src/(?:main|generate)[.]ts$', '^src/process/', '[.]test[.]ts$'] },
      to: { path: '^commands/' },
    },
    {
      name: 'the-workspace-is-not-the-bot',
      comment:
        'The local workspace speaks to the bot over the wire only; that is what makes it a stand-in for Slack.',
      severity: 'error',
      from: { path: '^src/local/workspace/', pathNot: test },
      to: { path: '^src/(?!core/|http/|local/workspace/)' },
    },
    {
      name: 'the-page-knows-its-contract-only',
      severity: 'error',
      from: { path: '^src/local/page/', pathNot: test },
      to: { path: '^src/', pathNot: ['^src/local/page/', '^src/local/workspace/page-contract[.]ts$'] },
    },
    ...vendors,
    {
      name: 'child-processes-have-one-home',
      comment:
        'The local platform starts services; a kubeconfig may name a program that says who we are (EKS, GKE, AKS).',
      severity: 'error',
      from: {
        path: '^(?:src|commands)/',
        pathNot: ['^src/platform/local/', '^src/platform/kubernetes/access/exec-auth[.]ts$', '[.]test[.]ts$'],
      },
      to: { path: '^(?:node:)?child_process$' },
    },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      from: { path: '^(?:src|commands)/', pathNot: test },
      to: { path: test },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '[.](?:css|svg|html)$' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
