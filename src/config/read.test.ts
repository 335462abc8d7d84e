import { expect, test } from 'vitest';
import { z } from 'zod';
import { DEFAULT_CONFIGURATION } from '../local/default-configuration.ts';
import { sayFinding } from './finding.ts';
import { knownFrom } from './known.ts';
import { readConfiguration } from './read.ts';

const known = knownFrom(
  [
    {
      id: 'local',
      Address: z.strictObject({ service: z.enum(['api', 'web', 'checkout'], 'must be a sample service') }),
    },
    { id: 'render', Address: z.strictObject({ serviceId: z.string() }) },
  ],
  [{ id: 'dependencies-healthy' }, { id: 'serves-version' }],
  [{ id: 'changelog', Settings: z.strictObject({ file: z.string() }) }],
  [],
  [],
  [{ id: 'file', Settings: z.strictObject({}) }],
  [{ id: 'sql' }],
);

const GOOD = `
environments:
  staging: { channel: C0DEPLOYS, protected: false }
services:
  api:
    targets:
      staging:
        platform: local
        address: { service: api }
        strategy: rolling
        pace: { traffic: [50], observe: 6s, releaseDeadline: 30s }
  web:
    needs: [api]
    targets:
      staging:
        platform: local
        address: { service: web }
        strategy: rolling
        pace: { traffic: [], observe: 6s, releaseDeadline: 30s }
grants:
  - { role: viewer, people: [U0ADA], services: all, environments: [staging] }
`;

function findings(text: string): string[] {
  const reading = readConfiguration('slipway.yml', text, known);
  return reading.kind === 'read' ? [] : reading.findings.map(sayFinding);
}

function good(text: string) {
  const reading = readConfiguration('slipway.yml', text, known);
  if (reading.kind === 'broken') throw new Error(reading.findings.map(sayFinding).join('\n'));
  return reading.configuration;
}

test('the built-in configuration is good', () => {
  const { catalog, slack } = good(DEFAULT_CONFIGURATION);
  expect(catalog.services.map(({ name, needs }) => [name, needs])).toEqual([
    ['api', []],
    ['web', ['api']],
    ['checkout', []],
  ]);
  expect(catalog.services[0]?.targets[0]).toEqual({
    environment: 'staging',
    platform: 'local',
    address: { service: 'api' },
    strategy: 'rolling',
    pace: { trafficPercents: [25, 50], observeMs: 6_000, releaseDeadlineMs: 30_000, keepMs: 600_000 },
    gates: [
      { gate: 'dependencies-healthy', settings: {} },
      { gate: 'serves-version', settings: {} },
    ],
    criteria: { errorPercentMax: 2, latencyP95MsMax: 1_000, memoryMbMax: 256, requestsMin: 20 },
    watch: expect.objectContaining({ countdown: { strongMs: 5_000, plainMs: 10_000 } }),
  });
  expect(catalog.environments).toEqual([
    { name: 'staging', channel: 'C0DEPLOYS', isProtected: false, approval: null },
    {
      name: 'production',
      channel: 'C0PRODUCTION',
      isProtected: true,
      approval: {
        requirements: [{ needed: 1, group: null }],
        expiresAfterMs: 3_600_000,
        isAuthorExcluded: false,
      },
    },
  ]);
  expect(catalog.grants.map(({ role, people }) => [role, people])).toEqual([
    ['viewer', ['U0ADA', 'U0BEN']],
    ['deployer', ['U0ADA', 'U0BEN']],
    ['approver', ['U0ADA', 'U0BEN']],
    ['operator', ['U0ADA', 'U0BEN']],
    ['release-manager', ['U0ADA', 'U0BEN']],
    ['commander', ['U0ADA', 'U0BEN']],
    ['auditor', ['U0ADA']],
  ]);
  expect(slack.botToken).toBe('env:SLACK_BOT_TOKEN');
});

test('the version of a catalog changes with what is in it, and with nothing else', () => {
  const version = (text: string) => good(text).catalog.version;
  expect(version(`# a comment\n${GOOD}`)).toBe(version(GOOD));
  expect(version(`${GOOD}\nengine: { lease: 20s }`)).toBe(version(GOOD));
  expect(version(GOOD.replace('[50]', '[51]'))).not.toBe(version(GOOD));
});

