import { expect, test } from 'vitest';
import { type Source, sourcesBelow } from './sources.ts';

/** Words that say nothing about what a thing does. */
const EMPTY =
  /(?:Manager|Helper|Utils?|BaseClass|AbstractBase)\b|\b(?:helpers?|utils?|misc)\.tsx?$|\/(?:utils?|helpers?|misc)\//;

/** What nobody finishes later: names of things that were promised instead of built. */
const UNFINISHED = /\b(?:TO[D]O|FIX[M]E|X{3}|HACK)\b|not (?:yet )?implemented/i;

function empty({ file, text }: Source): string[] {
  const names = [...text.matchAll(/\b(?:class|type|function|const)\s+([A-Za-z0-9_]+)/g)].map(
    ([, name]) => name ?? '',
  );
  return [file, ...names].filter((name) => EMPTY.test(name)).map((name) => `${file}: ${name}`);
}

const sources = sourcesBelow('src', 'commands');

test('everything is called what it is', () => {
  expect(sources.length).toBeGreaterThan(250);
  expect(sources.flatMap(empty)).toEqual([]);
});

test('nothing is promised that is not there', () => {
  expect(sources.filter(({ text }) => UNFINISHED.test(text)).map(({ file }) => file)).toEqual([]);
});

test.each(['class DeployManager {}', 'function parseHelper() {}', 'const dateUtils = {};'])(
  '%s is seen',
  (text) => {
    expect(empty({ file: 'src/a.ts', text })).toHaveLength(1);
  },
);

test.each(['src/utils/a.ts', 'src/core/helpers.ts'])('%s is seen', (file) => {
  expect(empty({ file, text: '' })).toHaveLength(1);
});

test.each([`${'TO'}DO: later`, `throw new Error('Not ${'implemented'}')`])('%s is seen', (text) => {
  expect(UNFINISHED.test(text)).toBe(true);
});
