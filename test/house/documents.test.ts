import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';

const documents = ['README.md', 'ARCHITECTURE.md'];
const { scripts } = z
  .object({ scripts: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync('package.json', 'utf8')));

/** Links to files, headings and scripts that are not there. */
function dead(document: string, text: string): string[] {
  const headings = new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading ?? '')));
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));
  const brokenLinks = links.filter((link) =>
    link.startsWith('#')
      ? !headings.has(link.slice(1))
      : !existsSync(join(dirname(document), link.split('#')[0] ?? '')),
  );
  const named = [...text.matchAll(/`(?:\.\.?\/)?((?:src|commands|test)\/[a-z0-9./-]*[a-z0-9/])`/g)].map(
    ([, path]) => path ?? '',
  );
  const run = [...text.matchAll(/npm run ([a-z:-]+)/g)].map(([, script]) => script ?? '');
  return [
    ...brokenLinks.map((link) => `${document} links to ${link}`),
    ...named.filter((path) => !existsSync(path)).map((path) => `${document} names ${path}`),
    ...run.filter((script) => !Object.hasOwn(scripts, script)).map((script) => `${document} runs ${script}`),
  ];
}

function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-');
}

test.each(documents)('%s links to, names and runs only what is there', (document) => {
  const text = readFileSync(document, 'utf8');
  expect(text.length).toBeGreaterThan(1_000);
  expect(dead(document, text)).toEqual([]);
});

test.each([
  ['[a](nowhere.md)', 'README.md links to nowhere.md'],
  ['[a](#nothing)', 'README.md links to #nothing'],
  ['`src/nowhere.ts`', 'README.md names src/nowhere.ts'],
  ['`npm run nothing`', 'README.md runs nothing'],
])('%s is seen', (text, finding) => expect(dead('README.md', text)).toEqual([finding]));

test.each([
  '[a](LICENSE)',
  '# Big words\n[a](#big-words)',
  '[a](https://example.com)',
  '`src/main.ts`',
  '`npm run build`',
])('%s is left alone', (text) => expect(dead('README.md', text)).toEqual([]));
