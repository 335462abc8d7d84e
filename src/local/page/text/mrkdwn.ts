import { emojiCharacter } from './emoji.ts';
import type { Inline, Passage } from './inline.ts';
import { safeLink } from './safe-link.ts';

/**
 * Reads Slack's mrkdwn (https://docs.slack.dev/messaging/formatting-message-text): fences, quotes, `*bold*`,
 * `_italic_`, `~strike~`, code, emoji, and what stands in angle brackets. Nothing in it is ever taken for HTML.
 */
export function readMrkdwn(source: string): readonly Passage[] {
  return source.split('```').flatMap((part, index, parts) => {
    const isClosed = index % 2 === 1 && index < parts.length - 1;
    if (isClosed) return [{ kind: 'code' as const, text: unescaped(part.replace(/^\n|\n$/g, '')) }];
    return readLines(index % 2 === 1 ? `\`\`\`${part}` : trimAround(part, index, parts.length));
  });
}

/** The same words without passages, for places of one line. */
export function readInline(source: string): readonly Inline[] {
  return new InlineReader(source).read();
}

/** The line break beside a fence belongs to the fence. */
function trimAround(part: string, index: number, count: number): string {
  const head = index > 0 ? part.replace(/^\n/, '') : part;
  return index < count - 1 ? head.replace(/\n$/, '') : head;
}

function readLines(part: string): Passage[] {
  const passages: { kind: 'paragraph' | 'quote'; lines: string[] }[] = [];
  if (part === '') return [];
  for (const line of part.split('\n')) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    const kind = quoted ? 'quote' : 'paragraph';
    const text = quoted?.[1] ?? line;
    const last = passages.at(-1);
    if (last?.kind === kind) last.lines.push(text);
    else passages.push({ kind, lines: [text] });
  }
  return passages.map(({ kind, lines }) => ({ kind, children: readInline(lines.join('\n')) }));
}

/** Slack escapes three characters and no others. */
function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

const marks = [
  { kind: 'bold', pattern: /\*([^\s*](?:[^*\n]*[^\s*])?)\*(?!\w)/y },
  { kind: 'italic', pattern: /_([^\s_](?:[^_\n]*[^\s_])?)_(?!\w)/y },
  { kind: 'strike', pattern: /~([^\s~](?:[^~\n]*[^\s~])?)~(?!\w)/y },
] as const;
const code = /`([^`\n]+)`/y;
const angle = /<([^<>\n]+)>/y;
const emojiName = /:([a-z0-9_+'-]+):/y;
const bareLink = /https?:\/\/[^\s<>|*`]*[^\s<>|*`.,;:!?)\]}'"]/y;

class InlineReader {
  readonly #source: string;
  readonly #found: Inline[] = [];
  #at = 0;
  #textFrom = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): readonly Inline[] {
    while (this.#at < this.#source.length) {
      const token = this.#token();
      if (token === null) this.#at += 1;
    }
    this.#flush();
    return this.#found;
  }

  #token(): Inline | null {
    const here = this.#source[this.#at];
    if (here === '\n') return this.#take({ kind: 'break' }, 1);
    if (here === '`') return this.#match(code, ([, text = '']) => ({ kind: 'code', text: unescaped(text) }));
    if (here === '<') return this.#match(angle, ([, inside = '']) => readAngle(inside));
    if (here === ':') {
      return this.#match(emojiName, ([, name = '']) =>
        emojiCharacter(name) === null ? null : { kind: 'emoji', name },
      );
    }
    if (/\w/.test(this.#source[this.#at - 1] ?? '')) return null;
    if (here === 'h')
      return this.#match(bareLink, ([url]) => linkTo(unescaped(url), [plain(unescaped(url))]));
    for (const { kind, pattern } of marks) {
      const read = this.#match(pattern, ([, inside = '']) => ({ kind, children: readInline(inside) }));
      if (read) return read;
    }
    return null;
  }

  #match(pattern: RegExp, make: (match: RegExpExecArray) => Inline | null): Inline | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#source);
    const inline = match && make(match);
    return inline ? this.#take(inline, match[0].length) : null;
  }

  #take(inline: Inline, length: number): Inline {
    this.#flush();
    this.#found.push(inline);
    this.#at += length;
    this.#textFrom = this.#at;
    return inline;
  }

  #flush(): void {
    if (this.#at > this.#textFrom) {
      this.#found.push(plain(unescaped(this.#source.slice(this.#textFrom, this.#at))));
    }
  }
}

const plain = (text: string): Inline => ({ kind: 'text', text });

/** `@U1`, `#C1|name`, `!date^…`, `!here`, `!subteam^S1|name`, or an address with its words. */
function readAngle(inside: string): Inline | null {
  const bar = inside.indexOf('|');
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? null : unescaped(inside.slice(bar + 1));
  if (target.startsWith('@')) return { kind: 'user', id: target.slice(1), name: label };
  if (target.startsWith('#')) return { kind: 'channel', id: target.slice(1), name: label };
  if (target.startsWith('!')) return readSpecial(target.slice(1), label);
  const url = unescaped(target);
  return linkTo(url, [plain(label === null || label === '' ? url.replace(/^mailto:/, '') : label)]);
}

function readSpecial(word: string, label: string | null): Inline | null {
  const [name = '', first = '', format = '', address = ''] = word.split('^');
  if (name === 'date') {
    const unix = Number(first);
    if (!Number.isFinite(unix) || first === '') return label === null ? null : plain(label);
    return { kind: 'date', unix, format, fallback: label ?? '', url: safeLink(unescaped(address)) };
  }
  if (name === 'subteam') return { kind: 'group', id: first, name: label };
  return { kind: 'broadcast', range: name };
}

function linkTo(address: string, children: readonly Inline[]): Inline {
  const url = safeLink(address);
  return url === null
    ? plain(children.map((child) => ('text' in child ? child.text : '')).join(''))
    : { kind: 'link', url, children };
}