test('a configuration cannot be changed after it was read', () => {
  const { catalog } = good(GOOD);
  expect(() => Object.assign(catalog.services[0]!.targets[0]!, { platform: 'render' })).toThrow(TypeError);
});

test('what is left out of the engine is the engine’s own', () => {
  expect(good(GOOD).patience).toEqual({});
  expect(good(`${GOOD}\nengine: { lease: 20s, outboxLate: 2m }`).patience).toEqual({
    leaseMs: 20_000,
    outboxLateMs: 120_000,
  });
});

test.each<[string, string, string | RegExp, string]>([
  [
    'an unknown key',
    'needs: [api]',
    'neds: [api]',
    'slipway.yml:13:5  services.web.neds: is not a key that belongs here. Did you mean needs?',
  ],
  [
    'a missing key',
    '        strategy: rolling\n        pace: { traffic: [50]',
    '        pace: { traffic: [50]',
    'slipway.yml:7:7  services.api.targets.staging.strategy: is missing.',
  ],
  [
    'an unknown platform',
    'platform: local',
    'platform: lokal',
    'slipway.yml:8:19  services.api.targets.staging.platform: there is no platform "lokal"; there is local. Did you mean local?',
  ],
  [
    'a kind of platform where the name of one belongs',
    'platform: local',
    'platform: render',
    'slipway.yml:8:19  services.api.targets.staging.platform: render is a kind of platform: say whose it is under platforms, with a name, and write that name here.',
  ],
  [
    'an unknown strategy',
    'strategy: rolling',
    'strategy: roling',
    'slipway.yml:10:19  services.api.targets.staging.strategy: there is no strategy "roling"; there are rolling, canary, blue-green, all-at-once, in-place. Did you mean rolling?',
  ],
  [
    'an address that is not the platform’s',
    '{ service: api }',
    '{ service: ap }',
    'slipway.yml:9:29  services.api.targets.staging.address.service: the platform local does not take this: must be a sample service.',
  ],
  [
    'an unknown needed service',
    'needs: [api]',
    'needs: [apii]',
    'slipway.yml:13:13  services.web.needs.0: there is no service "apii"; there are api, web. Did you mean api?',
  ],
  [
    'an undeclared environment',
    'environments:\n  staging:',
    'environments:\n  stage:',
    'slipway.yml:7:7  services.api.targets.staging: there is no environment "staging"; there is stage.',
  ],
  [
    'shares that do not rise',
    '[50]',
    '[50, 25]',
    'slipway.yml:11:26  services.api.targets.staging.pace.traffic: must rise, not a list.',
  ],
  [
    'text for a duration',
    '6s',
    'soon',
    'slipway.yml:11:41  services.api.targets.staging.pace.observe: must be a time from 1s to 1440m, such as 90s or 5m, not "soon".',
  ],
  [
    'a channel’s name',
    'C0DEPLOYS',
    "'#deploys'",
    'slipway.yml:3:23  environments.staging.channel: must be a channel\'s id such as C0DEPLOYS: names can be changed, ids cannot, not "#deploys".',
  ],
  [
    'a person’s name',
    '[U0ADA]',
    "['@ada']",
    "slipway.yml:21:30  grants.0.people.0: must be a person's id such as U0ADA, a user group's id such as S0RELEASE, os:name from this host's command line, or the name of one of the groups: names of accounts can be changed, ids cannot, not \"@ada\".",
  ],
  [
    'an unknown role',
    'viewer',
    'deployr',
    'slipway.yml:21:13  grants.0.role: must be viewer or deployer or approver or operator or release-manager or commander or auditor, not "deployr". Did you mean deployer?',
  ],
  [
    'a grant for an unknown place',
    '[staging]',
    '[production]',
    'slipway.yml:21:68  grants.0.environments.0: there is no environment "production"; there is staging.',
  ],
  [
    'a grant for everything that is not said',
    'services: all',
    'services: "*"',
    'slipway.yml:21:48  grants.0.services: must be all, or a list of names, not "*".',
  ],
  [
    'text for true or false',
    'protected: false',
    'protected: no',
    'slipway.yml:3:45  environments.staging.protected: must be true or false, not "no".',
  ],
  [
    'a service that is named like a deployment',
    '  api:',
    '  d-pi:',
    'slipway.yml:5:3  services.d-pi: must not begin with d-, as deployments do.',
  ],
  [
    'a service that is named like a lock',
    '  api:',
    '  l-7f3a9k2m:',
    'slipway.yml:5:3  services.l-7f3a9k2m: must not look like an id of ours, such as l-7f3a9k2m of a lock.',
  ],
  [
    'a duplicate key',
    'strategy: rolling',
    'platform: local',
    'slipway.yml:10:9  services.api.targets.staging.platform: is written twice.',
  ],
  [
    'a look-alike',
    'needs: [api]',
    'needs: [аpi]',
    'slipway.yml:13:13  services.web.needs.0: there is no service "аpi"; there are api, web. Did you mean api?',
  ],
])('%s is found at its place', (_, good, bad, expected) => {
  expect(findings(GOOD.replace(good, String(bad)))).toContain(expected);
});

