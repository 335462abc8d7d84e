import { describe, expect, test } from 'vitest';
import { people, snapshot } from '../../../../test/support/page-world.ts';
import { commandOf, completionFor, restOfHint } from './completion.ts';

const { commands } = snapshot('U0ADA');
const offered = (text: string, caret = text.length) =>
  completionFor(text, caret, { commands, people })?.suggestions.map(({ label }) => label) ?? null;

describe('completion', () => {
  test('a slash offers every command, and more letters fewer', () => {
    expect(offered('/')).toHaveLength(commands.length);
    expect(offered('/deploy-sta')).toEqual(['/deploy-staging', '/deploy-status']);
  });

  test('a part from the middle of a name finds it too', () => {
    expect(offered('/rollback')).toEqual(['/deploy-rollback']);
  });

  test('only the first word is a command, and nothing is offered where nothing fits', () => {
    expect(offered('see /dep')).toBeNull();
    expect(offered('/deploy-staging api')).toBeNull();
    expect(offered('/nope')).toBeNull();
  });

  test('an at sign offers people anywhere, the bot first', () => {
    expect(offered('ask @')?.[0]).toBe('@slipway');
    expect(offered('ask @be')).toEqual(['@ben']);
    expect(offered('mail@b')).toBeNull();
  });

  test('what remains of the usage hint shrinks with every argument', () => {
    const hint = commandOf('/deploy-staging ', commands);
    expect(hint && restOfHint('/deploy-staging ', hint)).toBe('[service] [version] [--strategy rolling]');
    expect(hint && restOfHint('/deploy-staging api v2 ', hint)).toBe('[--strategy rolling]');
    expect(hint && restOfHint('/deploy-staging api', hint)).toBe('');
  });
});
