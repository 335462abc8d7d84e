import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MessageView } from '../../src/local/workspace/page-contract.ts';
import { buttonsOf, type Person, wordsOf } from './person.ts';
import { openStory, SHORT, type Story } from './story.ts';
import { until } from './until.ts';
import { answerTo, ended, order, rowsOf, statusShows } from './watching.ts';

let story: Story;
let ada: Person;

const CONFIGURATION = SHORT.replace('lookEvery: 2s', 'lookEvery: 2s, sampleEvery: 1s')
  .replace('  web:\n', '  web:\n    source: { kind: changelog, file: web/changelog.json }\n')
  .replace('  staging: {', '  live: { channel: C0DEPLOYS, protected: false }\n  staging: {');

beforeAll(async () => {
  story = await openStory({ configuration: CONFIGURATION });
  ada = await story.as('U0ADA');
  // The samples are brought up after the program says that it is ready.
  for (const service of ['api', 'web']) await statusShows(ada, service, 'v1');
});
afterAll(() => story?.close());

const chartsIn = ({ blocks }: Pick<MessageView, 'blocks'>) =>
  blocks.filter((block) => (block as { type: string }).type === 'data_visualization').length;
const ask = (line: string) => answerTo(ada, () => ada.type(line));

describe('what differs', () => {
  test('two versions are told apart by their commits, with who wrote them', async () => {
    const told = await ask('/deploy-compare web v1..v2');
    expect(told.text).toBe(
      'web: v2 has what v1 has not: 2 commits by Cleo and Ada, 2 files, no migrations, no change of configuration.',
    );
    expect(rowsOf(told)).toEqual([
      ['web-4', 'Cleo', 'Paint the page blue', '2026-11-20 05:57 UTC'],
      ['web-3', 'Ada', 'Say above the list what the orders are worth', '2026-11-20 05:57 UTC'],
    ]);
    expect(wordsOf(told)).toContain('none changed');
  });

  test('what really runs is compared, and a range the wrong way round is turned by a button', async () => {
    const told = await ask('/deploy-compare web v2..staging');
    expect(told.text).toContain('web: staging (v1) is behind v2 and has nothing that it has not.');
    const turned = await answerTo(ada, () => ada.press(told, 'Compare web staging..v2'));
    expect(turned.text).toContain('web: v2 has what staging (v1) has not: 2 commits');
    expect(wordsOf(turned)).toContain('Runs in staging');
  });

  test('an unknown version is answered with what was meant, as a button that works', async () => {
    const told = await ask('/deploy-compare web v1..v22');
    expect(told.text).toContain('web has no version, and no environment, named v22.');
    expect(buttonsOf(told)).toContain('Compare web v1..v2');
    const meant = await answerTo(ada, () => ada.press(told, 'Compare web v1..v2'));
    expect(meant.text).toContain('2 commits by Cleo and Ada');
  });

  test('a service without a source says that names alone were compared', async () => {
    const told = await ask('/deploy-compare api v1..v2');
    expect(told.text).toContain('What lies between them is not known: no source is configured for api.');
  });

  test('environments are compared service by service', async () => {
    const told = await ask('/deploy-compare live..staging');
    expect(rowsOf(told)).toEqual([
      ['api', 'does not run there', 'v1', 'cannot be compared'],
      ['web', 'does not run there', 'v1', 'cannot be compared'],
    ]);
  });

  test('typed alone it asks with a form, and judges what is filled in', async () => {
    await ada.type('/deploy-compare');
    await until(() => ada.forms().length > 0);
    const form = ada.forms().at(-1);
    if (form === undefined) throw new Error('there is a form');
    const told = await answerTo(ada, () => ada.submit(form, { 'v1:service': 'web', 'v1:range': 'v2..v3' }));
    expect(told.text).toContain('web: v3 has what v2 has not: 1 commit by Ben');
  });
});

describe('how it goes', () => {
  test('what was measured is drawn, and the deployments stand beneath', async () => {
    const card = await order(ada, () => ada.type('/deploy-staging web v2'), 'web v2 → staging');
    await ended(ada, card);
    let told = await ask('/deploy-metrics web --range 5m');
    await until(async () => {
      told = await ask('/deploy-metrics web --range 5m');
      return chartsIn(told) === 2;
    });
    expect(told.text).toMatch(/^web\/staging in the last 5 m, of which .+ were measured: \d+ requests, /);
    expect(wordsOf(told)).toContain('v2: ');
    expect(rowsOf(told).some((row) => row.includes('not measured'))).toBe(true);
    const memory = await answerTo(ada, () => ada.press(told, 'Memory of the largest release'));
    expect(chartsIn(memory)).toBe(1);
  });

  test('how deployments go is counted from the journal, and says what of what', async () => {
    const told = await ask('/deploy-metrics web --dora');
    expect(told.text).toBe(
      'web in staging, last 1 d: 1 of 1 deployments deployed, 0 failed or were taken back (0 %).',
    );
    const rows = new Map(rowsOf(told).map(([name, ...cells]) => [name, cells]));
    expect(rows.get('Change failure rate')?.slice(0, 2)).toEqual([
      '0 %',
      '0 failed or taken back of 1 that changed something',
    ]);
    expect(rows.get('Lead time')?.[1]).toBe('median of 2 commits, of 1 of 1 deployment');
    expect(rows.get('Time to restore')?.[0]).toBe('not enough');
  });
});