test('several mistakes are told at once, in the order of the file', () => {
  const text = GOOD.replace('platform: local', 'platform: lokal').replace(
    'needs: [api]',
    'needs: [apii, wbe]',
  );
  expect(findings(text).map((line) => line.split('  ')[0])).toEqual([
    'slipway.yml:8:19',
    'slipway.yml:13:13',
    'slipway.yml:13:19',
  ]);
});

test('services that need each other are told as the circle that they are', () => {
  const text = GOOD.replace('  api:\n', '  api:\n    needs: [web]\n');
  expect(findings(text)).toEqual([
    'slipway.yml:6:12  services.api.needs: goes round in a circle: api needs web needs api.',
  ]);
  expect(findings(GOOD.replace('needs: [api]', 'needs: [web]'))[0]).toContain('web needs web');
});

test('a service that is needed has to be where it is needed', () => {
  const text = GOOD.replace(
    'environments:\n',
    'environments:\n  other: { channel: C0DEPLOYS, protected: false }\n',
  ).replace(/( {2}web:[\s\S]*?targets:\n {6})staging/, '$1other');
  expect(findings(text)[0]).toContain('api has no target in other, where web needs it.');
});

test('an empty list of people is nobody, and a grant without a list is a mistake', () => {
  expect(good(GOOD.replace('[U0ADA]', '[]')).catalog.grants[0]?.people).toEqual([]);
  expect(findings(GOOD.replace('people: [U0ADA], ', ''))).toEqual([
    'slipway.yml:21:5  grants.0.people: is missing.',
  ]);
});

test('what was typed without quotes stays what was typed', () => {
  const text = `platforms: { there: { kind: render } }${GOOD.replace(
    'local\n        address: { service: api }',
    'there\n        address: { serviceId: 1234567e1 }',
  )}`;
  const address = (typed: string) =>
    good(text.replace('1234567e1', typed)).catalog.services[0]?.targets[0]?.address;
  expect(address('1234567e1')).toEqual({ serviceId: '1234567e1' });
  expect(address('1.10')).toEqual({ serviceId: '1.10' });
  expect(address('0x10')).toEqual({ serviceId: '0x10' });
  expect(address('007')).toEqual({ serviceId: '007' });
  expect(address('123456789012345678901')).toEqual({ serviceId: '123456789012345678901' });
});

test('a secret in the file is refused wherever it stands, and never repeated', () => {
  const token = ['xoxb', '1234567890', 'AbCdEfGhIjKl'].join('-');
  for (const text of [
    `slack: { botToken: ${token} }\n${GOOD}`,
    `slack: { botToken: hunter2hunter2 }\n${GOOD}`,
    GOOD.replace('{ service: api }', `{ service: ${token} }`),
    GOOD.replace('needs: [api]', `${token}: [api]`),
    `${GOOD}\n${token}`,
    `${GOOD}\n  "${token}`,
  ]) {
    const said = findings(text).join('\n');
    expect(said).not.toBe('');
    expect(said).not.toContain('AbCdEfGhIjKl');
    expect(said).not.toContain('hunter2');
  }
});

