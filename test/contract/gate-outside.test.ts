import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Subject } from '../../src/gate/gate.ts';
import { gateNamed } from '../../src/gate/index.ts';
import { gatesWorld } from '../../src/process/gates.ts';
import { openSecrets } from '../../src/secret/index.ts';
import { type Answer, type Call, openStandIn, type StandIn } from '../support/stand-in/index.ts';

// Gates against real servers and real files, over the way out that the program itself has.

const TOKEN = 'token-of-nobody';
const COMMIT = '3f2c9d1a77aa00bb11cc22dd33ee44ff55667788';
const folder = mkdtempSync(join(tmpdir(), 'slipway-gates-'));
let standIn: StandIn;
let answers: Record<string, (call: Call) => Answer> = {};

beforeAll(async () => {
  standIn = await openStandIn({
    spec: null,
    basePath: '',
    handle: (call) => answers[call.path]?.(call) ?? { status: 404, json: { errors: [{ status: '404' }] } },
  });
});
afterEach(() => {
  answers = {};
});
afterAll(async () => {
  await standIn.close();
  rmSync(folder, { recursive: true });
});

function subject(): Subject {
  const secrets = openSecrets({
    variables: { CI_TOKEN: TOKEN },
    nowMs: Date.now,
    learn: () => undefined,
  });
  const world = gatesWorld({
    secrets,
    redact: (text) => text.replaceAll(TOKEN, '…'),
    servicesFolder: folder,
  });
  return {
    ...world,
    target: { version: { name: 'v2', commit: COMMIT } },
    site: { look: async () => ({ atMs: Date.now(), frontDoor: `${standIn.url}/shop`, releases: [] }) },
    nowMs: Date.now(),
  } as unknown as Subject;
}

async function ask(gate: string, settings: object) {
  const verdict = await gateNamed(gate)?.check(subject(), settings);
  expect(JSON.stringify(verdict)).not.toContain(TOKEN);
  return verdict;
}

const isShown = ({ headers }: Call) => headers['authorization'] === `Bearer ${TOKEN}`;
const junit = (commit = COMMIT) =>
  `<testsuite tests="1"><properties><property name="commit" value="${commit}"/></properties><testcase name="a"/></testsuite>`;

describe('a report', () => {
  test('is fetched from its address with its secret, for the very commit', async () => {
    answers[`/ci/${COMMIT}/unit.xml`] = (call) =>
      isShown(call)
        ? {
            status: 200,
            text: junit(),
            type: 'application/xml',
            headers: { 'last-modified': new Date().toUTCString() },
          }
        : { status: 401, json: {} };
    const from = `${standIn.url}/ci/{commit}/unit.xml`;
    expect(await ask('tests-passed', { from, secret: 'env:CI_TOKEN' })).toEqual({
      kind: 'pass',
      because: '1 of 1 test passed',
    });
    expect((await ask('tests-passed', { from }))?.kind).toBe('unknown');
    expect((await ask('tests-passed', { from, secret: 'env:NOWHERE' }))?.kind).toBe('unknown');
  });

  test('that is not there yet, cut off on its way, or a page to sign in, is not known', async () => {
    const from = `${standIn.url}/ci/{commit}/unit.xml`;
    expect(await ask('tests-passed', { from })).toEqual({
      kind: 'unknown',
      because: `there is no report at ${standIn.url}/ci/${COMMIT}/unit.xml`,
    });
    answers[`/ci/${COMMIT}/unit.xml`] = () => ({ status: 200, text: junit().slice(0, -5) });
    expect((await ask('tests-passed', { from }))?.kind).toBe('unknown');
    answers[`/ci/${COMMIT}/unit.xml`] = () => ({ status: 302, headers: { location: '/sign-in' } });
    expect((await ask('tests-passed', { from }))?.kind).toBe('unknown');
  });

  test('may be a file, and leads nowhere else whatever the version is called', async () => {
    mkdirSync(join(folder, 'reports'));
    writeFileSync(join(folder, 'reports', `${COMMIT}.xml`), junit());
    expect((await ask('tests-passed', { from: 'reports/{commit}.xml' }))?.kind).toBe('pass');
    expect((await ask('tests-passed', { from: 'reports/{version}.xml' }))?.kind).toBe('unknown');
    writeFileSync(join(folder, 'reports', 'v2.xml'), junit('ffffffffffffffff'));
    expect(await ask('tests-passed', { from: 'reports/{version}.xml' })).toEqual({
      kind: 'unknown',
      because: 'it is a report of ffffffffffffffff, not of 3f2c9d1a77aa',
    });
  });
});

