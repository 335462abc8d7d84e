import { countLimits } from '../limits.ts';
import { isJson, objectsIn, textAt } from '../model.ts';
import {
  all,
  boolean,
  byType,
  type Check,
  integer,
  lengthOf,
  list,
  number,
  object,
  oneOf,
  say,
  string,
} from './check.ts';
import { richText } from './rich-text.ts';
import { id } from './text.ts';

const rawText = object({ text: string({ min: 1 }) });
const rawNumber = object({ value: number, text: string({ min: 1 }) });

const cells: Readonly<Record<string, Check>> = {
  raw_text: rawText,
  raw_number: rawNumber,
  rich_text: richText,
};
const cell = byType(() => cells);
const headerCell = byType(() => cells, ['raw_text', 'raw_number']);
const row = list(cell, { min: 1, max: countLimits.tableColumns });

/** Every row as wide as the first, and not more text than a table may hold. */
const isEven: Check = (table, at, findings) => {
  const rows = isJson(table) && Array.isArray(table['rows']) ? table['rows'] : [];
  const width = Array.isArray(rows[0]) ? rows[0].length : 0;
  for (const [index, cellsOfRow] of rows.entries())
    if (Array.isArray(cellsOfRow) && cellsOfRow.length !== width)
      say(findings, `${at}/rows/${index}`, `must provide ${width} items, as many as the first row`);
  const characters = [...objectsIn(rows)].reduce(
    (sum, part) => sum + lengthOf(textAt(part, 'text') ?? ''),
    0,
  );
  if (characters > countLimits.tableCharacters)
    say(findings, `${at}/rows`, `must be less than ${countLimits.tableCharacters + 1} characters`);
};

export const table = all(
  object(
    { rows: list(row, { min: 1, max: countLimits.tableRows }) },
    {
      column_settings: list(object({}, { align: oneOf('left', 'center', 'right'), is_wrapped: boolean }), {
        max: countLimits.tableColumns,
      }),
      block_id: id,
    },
  ),
  isEven,
);

const headerFirst: Check = (dataTable, at, findings) => {
  const rows = isJson(dataTable) && Array.isArray(dataTable['rows']) ? dataTable['rows'] : [];
  const header: unknown = rows[0];
  if (Array.isArray(header))
    for (const [index, each] of header.entries()) headerCell(each, `${at}/rows/0/${index}`, findings);
};

const namesAColumn: Check = (dataTable, at, findings) => {
  if (!isJson(dataTable) || !Array.isArray(dataTable['rows'])) return;
  const header: unknown = dataTable['rows'][0];
  const column = dataTable['row_header_column_index'];
  if (typeof column === 'number' && Array.isArray(header) && column >= header.length)
    say(findings, `${at}/row_header_column_index`, `must be less than ${header.length}`);
};

export const dataTable = all(
  object(
    { rows: list(row, { min: 2, max: countLimits.dataTableRows }), caption: string({ min: 1 }) },
    {
      page_size: integer(1, 100),
      row_header_column_index: integer(0, countLimits.tableColumns - 1),
      block_id: id,
    },
  ),
  headerFirst,
  namesAColumn,
  isEven,
);
