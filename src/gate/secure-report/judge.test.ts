import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changedAnswers } from '../../../test/support/changed-answer.ts';
import { changedTexts } from '../../../test/support/changed-text.ts';
import { factsOf, judgeReport } from '../report.ts';
import { judgeFound } from './index.ts';
import { type Format, parseFindings } from './parse.ts';

const COMMIT = '3f2c9d1a77aa00bb11cc22dd33ee44ff55667788';
const DIGEST = `sha256:${'ab'.repeat(32)}`;
const NOW = Date.UTC(2026, 10, 20, 12);
const limits = { critical: 0, high: 0, medium: null, low: null };

function verdictOn(format: Format, report: unknown, more: { name?: string; isNamed?: boolean } = {}) {
  const text = typeof report === 'string' ? report : JSON.stringify(report);
  const { name = 'v2', isNamed = false } = more;
  const read = { kind: 'read', text, changedAtMs: NOW, isNamed } as const;
  const facts = factsOf(read, (each) => parseFindings(each, format), { name, commit: COMMIT }, NOW);
  return judgeReport(facts, { ageMax: 86_400_000, mustBeNamed: true }, (found) => judgeFound(found, limits));
}

const rule = (id: string, score: string) => ({ id, properties: { 'security-severity': score } });
const sarif = {
  $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: { driver: { name: 'CodeQL', rules: [rule('js/note', '3.1'), rule('js/sql', '8.8')] } },
      invocations: [{ executionSuccessful: true, endTimeUtc: '2026-11-20T11:00:00Z' }],
      versionControlProvenance: [{ repositoryUri: 'https://github.com/acme/shop', revisionId: COMMIT }],
      results: [
        { ruleId: 'js/note', ruleIndex: 0, level: 'note', message: { text: 'a note' } },
        {
          ruleId: 'js/sql',
          ruleIndex: 1,
          level: 'error',
          message: { text: 'set aside' },
          suppressions: [{ kind: 'external', status: 'accepted' }],
        },
      ] as Record<string, unknown>[],
    },
  ],
};

const trivy = {
  SchemaVersion: 2,
  CreatedAt: '2026-11-20T11:00:00.123456789Z',
  ArtifactName: 'registry.example.com/api:v2',
  ArtifactType: 'container_image',
  Metadata: { RepoDigests: [`registry.example.com/api@${DIGEST}`], Commit: COMMIT },
  Results: [
    { Target: 'api (alpine 3.20)', Class: 'os-pkgs', Type: 'alpine' },
    {
      Target: 'app/package-lock.json',
      Class: 'lang-pkgs',
      Vulnerabilities: [{ VulnerabilityID: 'CVE-2026-1', Severity: 'LOW' }],
      Misconfigurations: [{ ID: 'DS002', Severity: 'HIGH', Status: 'PASS' }],
    },
  ] as Record<string, unknown>[],
};

const snyk = {
  ok: false,
  vulnerabilities: [
    { id: 'SNYK-JS-1', severity: 'low', from: ['api', 'a'] },
    { id: 'SNYK-JS-1', severity: 'low', from: ['api', 'b', 'a'] },
  ] as Record<string, unknown>[],
  dependencyCount: 12,
  path: `registry.example.com/api@${DIGEST}`,
};
const clean = { ok: true, vulnerabilities: [], dependencyCount: 12 };

const reports = { sarif, trivy, snyk };
const named = { name: `registry.example.com/api@${DIGEST}` };

test('good reports pass, and say what they found', () => {
  expect(verdictOn('sarif', sarif)).toEqual({
    kind: 'pass',
    because: 'CodeQL: 1 finding, no more than allowed (1 low)',
  });
  expect(verdictOn('trivy', trivy)).toMatchObject({ kind: 'pass' });
  expect(verdictOn('snyk', snyk, named)).toEqual({
    kind: 'pass',
    because: 'Snyk: 1 finding, no more than allowed (1 low)',
  });
  expect(verdictOn('snyk', [clean, clean], { isNamed: true })).toEqual({
    kind: 'pass',
    because: 'Snyk: none',
  });
});

const changed = <T>(report: T, change: (report: T) => unknown): T => {
  const copy = structuredClone(report);
  change(copy);
  return copy;
};
const result = (more: object) =>
  changed(sarif, ({ runs }) => runs[0]?.results.push({ ruleId: 'js/sql', message: { text: 'x' }, ...more }));

