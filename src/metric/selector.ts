/** One condition on a label, as Prometheus and Alertmanager both write it: `severity=~"page|ticket"`. */
export type Matcher = {
  readonly label: string;
  readonly how: '=' | '!=' | '=~' | '!~';
  readonly value: string;
};

/** A metric, and which of its series: `http_requests_total{service="api"}`. */
export type Selector = { readonly metric: string; readonly matchers: readonly Matcher[] };

const MATCHER = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\\n]|\\[\\"nrt])*)"\s*(,|$)/y;
const SELECTOR = /^([a-zA-Z_:][a-zA-Z0-9_:]*)\s*(?:\{(.*)\})?$/s;

/** Null for whatever is not a list of matchers, and nothing else. */
export function readMatchers(text: string): Matcher[] | null {
  const matchers: Matcher[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    MATCHER.lastIndex = at;
    const found = MATCHER.exec(text);
    if (found === null) return null;
    const [all, label = '', how = '=', quoted = ''] = found;
    if (!isHow(how)) return null;
    matchers.push({ label, how, value: unquoted(quoted) });
    at += all.length;
  }
  return matchers;
}

/** Null for whatever is not one metric with matchers: an expression is not taken for one. */
export function readSelector(text: string): Selector | null {
  const [, metric, inside] = SELECTOR.exec(text.trim()) ?? [];
  const matchers = inside === undefined ? [] : readMatchers(inside);
  return metric === undefined || matchers === null ? null : { metric, matchers };
}

function isHow(text: string): text is Matcher['how'] {
  return text === '=' || text === '!=' || text === '=~' || text === '!~';
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

function unquoted(text: string): string {
  return text.replace(/\\(.)/g, (_, escaped: string) => escapes[escaped] ?? escaped);
}

/** As a string of PromQL, whatever stands in it: nothing in it can end it. */
export function quoted(text: string): string {
  const safe = text
    .replace(/[\\"]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `"${safe}"`;
}

export function writtenMatcher({ label, how, value }: Matcher): string {
  return `${label}${how}${quoted(value)}`;
}

export function writtenSelector({ metric, matchers }: Selector): string {
  return `${metric}{${matchers.map(writtenMatcher).join(',')}}`;
}

/**
 * Series of which a label is one of these very texts. Prometheus anchors what is matched; what means something to its
 * expressions (https://github.com/google/re2/wiki/Syntax) is escaped.
 */
export function isOneOf(label: string, values: readonly string[]): Matcher {
  const [only] = values;
  if (only !== undefined && values.length === 1) return { label, how: '=', value: only };
  const each = values.map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return { label, how: '=~', value: each.join('|') };
}

/**
 * Whether labels are what is looked for; one that is not there is empty. Expressions are anchored on both ends.
 * @throws {SyntaxError} for an expression that cannot be read here; `isReadable` says so before
 */
export function isMatch(matchers: readonly Matcher[], labels: Readonly<Record<string, string>>): boolean {
  return matchers.every(({ label, how, value }) => {
    const own = Object.hasOwn(labels, label) ? (labels[label] ?? '') : '';
    if (how === '=') return own === value;
    if (how === '!=') return own !== value;
    return new RegExp(`^(?:${value})$`, 'su').test(own) === (how === '=~');
  });
}

/** Whether expressions mean something here too: RE2 knows some things that we do not. */
export function isReadable(matchers: readonly Matcher[]): boolean {
  return matchers.every(({ how, value }) => {
    if (how === '=' || how === '!=') return true;
    try {
      new RegExp(`^(?:${value})$`, 'su');
      return true;
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  });
}
