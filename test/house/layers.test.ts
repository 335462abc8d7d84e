import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

const Cruised = z.object({
  summary: z.object({
    totalCruised: z.number(),
    totalDependenciesCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

const CONFIG = resolve('.dependency-cruiser.cjs');
const CRUISER = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

function cruise(folder: string, ...parts: string[]) {
  const words = [CRUISER, ...parts, '--config', CONFIG, '--output-type', 'json'];
  const out = execFileSync(process.execPath, words, {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 200_000_000,
  });
  return Cruised.parse(JSON.parse(out)).summary;
}

test('every import goes downwards, and they were really looked at', () => {
  const { violations, totalCruised, totalDependenciesCruised } = cruise('.', 'src', 'commands', 'test');
  expect(violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
  // A checker that reads nothing complains about nothing.
  expect(totalCruised).toBeGreaterThan(300);
  expect(totalDependenciesCruised).toBeGreaterThan(1_200);
});

/** One small house in which every rule is broken once: the file that breaks it, and what it imports. */
const broken: Record<string, [file: string, imports: string]> = {
  'no-circles': ['src/engine/circle-back.ts', './circle.ts'],
  'core-knows-nothing': ['src/core/reads.ts', 'node:fs'],
  'the-calendar-knows-zones-only': ['src/core/calendar/reads.ts', 'node:fs'],
  'only-the-hash-is-from-node': ['src/core/canonical.ts', 'node:fs'],
  'core-looks-down': ['src/core/climbs.ts', '../engine/engine.ts'],
  'http-looks-down': ['src/http/climbs.ts', '../telemetry/index.ts'],
  'telemetry-looks-down': ['src/telemetry/index.ts', '../store/store.ts'],
  'platform-looks-down': ['src/platform/platform.ts', '../engine/engine.ts'],
  'source-looks-down': ['src/source/source.ts', '../config/index.ts'],
  'migration-looks-down': ['src/migration/migration.ts', '../engine/engine.ts'],
  'alarm-looks-down': ['src/alarm/alarm.ts', '../config/index.ts'],
  'secret-looks-down': ['src/secret/secret.ts', '../config/index.ts'],
  'store-looks-down': ['src/store/store.ts', '../queue/index.ts'],
  'metric-looks-down': ['src/metric/climbs.ts', '../engine/engine.ts'],
  'metrics-read-contracts-only': ['src/metric/peeks.ts', '../platform/render/client.ts'],
  'gate-looks-down': ['src/gate/gate.ts', '../engine/engine.ts'],
  'engine-looks-down': ['src/engine/sideways.ts', '../config/index.ts'],
  'config-looks-down': ['src/config/sideways.ts', '../engine/engine.ts'],
  'command-looks-down': ['src/command/climbs.ts', '../slack/index.ts'],
  'slack-looks-down': ['src/slack/sideways.ts', '../queue/index.ts'],
  'queue-looks-down': ['src/queue/sideways.ts', '../slack/index.ts'],
  'audit-looks-down': ['src/audit/sideways.ts', '../queue/index.ts'],
  'webhook-looks-down': ['src/webhook/sideways.ts', '../queue/index.ts'],
  'control-looks-down': ['src/control/sideways.ts', '../queue/index.ts'],
  'local-looks-down': ['src/local/climbs.ts', '../process/start.ts'],
  'gates-read-contracts-only': ['src/gate/looks/index.ts', '../../store/store.ts'],
  'families-do-not-know-each-other': ['src/store/knows.ts', '../platform/platform.ts'],
  'members-are-private': ['src/engine/peeks.ts', '../platform/render/client.ts'],
  'members-do-not-know-each-other': ['src/platform/local/peeks.ts', '../render/client.ts'],
  'commands-use-the-desk': ['commands/deploy-x/command.ts', '../../src/engine/engine.ts'],
  'only-the-wiring-knows-the-commands': ['src/slack/knows.ts', '../../commands/index.ts'],
  'the-workspace-is-not-the-bot': ['src/local/workspace/knows.ts', '../../slack/index.ts'],
  'the-page-knows-its-contract-only': ['src/local/page/knows.ts', '../../core/plan.ts'],
  'slack-has-one-home': ['src/queue/bolt.ts', '@slack/bolt'],
  'bullmqioredis-has-one-home': ['src/engine/bell.ts', 'bullmq'],
  'pg-a-z-pg-has-one-home': ['src/engine/sql.ts', 'pg'],
  'kyselyelectric-sql-has-one-home': ['src/migration/postgres/typed.ts', 'kysely'],
  'libpg-query-has-one-home': ['src/engine/grammar.ts', 'libpg-query'],
  'js-temporal-has-one-home': ['src/engine/zones.ts', '@js-temporal/polyfill'],
  'pino-has-one-home': ['src/engine/log.ts', 'pino'],
  'prom-client-has-one-home': ['src/engine/count.ts', 'prom-client'],
  'aws-sdk-has-one-home': ['src/engine/cloud.ts', '@aws-sdk/client-ecs'],
  'octokit-has-one-home': ['src/gate/ci.ts', '@octokit/rest'],
  'rgrove-has-one-home': ['src/engine/xml.ts', '@rgrove/parse-xml'],
  'reactreact-domslack-blocks-to-jsx-has-one-home': ['src/slack/page.ts', 'react'],
  'yaml-has-one-home': ['src/engine/yaml.ts', 'yaml'],
  'child-processes-have-one-home': ['src/engine/spawns.ts', 'node:child_process'],
  'nobody-imports-tests': ['src/engine/tests.ts', '../../test/support/plans.ts'],
  'nothing-unresolved': ['src/engine/lost.ts', './nowhere.ts'],
  'no-orphans': ['src/engine/alone.ts', ''],
};

const plain = [
  'src/engine/engine.ts',
  'src/config/index.ts',
  'src/slack/index.ts',
  'src/queue/index.ts',
  'src/process/start.ts',
  'src/platform/render/client.ts',
  'src/core/plan.ts',
  'commands/index.ts',
  'test/support/plans.ts',
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-house-'));
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    '{ "compilerOptions": { "module": "nodenext", "allowImportingTsExtensions": true } }',
  );
  for (const file of plain) write(file, '');
  write('src/engine/circle.ts', './circle-back.ts');
  for (const [file, imports] of Object.values(broken)) write(file, imports);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Type imports: what disappears when the program runs is a dependency all the same. */
function write(file: string, imports: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  const line =
    imports === '' ? '' : `import type * as other from '${imports}';\nexport type Other = typeof other;\n`;
  writeFileSync(join(folder, file), `${line}export const here = 1;\n`);
}

test('every rule of the layering is seen to fail in a house that breaks it', () => {
  const { violations } = cruise(folder, 'src', 'commands', 'test');
  const seen = new Set(violations.map(({ rule, from }) => `${rule.name} in ${from}`));
  const missed = Object.entries(broken).filter(([rule, [file]]) => !seen.has(`${rule} in ${file}`));
  expect(missed).toEqual([]);
});

test('there is no rule that was not seen to fail', () => {
  const { forbidden } = createRequire(import.meta.url)(CONFIG) as { forbidden: { name: string }[] };
  const absent = ['flag'].map((folder) => `${folder}-looks-down`);
  const names = forbidden.map(({ name }) => name).filter((name) => !absent.includes(name));
  expect(Object.keys(broken).toSorted()).toEqual(names.toSorted());
});