test.each<[string, Format, unknown, string]>([
  ['a score of its rule', 'sarif', result({}), 'fail'],
  [
    'a score of its own',
    'sarif',
    result({ ruleId: 'x', properties: { 'security-severity': '9.8' } }),
    'fail',
  ],
  [
    'a score that is none',
    'sarif',
    result({ ruleId: 'x', properties: { 'security-severity': 'bad' } }),
    'unknown',
  ],
  ['an error without a score', 'sarif', result({ ruleId: 'x', level: 'error' }), 'fail'],
  ['a level left out, which is a warning', 'sarif', result({ ruleId: 'x' }), 'pass'],
  ['a level that nobody knows', 'sarif', result({ ruleId: 'x', level: 'worst' }), 'unknown'],
  ['what somebody would set aside', 'sarif', result({ suppressions: [{ status: 'underReview' }] }), 'fail'],
  ['what is gone since', 'sarif', result({ baselineState: 'absent' }), 'pass'],
  ['what passed', 'sarif', result({ kind: 'pass' }), 'pass'],
  [
    'a run that broke',
    'sarif',
    changed(sarif, ({ runs }) =>
      Object.assign(runs[0]?.invocations[0] ?? {}, { executionSuccessful: false }),
    ),
    'unknown',
  ],
  [
    'a run that looked for nothing',
    'sarif',
    changed(sarif, ({ runs }) => Object.assign(runs[0] ?? {}, { results: null })),
    'unknown',
  ],
  ['no run', 'sarif', { ...sarif, runs: [] }, 'unknown'],
  [
    'another commit',
    'sarif',
    changed(sarif, ({ runs }) =>
      Object.assign(runs[0]?.versionControlProvenance[0] ?? {}, { revisionId: 'f'.repeat(40) }),
    ),
    'unknown',
  ],
  [
    'no commit at all',
    'sarif',
    changed(sarif, ({ runs }) => Object.assign(runs[0] ?? {}, { versionControlProvenance: [] })),
    'unknown',
  ],
  [
    'a grave one',
    'trivy',
    changed(trivy, ({ Results }) =>
      Results.push({ Target: 'x', Vulnerabilities: [{ Severity: 'CRITICAL' }] }),
    ),
    'fail',
  ],
  [
    'a secret',
    'trivy',
    changed(trivy, ({ Results }) => Results.push({ Target: 'x', Secrets: [{ Severity: 'HIGH' }] })),
    'fail',
  ],
  [
    'a misconfiguration',
    'trivy',
    changed(trivy, ({ Results }) =>
      Results.push({ Target: 'x', Misconfigurations: [{ Severity: 'HIGH', Status: 'FAIL' }] }),
    ),
    'fail',
  ],
  [
    'of no severity',
    'trivy',
    changed(trivy, ({ Results }) =>
      Results.push({ Target: 'x', Vulnerabilities: [{ Severity: 'UNKNOWN' }] }),
    ),
    'unknown',
  ],
  ['nothing that it knows how to look at', 'trivy', { ...trivy, Results: undefined }, 'unknown'],
  ['a form of another time', 'trivy', { ...trivy, SchemaVersion: 1 }, 'unknown'],
  [
    'Snyk that broke',
    'snyk',
    { ok: false, error: 'no such file', vulnerabilities: [], path: snyk.path },
    'unknown',
  ],
  ['all well, and something is not', 'snyk', { ...snyk, ok: true }, 'unknown'],
  [
    'Snyk with a grave one',
    'snyk',
    changed(snyk, ({ vulnerabilities }) => vulnerabilities.push({ id: 'S2', severity: 'critical' })),
    'fail',
  ],
  [
    'Snyk told to leave out what counts',
    'snyk',
    { ...clean, severityThreshold: 'critical', path: snyk.path },
    'unknown',
  ],
  [
    'Snyk told to leave out what does not count',
    'snyk',
    { ...clean, severityThreshold: 'high', path: snyk.path },
    'pass',
  ],
  ['a report in another form', 'snyk', trivy, 'unknown'],
  ['a report in another form', 'trivy', sarif, 'unknown'],
  ['nothing', 'sarif', '', 'unknown'],
])('%s (%s)', (_, format, report, kind) => {
  expect(verdictOn(format, report, format === 'snyk' ? named : {}).kind).toBe(kind);
});

