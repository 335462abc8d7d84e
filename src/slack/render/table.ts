import type { types } from '@slack/bolt';
import type { Part } from '../../core/answer.ts';
import type { Block } from './block.ts';
import { clean } from './clean.ts';
import { limits } from './limits.ts';

type Table = Extract<Part, { kind: 'table' }>;

export type RenderedTable = {
  readonly block: Block;
  readonly plainer: Block;
  /** How many rows there was no room for. */
  readonly rowsLeftOut: number;
};

/** A table that people can sort and screen readers can read; `plainer` is the same in letters of one width. */
export function renderTable(table: Table): RenderedTable | null {
  const columns = table.columns.slice(0, limits.tableColumns);
  if (columns.length === 0 || table.rows.length === 0) return null;
  const rows = thatFit(columns, table.rows);
  const cells: types.RawTextElement[][] = [columns, ...rows].map((row) => row.map(cell));
  return {
    block: {
      type: 'data_table',
      caption: clean(table.caption, limits.caption),
      row_header_column_index: 0,
      page_size: 10,
      rows: cells,
    },
    plainer: monospaced([columns, ...rows]),
    rowsLeftOut: table.rows.length - rows.length,
  };
}

/** As many rows as Slack takes, each with a cell in every column. */
function thatFit(columns: readonly string[], rows: readonly (readonly string[])[]): string[][] {
  const fitting: string[][] = [];
  let left = limits.tableCharacters - lengthOf(columns.map(shown));
  for (const row of rows.slice(0, limits.tableRows)) {
    const cells = columns.map((_, index) => shown(row[index] ?? ''));
    left -= lengthOf(cells);
    if (left < 0) break;
    fitting.push(cells);
  }
  return fitting;
}

function shown(text: string): string {
  return clean(text, limits.tableCell);
}

function lengthOf(cells: readonly string[]): number {
  return cells.reduce((sum, each) => sum + each.length, 0);
}

function cell(text: string): types.RawTextElement {
  return { type: 'raw_text', text: shown(text) };
}

const COLUMN_MAX = 40;

/** A table in letters of one width. Also what a second one becomes: Slack takes one data_table a message. */
export function monospaced(rows: readonly (readonly string[])[]): Block {
  const widths = (rows[0] ?? []).map((_, index) =>
    Math.min(COLUMN_MAX, Math.max(...rows.map((row) => clean(row[index] ?? '', COLUMN_MAX).length))),
  );
  const lines = rows.map((row) =>
    row
      .map((each, index) => clean(each, COLUMN_MAX).padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return preformatted(lines);
}

/** Lines as they are, the first ones that fit. Every line is clean, so that none can pretend to be two. */
export function preformatted(lines: readonly string[]): Block {
  const fitting: string[] = [];
  let left: number = limits.log;
  for (const line of lines) {
    left -= line.length + 1;
    if (left < 0) break;
    fitting.push(line);
  }
  const text = fitting.length === 0 ? '–' : fitting.join('\n');
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
  };
}
