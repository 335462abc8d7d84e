import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { commands } from '../../commands/index.ts';
import { manifest, understand } from '../../src/command/index.ts';
import { without } from '../support/skips.ts';

test('every folder in commands/ is one command of the same name, and the other way round', () => {
  const folders = readdirSync('commands', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.length).toBeGreaterThan(0);
  expect(commands.map(({ name }) => name).toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
});

test.each(commands)('/$name fits into what Slack shows, and understands its own examples', (command) => {
  expect(`/${command.name}`).toMatch(/^\/deploy-[a-z-]{1,24}$/);
  expect(command.summary).toMatch(/^[A-Z].*[^.]$/);
  expect(command.summary.length).toBeLessThanOrEqual(140);
  expect(command.examples.length).toBeGreaterThan(0);
  for (const example of command.examples) {
    expect([example, understand(commands, command.name, example).kind]).toEqual([example, 'prepared']);
  }
});

/** Slack's own description, https://github.com/slackapi/manifest-schema 0.5.0. It does not ship with this project. */
const SCHEMA = '../shared/specs/slack-manifest.schema.2.0.0.json';
const hasSchema = existsSync(SCHEMA);
if (!hasSchema) without('the manifest against Slack’s own schema', `there is no ${SCHEMA} here`);

function verdictOn(text: string): unknown {
  const schema: unknown = JSON.parse(readFileSync(SCHEMA, 'utf8'));
  const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(
    schema as object,
  );
  return validate(parse(text))
    ? []
    : validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

test.skipIf(!hasSchema)('Slack’s own schema accepts the manifest, and would refuse a broken one', () => {
  expect(verdictOn(manifest(commands))).toEqual([]);
  const many = Array.from({ length: 51 }, (_, index) => ({ ...commands[0]!, name: `deploy-${index}` }));
  expect(verdictOn(manifest(many))).not.toEqual([]);
  expect(verdictOn(manifest([{ ...commands[0]!, name: 'd'.repeat(40) }]))).not.toEqual([]);
});

test('every shortcut that the manifest promises is answered', () => {
  const { features } = parse(manifest(commands)) as { features: { shortcuts: { callback_id: string }[] } };
  const answered = readFileSync('src/slack/receive/shortcut.ts', 'utf8');
  expect(features.shortcuts.length).toBe(5);
  expect(features.shortcuts.filter(({ callback_id }) => !answered.includes(`'${callback_id}'`))).toEqual([]);
});