test('an image is known by its digest: that of another one says nothing, and nor does none', () => {
  const other = `registry.example.com/api@sha256:${'cd'.repeat(32)}`;
  expect(verdictOn('snyk', clean, named).kind).toBe('unknown');
  expect(verdictOn('snyk', { ...clean, path: other }, { ...named, isNamed: true }).kind).toBe('unknown');
  expect(verdictOn('trivy', trivy, { name: other }).kind).toBe('unknown');
  expect(
    verdictOn('trivy', { ...trivy, Metadata: { RepoDigests: trivy.Metadata.RepoDigests } }, named).kind,
  ).toBe('pass');
  expect(verdictOn('trivy', { ...trivy, Metadata: {} }).kind).toBe('unknown');
});

// biome-ignore lint/suspicious/noExplicitAny: whatever a changed report may hold
type Bag = Record<string, any>;
const list = (value: unknown): Bag[] => (Array.isArray(value) ? value : []);
const isGrave = (word: unknown) => /^(?:critical|high)$/i.test(String(word));

/** What makes a report a good one, said a second time and in another way. */
const isGood: Record<Format, (report: Bag) => boolean> = {
  sarif: ({ runs }) =>
    list(runs).length > 0 &&
    list(runs).every(
      (run) =>
        Array.isArray(run['results']) &&
        list(run['invocations']).every((one) => one['executionSuccessful'] === true) &&
        list(run['results']).every((one) => {
          const own = one['properties']?.['security-severity'];
          const rules = list(run['tool'].driver.rules);
          const ofRule =
            rules.find(({ id }) => id === one['ruleId']) ?? (one['ruleId'] ? {} : rules[one['ruleIndex']]);
          const score = own ?? ofRule?.['properties']?.['security-severity'];
          const isHigh = score === undefined ? one['level'] === 'error' : Number(score) >= 7;
          const isAside = list(one['suppressions']).some(
            ({ status }) => (status ?? 'accepted') === 'accepted',
          );
          const isPast =
            ['pass', 'notApplicable', 'informational'].includes(one['kind']) ||
            one['baselineState'] === 'absent';
          return !isHigh || isAside || isPast;
        }),
    ) &&
    list(runs)
      .flatMap((run) => list(run['versionControlProvenance']))
      .some(({ revisionId }) => COMMIT.startsWith(revisionId)),
  trivy: ({ SchemaVersion, Results, Metadata, ArtifactName }) =>
    SchemaVersion === 2 &&
    list(Results).length > 0 &&
    list(Results).every((each) =>
      ['Vulnerabilities', 'Misconfigurations', 'Secrets'].every((kind) =>
        list(each[kind]).every((one) => !isGrave(one['Severity']) || one['Status'] === 'PASS'),
      ),
    ) &&
    (COMMIT.startsWith(Metadata?.Commit) || JSON.stringify([ArtifactName, Metadata]).includes(DIGEST)),
  snyk: (report) =>
    (Array.isArray(report) ? report : [report]).every(
      ({ ok, error, vulnerabilities }: Bag) =>
        error === undefined &&
        ok === (list(vulnerabilities).length === 0) &&
        !list(vulnerabilities).some(({ severity }) => isGrave(severity)),
    ) && JSON.stringify(report).includes(DIGEST),
};

test.each(Object.keys(reports) as Format[])(
  'whatever happens to a good report of %s, it passes only when it is still one',
  (format) => {
    const words = [
      'CRITICAL',
      'high',
      'error',
      'FAIL',
      '9.9',
      9.9,
      2,
      COMMIT.slice(0, 8),
      'f'.repeat(40),
      DIGEST,
    ];
    let passed = 0;
    const judges = (text: string) => {
      if (verdictOn(format, text, format === 'snyk' ? named : {}).kind !== 'pass') return true;
      passed += 1;
      return isGood[format](JSON.parse(text) as Bag);
    };
    const answers = changedAnswers(reports[format], words).map((value) => JSON.stringify(value) ?? '');
    fc.assert(fc.property(answers, judges), { numRuns: 10_000 });
    fc.assert(fc.property(changedTexts(JSON.stringify(reports[format])), judges), { numRuns: 10_000 });
    expect(passed).toBeGreaterThan(500);
  },
);
