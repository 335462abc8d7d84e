import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_CONFIGURATION } from '../local/default-configuration.ts';
import { checkFile, readConfigurationFile } from './check-file.ts';
import { sayFinding } from './finding.ts';
import type { Known } from './known.ts';
import { watchConfiguration } from './watch.ts';

const known: Known = {
  platforms: ['local'],
  checkPlatform: () => [],
  gates: ['dependencies-healthy', 'serves-version'],
  checkGate: () => [],
  checkAddress: () => [],
  sources: ['changelog'],
  checkSource: () => [],
  alarms: [],
  checkAlarm: () => [],
  metrics: [],
  flags: ['file'],
  migrations: ['sql'],
  checkFlag: () => [],
  checkMetric: () => [],
  checkQuery: () => [],
  lateMs: () => 0,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

const SLOWER = DEFAULT_CONFIGURATION.replace('observe: 6s', 'observe: 9s');
const BROKEN = DEFAULT_CONFIGURATION.replace('platform: local', 'platform: lokal');

async function watched(name: string) {
  const file = join(folder, name);
  await writeFile(file, DEFAULT_CONFIGURATION);
  const first = await readConfigurationFile(file, known);
  if (first.kind === 'broken') throw new Error(first.findings.map(sayFinding).join());
  const told: string[] = [];
  let tick = () => {};
  const watch = watchConfiguration(first.configuration, () => readConfigurationFile(file, known), {
    onChange: ({ catalog }) => told.push(`changed to ${catalog.services[0]?.targets[0]?.pace.observeMs}`),
    onProblem: (findings) => told.push(`problem: ${findings[0]?.message}`),
    onRecovery: () => told.push('good again'),
    every: (_, look) => {
      tick = look;
      return () => told.push('stopped');
    },
  });
  return {
    file,
    watch,
    told,
    tick: () => tick(),
    observeMs: () => watch.current().catalog.services[0]?.targets[0]?.pace.observeMs,
  };
}

test('a broken file leaves the last good configuration in force, and is told once', async () => {
  const { file, watch, told, observeMs } = await watched('a.yml');
  await writeFile(file, BROKEN);
  await watch.look();
  await watch.look();
  expect(observeMs()).toBe(6_000);
  expect(told).toEqual([expect.stringContaining('there is no platform "lokal"')]);

  await writeFile(file, SLOWER);
  await watch.look();
  await watch.look();
  expect(observeMs()).toBe(9_000);
  expect(told.slice(1)).toEqual(['changed to 9000']);
});

test('a file that is repaired to what it was is said to be good again', async () => {
  const { file, watch, told } = await watched('b.yml');
  await writeFile(file, BROKEN);
  await watch.look();
  await writeFile(file, DEFAULT_CONFIGURATION);
  await watch.look();
  expect(told.at(-1)).toBe('good again');
});

test('a file that vanishes, or may not be read, changes nothing', async () => {
  const { file, watch, told, observeMs } = await watched('c.yml');
  await rm(file);
  await watch.look();
  expect(observeMs()).toBe(6_000);
  expect(told).toEqual(['problem: does not exist.']);
});

test('it looks when told to by the clock, and never after it was closed', async () => {
  const { file, watch, told, tick } = await watched('d.yml');
  await writeFile(file, SLOWER);
  tick();
  await watch.look();
  watch.close();
  await writeFile(file, BROKEN);
  await watch.look();
  expect(told).toEqual(['changed to 9000', 'stopped']);
});

test('slipway check names every finding with its place and ends with 1, or says what is good and ends with 0', async () => {
  const file = join(folder, 'e.yml');
  await writeFile(file, BROKEN.replace('[dependencies-healthy, serves-version]', '[serves-versoin]'));
  const bad = await checkFile(file, known);
  expect(bad.exitCode).toBe(1);
  expect(bad.lines).toEqual([
    `${file}:24:19  services.api.targets.staging.platform: there is no platform "lokal"; there is local. Did you mean local?`,
    expect.stringContaining('there is no gate "serves-versoin"'),
    `2 things are wrong with ${file}.`,
  ]);

  await writeFile(file, DEFAULT_CONFIGURATION);
  const good = await checkFile(file, known);
  expect(good.exitCode).toBe(0);
  expect(good.lines.join()).toContain('is good: 3 services, 2 environments, 2 people with a role');
});

test('a folder or a missing file is a finding, not a crash', async () => {
  expect((await checkFile(folder, known)).lines[0]).toContain('is a folder.');
  expect((await checkFile(join(folder, 'none.yml'), known)).lines[0]).toContain('does not exist.');
});
