import { expect, test } from 'vitest';
import { asked, orderOf } from '../test/support/recording-desk.ts';
import { commands } from './index.ts';

test.each([
  ['web v1..v2', { service: 'web', base: 'v1', head: 'v2' }],
  ['web v1...v2', { service: 'web', base: 'v1', head: 'v2' }],
  ['v1..v2 web', { service: 'web', base: 'v1', head: 'v2' }],
  ['staging..production', { service: null, base: 'staging', head: 'production' }],
  ['web --range feature/a-1..main', { service: 'web', base: 'feature/a-1', head: 'main' }],
  ['web 1.4.1..1.4.2', { service: 'web', base: '1.4.1', head: '1.4.2' }],
])('/deploy-compare %s asks for %j', async (text, wanted) => {
  expect(await orderOf(commands, 'deploy-compare', text)).toEqual(['compare', wanted]);
});

test.each([
  'web v1..',
  'web ..v2',
  'web v1',
  'web v1....v2',
  'web v1..v2..v3',
  'web --range v1',
  'web@v1..v2',
])('/deploy-compare %s is refused with how a range is written', (text) => {
  const found = asked(commands, 'deploy-compare', text);
  expect(found).toMatchObject({ kind: 'refusal', code: 'bad-arguments' });
  expect(JSON.stringify(found)).toContain('such as v1..v2');
});

test('what was understood of a range is said in words that can be typed again', async () => {
  for (const text of ['web v1...v2', '--range v1..v2 web', 'staging..production']) {
    const found = asked(commands, 'deploy-compare', text);
    const echo = found.kind === 'prepared' ? found.echo : '';
    expect(await orderOf(commands, 'deploy-compare', echo)).toEqual(
      await orderOf(commands, 'deploy-compare', text),
    );
  }
  expect(asked(commands, 'deploy-compare', 'web v1..v2')).toMatchObject({ echo: 'web v1..v2' });
});

test('a range alone is missing nothing, and nothing at all opens a form', () => {
  expect(asked(commands, 'deploy-compare', 'staging..production').kind).toBe('prepared');
  expect(asked(commands, 'deploy-compare', '').kind).toBe('form');
  expect(asked(commands, 'deploy-compare', 'web')).toMatchObject({
    kind: 'form',
    filled: { service: 'web' },
  });
});
