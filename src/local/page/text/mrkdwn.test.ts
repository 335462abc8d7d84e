import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Inline, Passage } from './inline.ts';
import { readInline, readMrkdwn } from './mrkdwn.ts';

const text = (words: string): Inline => ({ kind: 'text', text: words });

describe('mrkdwn', () => {
  test.each<[string, readonly Inline[]]>([
    [
      '*bold* and _slanted_',
      [
        { kind: 'bold', children: [text('bold')] },
        text(' and '),
        { kind: 'italic', children: [text('slanted')] },
      ],
    ],
    ['`a *b* &lt;c&gt;`', [{ kind: 'code', text: 'a *b* <c>' }]],
    ['2 * 3 * 4, snake_case_name', [text('2 * 3 * 4, snake_case_name')]],
    [
      '<@U1> in <#C1|deploys>',
      [{ kind: 'user', id: 'U1', name: null }, text(' in '), { kind: 'channel', id: 'C1', name: 'deploys' }],
    ],
    ['<!here>', [{ kind: 'broadcast', range: 'here' }]],
    [
      '<https://a.test/?b=1&amp;c=2|see>',
      [{ kind: 'link', url: 'https://a.test/?b=1&c=2', children: [text('see')] }],
    ],
    [
      '<!date^1763640300^{date_short} {time}|then>',
      [{ kind: 'date', unix: 1_763_640_300, format: '{date_short} {time}', fallback: 'then', url: null }],
    ],
    [':rocket: at 10:30:15', [{ kind: 'emoji', name: 'rocket' }, text(' at 10:30:15')]],
    ['a\nb', [text('a'), { kind: 'break' }, text('b')]],
  ])('%j is read as it is meant', (source, inlines) => {
    expect(readInline(source)).toEqual(inlines);
  });

  test('quotes and fences stand on lines of their own', () => {
    expect(readMrkdwn('before\n&gt; said\n```\ncode *as is*\n```\nafter')).toEqual<Passage[]>([
      { kind: 'paragraph', children: [text('before')] },
      { kind: 'quote', children: [text('said')] },
      { kind: 'code', text: 'code *as is*' },
      { kind: 'paragraph', children: [text('after')] },
    ]);
  });

  test.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'vbscript:x'])(
    'a link to %s is no link',
    (address) => {
      expect(linksIn(readInline(`<${address}|click>`))).toEqual([]);
      expect(linksIn(readInline(`<!date^1^{date}^${address}|click>`))).toEqual([]);
    },
  );

  test('whatever is written, every link that comes out is http or https', () => {
    const piece = fc.constantFrom(
      '<!date^1^{time}^',
      '<',
      '>',
      '|',
      'javascript:',
      'https://x.test',
      '!date^1^{date}^',
      '@U1',
      '*',
      '_',
      '`',
      '\n',
      'a',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        for (const url of linksIn(readMrkdwn(pieces.join('')))) expect(url).toMatch(/^https?:\/\//);
      }),
    );
  });
});

function linksIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(linksIn);
  if (typeof value !== 'object' || value === null) return [];
  const { url, ...rest } = value as { readonly url?: unknown };
  return [...(typeof url === 'string' ? [url] : []), ...Object.values(rest).flatMap(linksIn)];
}