/** As HCP Terraform describes its own API: https://developer.hashicorp.com/terraform/cloud-docs/api-docs/run */
describe('the workspace of HCP Terraform', () => {
  const run = (id: string, attributes: object) => ({
    id,
    type: 'runs',
    attributes: {
      status: 'applied',
      'created-at': '2026-11-20T10:00:00.000Z',
      'has-changes': true,
      'is-destroy': false,
      'plan-only': false,
      message: 'Merge pull request',
      ...attributes,
    },
  });
  const serve = (...runs: object[]) => {
    answers['/api/v2/organizations/acme/workspaces/network'] = () => ({
      status: 200,
      json: { data: { id: 'ws-SihZTyXKfNXUWuUa', type: 'workspaces', attributes: { name: 'network' } } },
      type: 'application/vnd.api+json',
    });
    answers['/api/v2/workspaces/ws-SihZTyXKfNXUWuUa/runs'] = (call) => {
      const commit = call.query.get('search[commit]');
      if (!isShown(call))
        return { status: 401, json: { errors: [{ status: '401', title: 'unauthorized' }] } };
      const listed = commit === null || commit === COMMIT ? runs : [];
      return { status: 200, json: { data: listed }, type: 'application/vnd.api+json' };
    };
  };
  const settings = () => ({ workspace: 'acme/network', address: standIn.url, secret: 'env:CI_TOKEN' });

  test('is as good as its newest run, and only reads', async () => {
    serve(
      run('run-old', { status: 'errored', 'created-at': '2026-11-19T10:00:00.000Z' }),
      run('run-new', {}),
      run('run-look', {
        status: 'planned_and_finished',
        'plan-only': true,
        'created-at': '2026-11-20T11:00:00.000Z',
      }),
    );
    expect(await ask('infrastructure-planned', settings())).toEqual({
      kind: 'pass',
      because: 'the newest run of acme/network (run-new) is applied',
    });
    expect((await ask('infrastructure-planned', { ...settings(), sameCommit: true }))?.kind).toBe('pass');
    expect(standIn.calls().filter(({ method }) => method !== 'GET')).toEqual([]);
    const later = { 'created-at': '2026-11-20T12:00:00.000Z' };
    const look = { ...later, 'refresh-only': true, status: 'planned_and_finished', 'has-changes': false };
    serve(run('run-new', { status: 'errored' }), run('run-look', look));
    expect((await ask('infrastructure-planned', settings()))?.kind).toBe('fail');
    serve(run('run-new', {}), run('run-took', { ...later, 'refresh-only': true }));
    expect((await ask('infrastructure-planned', settings()))?.because).toContain('taken over what is there');
    serve(run('run-new', { 'target-addrs': ['aws_instance.web'] }));
    expect((await ask('infrastructure-planned', settings()))?.kind).toBe('unknown');
    serve(run('run-new', { status: 'planned' }));
    expect((await ask('infrastructure-planned', settings()))?.kind).toBe('unknown');
    serve(run('run-new', { status: 'errored' }));
    expect((await ask('infrastructure-planned', settings()))?.kind).toBe('fail');
  });

  test('without a run, a permission, or an answer that is whole, is not known', async () => {
    expect((await ask('infrastructure-planned', settings()))?.kind).toBe('unknown');
    serve();
    expect((await ask('infrastructure-planned', settings()))?.kind).toBe('unknown');
    serve(run('run-new', {}));
    expect((await ask('infrastructure-planned', { ...settings(), secret: undefined }))?.kind).toBe('unknown');
    serve(run('run-new', { 'has-changes': undefined }));
    expect((await ask('infrastructure-planned', settings()))?.kind).toBe('unknown');
  });
});

test('a status page is read in the format of Statuspage', async () => {
  answers['/api/v2/components.json'] = () => ({
    status: 200,
    json: {
      page: { id: 'kctbh9vrtdwd' },
      components: [{ id: '8l4ygp009s5s', name: 'Git Operations', status: 'operational' }],
    },
  });
  answers['/api/v2/status.json'] = () => ({
    status: 200,
    json: {
      page: { id: 'kctbh9vrtdwd' },
      status: { indicator: 'minor', description: 'Minor Service Outage' },
    },
  });
  expect((await ask('third-party-up', { page: standIn.url }))?.kind).toBe('fail');
  expect((await ask('third-party-up', { page: standIn.url, components: ['Git Operations'] }))?.kind).toBe(
    'pass',
  );
  answers = {};
  expect((await ask('third-party-up', { page: standIn.url }))?.kind).toBe('unknown');
});

test('smoke tests ask the service itself, once for each try', async () => {
  let times = 0;
  answers['/shop/health'] = () => {
    times += 1;
    return times === 2
      ? { status: 500, text: 'no' }
      : { status: 200, text: 'ok', headers: { 'x-slipway-version': 'v2' } };
  };
  const requests = [{ path: '/health', contains: 'ok', versionHeader: 'x-slipway-version' }];
  expect((await ask('smoke', { requests, inARow: 2, tries: 4 }))?.kind).toBe('pass');
  expect(times).toBe(4);
  times = 1;
  expect(await ask('smoke', { requests })).toEqual({
    kind: 'fail',
    because: 'GET /health answered 500 and not 200',
  });
});

test('what is reached without encryption has no certificate that could be good', async () => {
  expect((await ask('certificate-valid', {}))?.kind).toBe('fail');
});
