import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Person } from './person.ts';
import { openStory, SHORT, type Story } from './story.ts';
import { answerTo, ended, order, rowsOf, servingOf } from './watching.ts';

const reports = mkdtempSync(join(tmpdir(), 'slipway-reports-'));

const gates = `gates:
          - dependencies-healthy
          - { gate: tests-passed, from: '${reports}/{version}.xml', within: 3s }
          - { gate: smoke, requests: [{ path: /, versionHeader: x-slipway-version }], inARow: 2, tries: 5 }
          - serves-version`;

let story: Story;
let ada: Person;

beforeAll(async () => {
  const [before, ...after] = SHORT.split('gates: [dependencies-healthy, serves-version]');
  story = await openStory({ configuration: `${before}${gates}${after.join('gates: [serves-version]')}` });
  ada = await story.as('U0ADA');
});
afterAll(async () => {
  await story?.close();
  rmSync(reports, { recursive: true });
});

function report(version: string, failures: number): void {
  const failed = failures === 0 ? '' : '<testcase name="adds up"><failure/></testcase>';
  const text = `<testsuite tests="${1 + failures}"><testcase name="takes an order"/>${failed}</testsuite>`;
  writeFileSync(join(reports, `${version}.xml`), text);
}

const deploy = async (version: string) =>
  ended(ada, await order(ada, () => ada.type(`/deploy-staging api ${version}`), `api ${version} → staging`));

test('nothing is changed while nobody knows whether its tests passed', async () => {
  const before = await servingOf(ada, 'api');
  const card = await deploy('v2');
  expect(card.text).toContain('stopped');
  expect(card.text).toContain('there is no report at');
  expect(await servingOf(ada, 'api')).toBe(before);
});

test('nor when one of them failed, and the card says which', async () => {
  report('v2', 1);
  const card = await deploy('v2');
  expect(card.text).toContain('stopped');
  expect(card.text).toContain('1 of 2 tests passed; failed: adds up');
});

test('with its tests passed it is deployed, and has to answer as it should', async () => {
  report('v2', 0);
  expect((await deploy('v2')).text).toContain('deployed');
});

test('whoever asks how it is sees what it answers now', async () => {
  const told = await answerTo(ada, () => ada.type('/deploy-health api'));
  expect(
    rowsOf(told)
      .find(([check]) => check === 'smoke')
      ?.slice(1, 3),
  ).toEqual(['ok', 'GET / answered 2 times in a row with 200']);
});