test.each([
  ['__proto__', '__proto__: { polluted: true }'],
  ['a quoted __proto__', '"__proto__": { polluted: true }'],
  ['constructor', 'constructor: { prototype: { polluted: true } }'],
  ['a merge key', '<<: { polluted: true }'],
])('the key %s is refused, and nothing is polluted', (_, line) => {
  expect(findings(`${GOOD}\n${line}`)[0]).toContain('is a key that is not allowed here.');
  expect(findings(GOOD.replace('  api:\n', `  api:\n    ${line}\n`))[0]).toContain(
    'is a key that is not allowed here.',
  );
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...'bcdefghi'.split('').map((key, index) => {
    const before = 'abcdefghi'[index]!;
    return `${key}: &${key} [${Array.from({ length: 9 }, () => `*${before}`).join(', ')}]`;
  }),
].join('\n');

test.each([
  ['an alias bomb', bomb],
  ['an alias of itself', 'a: &a [*a]'],
  ['deep brackets', '['.repeat(100_000)],
  ['deep dashes', '- '.repeat(100_000)],
  ['deep indentation', Array.from({ length: 600 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ['a file that is too large', `# ${'x'.repeat(200_000)}`],
  ['very many keys', Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join('\n')],
  ['a tag', 'a: !!js/function "x"'],
  ['two documents', `${GOOD}---\n${GOOD}`],
  ['an empty file', ''],
  ['a list', '- a'],
  ['a word', 'hello'],
  ['zeros', '\0\0\0'],
  ['an alias of nothing', 'a: *b'],
])('%s is refused in words', (_, text) => {
  const said = findings(text);
  expect(said.length).toBeGreaterThan(0);
  expect(said.length).toBeLessThan(40);
  for (const line of said) expect(line).toMatch(/^slipway\.yml(:\d+:\d+)? {2}\S.*\.( Did you mean .*\?)?$/);
});

test('what looks like a secret is refused even where any text would do, as a value and as a key', () => {
  const token = ['xoxb', '1234567890', 'AbCdEfGhIjKl'].join('-');
  expect(findings(GOOD.replace('  api:\n', `  api:\n    summary: ${token}\n`))[0]).toContain(
    'looks like a secret',
  );
  const key = `  api:\n    ${token}: 1\n`;
  expect(findings(GOOD.replace('  api:\n', key))[0]).toContain('is a key that is not allowed here.');
});

test('twenty aliases are borne, one more is not', () => {
  const withAliases = (count: number) =>
    `x: &gate serves-version\ny: [${Array.from({ length: count }, () => '*gate').join(', ')}]\n${GOOD}`;
  expect(findings(withAliases(21)).join()).toContain('fewer aliases');
  expect(findings(withAliases(20)).join()).not.toContain('fewer aliases');
});

test('a service names the source of its code, and what the source does not take is found in its place', () => {
  const sourced = (source: string) => GOOD.replace('  api:\n', `  api:\n    source: ${source}\n`);
  const reading = readConfiguration('slipway.yml', sourced('{ kind: changelog, file: api.yml }'), known);
  expect(reading).toMatchObject({
    configuration: {
      catalog: {
        services: [{ source: { kind: 'changelog', settings: { file: 'api.yml' } } }, { source: null }],
      },
    },
  });
  expect(findings(sourced('{ kind: chanelog, file: api.yml }'))).toEqual([
    expect.stringContaining('services.api.source.kind: there is no kind of source "chanelog"'),
  ]);
  expect(findings(sourced('{ kind: changelog }'))).toEqual([
    expect.stringContaining('services.api.source.file: the source changelog does not take this'),
  ]);
  expect(findings(sourced('{ file: api.yml }'))).toHaveLength(1);
});

test('who comes next is told after what is written, else after a sensible time, and left out nobody does', () => {
  expect(good(GOOD).catalog.escalation).toBeUndefined();
  const { catalog } = good(
    `${GOOD}escalation: { critical: { after: 30s, to: [C0ONCALL, S0ONCALL] }, high: { to: [C0ONCALL] }, medium: { after: null } }\n`,
  );
  expect(catalog.escalation).toEqual({
    critical: { afterMs: 30_000, to: ['C0ONCALL', 'S0ONCALL'] },
    high: { afterMs: 900_000, to: ['C0ONCALL'] },
    medium: { afterMs: null, to: [] },
    low: { afterMs: null, to: [] },
  });
  expect(findings(`${GOOD}escalation: { critical: { to: [U0ADA] } }\n`).join()).toContain(
    'escalation.critical.to.0',
  );
});
