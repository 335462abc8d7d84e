import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Ref } from '../src/core/names.ts';
import { plain } from '../src/core/text.ts';
import { asked } from '../test/support/recording-desk.ts';
import { commands } from './index.ts';

/** What Git itself, a shell, an address or a reader's eye would take for something else. */
const refs = [
  '--upload-pack=touch /tmp/x',
  '-x',
  '../',
  '../../admin',
  'a/../b',
  'refs/heads/../x',
  '..',
  'a..b',
  '@{u}',
  'HEAD~1',
  'HEAD^',
  'v1:v2',
  'a b',
  '%2f',
  'a%2fb',
  'a%00b',
  'a%0d%0aHost: x',
  'a\0b',
  'a\\b',
  'a?b',
  'a#b',
  'a;b',
  'a|b',
  'a&b',
  '$(id)',
  '`id`',
  'a*',
  'a[b]',
  'v1.lock',
  'a/b.lock',
  'a.lock/b',
  '.a',
  'a/.b',
  'a.',
  'a//b',
  '/a',
  'a/',
  '@',
  'v1\u202ev2',
  'v1\u200b',
  'v1\ufeff',
  '\u2066v1\u2069',
  'v1',
  'pr\u043ed',
  'v\u0661',
  'é',
  'ﬀ',
  '\ud800',
  'a'.repeat(201),
  'a'.repeat(10_000),
].filter((ref) => ref !== 'v1');

const quoted = (ref: string) =>
  `"${ref.replaceAll('&', '&amp;').replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

test.each(refs.map((ref) => [ref.length > 60 ? `${ref.length} letters` : JSON.stringify(ref), ref] as const))(
  '%s is no version, however it is typed',
  (_, ref) => {
    expect(Ref.safeParse(ref).success).toBe(false);
    const lines: [string, string][] = [
      ['deploy-staging', `api ${quoted(ref)}`],
      ['deploy-staging', `api --version ${quoted(ref)}`],
      ['deploy-production', `api ${quoted(ref)}`],
      ['deploy-canary', `api ${quoted(ref)} --env staging`],
      ['deploy-rollback', `api --env staging --to ${quoted(ref)}`],
      ['deploy-compare', `web v1..${ref}..`],
    ];
    for (const [name, line] of lines) {
      const found = asked(commands, name, line);
      expect([name, line.slice(0, 80), found.kind]).toEqual([name, line.slice(0, 80), 'refusal']);
      const unseen = /[\p{Cc}\p{Cf}\p{Cs}\u043e\u0661]/u.exec(ref)?.[0];
      if (unseen === undefined || name === 'deploy-compare' || found.kind !== 'refusal') continue;
      // What cannot be seen, or looks like something else, is spelt out.
      const said = `${plain(found.message)} ${plain(found.next ?? [])}`;
      expect(said).toContain((unseen.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0'));
    }
  },
);

test('whatever is taken for a version is one segment of an address and comes out of it as it went in', () => {
  const letters = fc.constantFrom(...'abcXYZ019._/+-@~^:%&?#\\ \0\u202eéа');
  const nearly = fc.string({ unit: letters, minLength: 1, maxLength: 20 });
  const shaped = fc.stringMatching(
    /^[A-Za-z0-9][A-Za-z0-9._+-]{0,8}(\/[A-Za-z0-9][A-Za-z0-9._+-]{0,8}){0,2}$/,
  );
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(nearly, shaped), (ref) => {
      const read = Ref.safeParse(ref);
      if (!read.success) return;
      taken += 1;
      expect(read.data).toBe(ref);
      const url = new URL(`https://api.example/repos/x/git/${encodeURIComponent(ref)}/status`);
      expect([url.origin, url.search, url.hash]).toEqual(['https://api.example', '', '']);
      const segments = url.pathname.split('/');
      expect(segments).toHaveLength(6);
      expect(decodeURIComponent(segments[4] ?? '')).toBe(ref);
    }),
    { numRuns: 20_000 },
  );
  expect(taken).toBeGreaterThan(5_000);
});

const LETTERS = 8_000;
const WORST_MS = 5;
const worst = [
  '<',
  '<a',
  '"',
  '" ',
  '\\"',
  '&',
  '&am',
  '--',
  '-- ',
  '--a=',
  '@',
  'a@',
  '— ',
  '“',
  '<@U1|',
  '<https://x.y|',
  '>',
  '= ',
  '=',
  "' '",
  'a',
  'a ',
  '--a ',
  '--reason a ',
  'promote ',
  '5,',
  '1h',
  'd-',
  'd-7f3a9k2m ',
  'f-7f3a9k2m ',
  'v1..',
  'a..b ',
  'in 2 hours ',
  '\u202e',
  'é',
  'ﷺ',
  '\ud800',
  '\\',
  '/',
];

/** The shorter half of many: what it takes when nobody else is served in between. */
function timeOf(name: string, line: string): number {
  const times = Array.from({ length: 9 }, () => {
    const beganMs = performance.now();
    asked(commands, name, line);
    return performance.now() - beganMs;
  });
  return times.toSorted((a, b) => a - b)[2] ?? 0;
}

test('eight thousand letters of the worst take no longer than a few milliseconds', () => {
  const plainLine = 'word '.repeat(LETTERS / 5);
  const isQuick = (name: string, line: string) => {
    for (let tries = 0; tries < 5; tries += 1) {
      const ms = timeOf(name, line);
      // On a busy machine everything takes longer: then a line that is merely long is the measure.
      if (ms < WORST_MS || ms < 12 * timeOf(name, plainLine)) return true;
    }
    return false;
  };
  for (const name of ['deploy-staging', 'deploy-canary', 'deploy-schedule', 'deploy-emergency']) {
    for (const piece of worst) {
      for (const start of ['', 'hotfix ', '--reason "']) {
        const line = (start + piece.repeat(LETTERS / piece.length)).slice(0, LETTERS);
        expect([name, start + piece, isQuick(name, line)]).toEqual([name, start + piece, true]);
      }
    }
  }
});
