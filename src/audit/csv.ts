import { z } from 'zod';
import { DESK_STREAM, type Line } from '../core/audit/chain.ts';
import { AuditRecord } from '../core/audit/record.ts';

const columns = [
  'stream',
  'seq',
  'at',
  'actor',
  'action',
  'service',
  'environment',
  'deployment',
  'outcome',
  'code',
  'text',
] as const;

type Row = { readonly [K in (typeof columns)[number]]: string | number | null };

export const csvHeader = `${columns.join(',')}\r\n`;

/** One line for a spreadsheet (RFC 4180). What this version cannot take apart still stands in the last column. */
export function csvRow(line: Line): string {
  const row = { ...empty, ...said(line), stream: line.stream, seq: line.seq, at: line.at, text: line.text };
  return `${columns.map((column) => cell(row[column])).join(',')}\r\n`;
}

const empty: Row = {
  stream: null,
  seq: null,
  at: null,
  actor: null,
  action: null,
  service: null,
  environment: null,
  deployment: null,
  outcome: null,
  code: null,
  text: null,
};

const Said = z.object({ kind: z.string(), by: z.string().nullable().default(null) });

function said({ stream, text }: Line): Partial<Row> {
  const value = parseJson(text);
  if (stream === DESK_STREAM) {
    const record = AuditRecord.safeParse(value);
    if (!record.success) return {};
    const { actor, action, object, outcome, code } = record.data;
    const { service, environment, deployment } = object;
    return { actor: actor.person ?? actor.id, action, service, environment, deployment, outcome, code };
  }
  const event = Said.safeParse(value);
  return event.success ? { actor: event.data.by, action: event.data.kind, deployment: stream } : {};
}

/** A cell that begins like a formula would be one in a spreadsheet, whatever a person typed there. */
function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const harmless = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
