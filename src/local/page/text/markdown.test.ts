import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readMarkdown } from './markdown.ts';

const text = (words: string) => ({ kind: 'text', text: words });

test('release notes are read: headings, lists, code, tables', () => {
  const source =
    '# Notes\n\n- **fast** start\n- [docs](https://a.test)\n\n```sh\nnpm ci\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |';
  expect(readMarkdown(source)).toEqual([
    { kind: 'heading', level: 1, children: [text('Notes')] },
    {
      kind: 'list',
      isOrdered: false,
      items: [
        [{ kind: 'bold', children: [text('fast')] }, text(' start')],
        [{ kind: 'link', url: 'https://a.test/', children: [text('docs')] }],
      ],
    },
    { kind: 'code', text: 'npm ci' },
    { kind: 'table', head: [[text('a')], [text('b')]], rows: [[[text('1')], [text('2')]]] },
  ]);
});

test('HTML stays text, and a link that runs something is none', () => {
  expect(readMarkdown('<img src=x onerror=alert(1)> [x](javascript:alert)')).toEqual([
    { kind: 'paragraph', children: [text('<img src=x onerror=alert(1)> '), text('x')] },
  ]);
});

test('reading ends, whatever is written', () => {
  const piece = fc.constantFrom(
    '#',
    '-',
    '*',
    '`',
    '```',
    '|',
    '---',
    '>',
    '1.',
    '\n',
    ' ',
    '[',
    '](',
    ')',
    'a',
    '__',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      expect(readMarkdown(pieces.join('')).length).toBeLessThanOrEqual(pieces.length + 1);
    }),
  );
});
