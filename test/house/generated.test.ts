import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generated } from '../../src/generate.ts';

const readme = readFileSync('README.md', 'utf8');

test.each(generated(readme))(
  '$path is what the code says; if this fails, run npm run generate',
  ({ path, content }) => {
    expect(readFileSync(path, 'utf8')).toBe(content);
  },
);

test('a table that was edited by hand is written again, and nothing around it is touched', () => {
  const edited = readme.replace('| `/deploy-staging <', '| `/deploy-stagging <');
  expect(edited).not.toBe(readme);
  const written = generated(edited).find(({ path }) => path === 'README.md')?.content;
  expect(written).toBe(readme);
});

test('a README without a place for the table is told which lines to add', () => {
  expect(() => generated('# Hello')).toThrow('<!-- commands:begin -->');
  expect(() => generated('<!-- commands:end --> <!-- commands:begin -->')).toThrow('<!-- commands:begin -->');
  expect(generated(null).map(({ path }) => path)).toEqual(['manifest.yml', 'src/config/slipway.schema.json']);
});
