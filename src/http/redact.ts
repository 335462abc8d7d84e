/**
 * Hides what looks like a credential in text that is about to leave us: logs, reports, messages. The last line of
 * defence behind the `Secret` type, not a replacement for it: only shapes that are known can be recognised.
 * Pure, and linear in the length of the text for anything that a log can hold.
 */
export function redact(text: string): string {
  return patterns.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), text);
}

/** As `redact`, and hides these exact values as well, in the forms in which they travel. Short ones are left alone. */
export function redactor(values: readonly string[]): (text: string) => string {
  const forms = [...new Set(values.filter(({ length }) => length >= VALUE_LENGTH_MIN).flatMap(formsOf))];
  if (forms.length === 0) return redact;
  const longestFirst = forms.toSorted((a, b) => b.length - a.length).map(escaped);
  const exact = new RegExp(longestFirst.join('|'), 'g');
  return (text) => redact(text.replace(exact, HIDDEN));
}

/**
 * As `redact`, for lines that come one at a time: a private key is hidden from its first line to its last. What ends
 * without its last line is shown again after `PEM_LINES_MAX`, so that a half key cannot silence a log for ever.
 */
export function lineRedactor(redactText: (text: string) => string = redact): (line: string) => string {
  let keyLinesLeft = 0;
  return (line) => {
    const isInside = keyLinesLeft > 0;
    if (isInside) keyLinesLeft = line.includes('-----END ') ? 0 : keyLinesLeft - 1;
    else if (PEM_BEGIN.test(line) && !line.includes('-----END ')) keyLinesLeft = PEM_LINES_MAX;
    return isInside ? HIDDEN : redactText(line);
  };
}

const HIDDEN = '[redacted]';
/** Anything shorter is too likely to be an everyday word. */
const VALUE_LENGTH_MIN = 8;
/** A 16,384-bit RSA key in PEM has about 200 lines. */
const PEM_LINES_MAX = 250;
const PEM_BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----/;

/** Prefixes as their makers document them: Slack, GitHub, AWS, Render, Supabase, RFC 7519, RFC 7468, RFC 3986, RFC 6750. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
    HIDDEN,
  ],
  [/\b(xox[abeprs]-)[A-Za-z0-9-]{6,}/g, `$1${HIDDEN}`],
  [/\b(xoxe\.xox[abp]-)[A-Za-z0-9-]{6,}/g, `$1${HIDDEN}`],
  [/\b(xapp-)[A-Za-z0-9-]{6,}/g, `$1${HIDDEN}`],
  [/\b(gh[opsur]_|github_pat_)[A-Za-z0-9_]{8,}/g, `$1${HIDDEN}`],
  [/\b(AKIA|ASIA)[0-9A-Z]{16}\b/g, `$1${HIDDEN}`],
  [/\b(rnd_|sbp_)[A-Za-z0-9]{8,}/g, `$1${HIDDEN}`],
  [/\beyJ[A-Za-z0-9_-]{5,4000}\.eyJ[A-Za-z0-9_-]{5,4000}\.[A-Za-z0-9_-]*/g, HIDDEN],
  [/\b([A-Za-z][A-Za-z0-9+.-]{0,20}:\/\/[^\s/?#:@]{0,200}:)[^\s/?#]{1,500}@/g, `$1${HIDDEN}@`],
  [/\b(Bearer)(\s+)[A-Za-z0-9._~+/=-]{8,}/gi, `$1$2${HIDDEN}`],
  [/\b(Authorization["']?\s{0,3}[:=]\s{0,3}["']?Basic\s+)[A-Za-z0-9+/=]{4,}/gi, `$1${HIDDEN}`],
];

function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const url = encodeURIComponent(value);
  const form = new URLSearchParams({ v: value }).toString().slice(2);
  return [value, json, url, form, ...base64Forms(value)];
}

/**
 * Base64 writes three bytes as four letters, so a value inside a longer text (`user:password`) has three spellings. Only
 * the letters that depend on nothing but the value are looked for.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  const inner = [0, 1, 2].map((offset) => {
    const letters = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64');
    return letters.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
  });
  const urlSafe = inner.map((letters) => letters.replaceAll('+', '-').replaceAll('/', '_'));
  return [...inner, ...urlSafe];
}

function escaped(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
