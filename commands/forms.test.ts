import { describe, expect, test } from 'vitest';
import { type Command, formAfter, formOf } from '../src/command/index.ts';
import { commands } from './index.ts';

const named = (name: string) => commands.find((command) => command.name === name) as Command;
const verbOf = ({ arguments: declared }: Command) => declared.find(({ kind }) => kind === 'verb');
/** Those that do one of several things, and ask which. */
const withVerbs = commands.filter((command) => verbOf(command)?.isAsked === true);
const fieldsOf = (command: Command, filled: Record<string, string>) =>
  formOf(command, filled).fields.map(({ name }) => name);

test('commands that do several things are asked about here', () => {
  expect(withVerbs.map(({ name }) => name).toSorted()).toEqual([
    'deploy-disaster-recovery',
    'deploy-emergency',
    'deploy-maintenance',
    'deploy-preview',
  ]);
});

describe.each(withVerbs.map((command) => [command.name, command] as const))(
  'the form of %s',
  (_, command) => {
    const verb = verbOf(command) as NonNullable<ReturnType<typeof verbOf>>;

    test('asks first what to do, each thing in words of its own, and for nothing else', () => {
      const form = formOf(command, {});
      expect(form).toMatchObject({ submit: 'Next', kept: {} });
      expect(form.fields).toHaveLength(1);
      expect(form.fields[0]).toMatchObject({ name: verb.name, label: 'What to do', isRequired: true });
      const words = form.fields[0]?.says ?? {};
      expect(Object.keys(words)).toEqual(verb.choices);
      expect(new Set(Object.values(words)).size).toBe(verb.choices.length);
      for (const each of Object.values(words)) expect(each.length).toBeLessThanOrEqual(75);
    });

    test.each(verb.choices)('then for what %s takes, and for everything that it needs', (what) => {
      const filled = { [verb.name]: what };
      const form = formAfter(command, filled, [verb.name]);
      const missing = command.check(filled).map(({ argument }) => argument);
      if (form === null) {
        expect(missing).toEqual([]);
        return;
      }
      const fields = form.fields.map(({ name }) => name);
      expect(form.kept).toEqual(filled);
      expect(fields).toEqual(expect.arrayContaining(missing));
      expect(fields.length).toBeLessThanOrEqual(6);
      expect(fields).not.toContain(verb.name);
      // What is filled in is judged, and not asked again in another form.
      expect(formAfter(command, filled, fields)).toBeNull();
    });

    test('passes over what nobody can have chosen', () => {
      for (const what of ['', 'nothing', 'constructor', '__proto__'])
        expect(formAfter(command, { [verb.name]: what }, [verb.name])).toBeNull();
      expect(formAfter(command, {}, [verb.name])).toBeNull();
    });
  },
);

test.each(
  ['deploy-emergency', 'deploy-disaster-recovery'].flatMap((name) =>
    (verbOf(named(name))?.choices ?? []).map((what) => [name, what] as const),
  ),
)('the form of %s %s says of each field whether it may stay empty', (name, what) => {
  const missing = named(name)
    .check({ do: what })
    .map(({ argument }) => argument);
  const needed = formOf(named(name), { do: what }).fields.filter(({ isRequired }) => isRequired);
  expect(needed.map((field) => field.name).toSorted()).toEqual(missing.toSorted());
});

test('an emergency asks for what was chosen alone', () => {
  const fields = (what: string) => fieldsOf(named('deploy-emergency'), { do: what });
  expect(fields('freeze')).toEqual(['service', 'environment', 'incident', 'reason', 'confirm', 'for']);
  expect(fields('unfreeze')).toEqual(['service', 'environment']);
  expect(fields('abort-all')).toEqual(['service', 'environment', 'incident', 'reason', 'confirm']);
  expect(fields('hotfix')).toEqual(['service', 'version', 'environment', 'incident', 'reason']);
  expect(fields('kill-switch')).toEqual(['service', 'environment', 'incident', 'reason', 'flag']);
  expect(fields('switch-on')).toEqual(['switch', 'incident', 'reason', 'flag']);
});

test('a recovery asks for what was chosen alone, and not for what a button has said already', () => {
  const fields = (filled: Record<string, string>) => fieldsOf(named('deploy-disaster-recovery'), filled);
  expect(fields({ do: 'start' })).toEqual(['runbook', 'drill', 'reason']);
  expect(fields({ do: 'restored' })).toEqual(['run', 'step', 'reason', 'loss']);
  expect(fields({ do: 'restored', run: 'run-7f3a9k2m', step: 'restore' })).toEqual(['reason', 'loss']);
});

test('what was said already stands in the form, or is kept beside it', () => {
  const emergency = named('deploy-emergency');
  expect(formOf(emergency, { environment: 'staging' }).kept).toEqual({ environment: 'staging' });
  const next = formAfter(emergency, { environment: 'staging', do: 'unfreeze' }, ['do']);
  expect(next?.fields.find(({ name }) => name === 'environment')?.initial).toBe('staging');
});

test('a plan that was looked at asks for nothing but what it reaches', () => {
  const hotfix = { do: 'hotfix', service: 'api', environment: 'production', plan: 'abc', incident: 'INC-7' };
  expect(fieldsOf(named('deploy-emergency'), hotfix)).toEqual(['confirm']);
  const run = { runbook: 'fail-over', plan: 'abc' };
  expect(fieldsOf(named('deploy-disaster-recovery'), run)).toEqual(['confirm']);
});

test('a recovery of which something was said is one that starts', () => {
  expect(fieldsOf(named('deploy-disaster-recovery'), { drill: 'yes' })).toEqual([
    'runbook',
    'drill',
    'reason',
  ]);
});
