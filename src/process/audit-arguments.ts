import { closest } from '../core/closest.ts';

export type AuditAsked =
  | {
      readonly kind: 'audit-verify';
      /** What `audit export` wrote; null: the records themselves. */
      readonly folder: string | null;
      readonly anchors: string | null;
      readonly publicKey: string | null;
      readonly config: string | null;
    }
  | {
      readonly kind: 'audit-export';
      readonly format: 'jsonl' | 'csv';
      /** Null: a new folder where the program was started. */
      readonly to: string | null;
      readonly config: string | null;
    };

export const auditOptions = {
  anchors: { type: 'string' },
  'public-key': { type: 'string' },
  format: { type: 'string' },
  to: { type: 'string' },
} as const;

type Values = { readonly [K in keyof typeof auditOptions | 'config']?: string | undefined };

const words = ['verify', 'export'];
const formats = ['jsonl', 'csv'] as const;

/** Which of these options the words before them have no use for; null when there is none. */
export function strayAuditOption(values: Values, taken: readonly string[]): string | null {
  const stray = Object.keys(auditOptions).find(
    (name) => Object.hasOwn(values, name) && !taken.includes(name),
  );
  return stray === undefined ? null : `--${stray}`;
}

/** What was asked for after `slipway audit`; a text says what is wrong with it. */
export function readAuditArguments(positionals: readonly string[], values: Values): AuditAsked | string {
  const [word, ...rest] = positionals;
  if (word === 'verify') return readVerify(rest, values);
  if (word === 'export') return readExport(rest, values);
  if (word === undefined) return 'audit needs to know what: slipway audit verify, or slipway audit export.';
  const [meant] = closest(word, words, 1);
  const hint =
    meant === undefined ? 'There is audit verify and audit export.' : `Did you mean audit ${meant}?`;
  return `There is no audit ${word}. ${hint}`;
}

function readVerify([folder, stray]: readonly string[], values: Values): AuditAsked | string {
  const tooMuch = stray ?? strayAuditOption(values, ['anchors', 'public-key']);
  if (tooMuch !== null) return `audit verify takes no ${tooMuch}.`;
  const { anchors = null, 'public-key': publicKey = null, config = null } = values;
  return { kind: 'audit-verify', folder: folder ?? null, anchors, publicKey, config };
}

function readExport([stray]: readonly string[], values: Values): AuditAsked | string {
  const tooMuch = stray ?? strayAuditOption(values, ['format', 'to']);
  if (tooMuch !== null) return `audit export takes no ${tooMuch}.`;
  const { format: named = 'jsonl', to = null, config = null } = values;
  const format = formats.find((each) => each === named);
  if (format === undefined) return `There is no format ${named}: it is jsonl or csv.`;
  return { kind: 'audit-export', format, to, config };
}
