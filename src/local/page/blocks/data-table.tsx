import { useState } from 'react';
import * as z from 'zod';
import type { BlockProps } from './block-props.ts';
import { type Cell, CellShape, CellView, cellNumber, cellText } from './cell.tsx';

export const DataTableShape = z.object({
  caption: z.string(),
  rows: z.array(z.array(CellShape)).min(1),
  page_size: z.int().min(1).max(100).default(5),
  row_header_column_index: z.int().optional(),
});

type Sorting = { readonly column: number; readonly isDescending: boolean } | null;
type Row = readonly Cell[];

/** A table that can be sorted and paged, as Slack's can. */
export function DataTable({ block, blockId }: BlockProps<typeof DataTableShape>) {
  const [sorting, setSorting] = useState<Sorting>(null);
  const [page, setPage] = useState(0);
  const [head = [], ...rows] = block.rows;
  const pages = Math.max(1, Math.ceil(rows.length / block.page_size));
  const shownPage = Math.min(page, pages - 1);
  const from = shownPage * block.page_size;
  const shown = sorted(rows, sorting).slice(from, from + block.page_size);
  return (
    <div className="table">
      <table>
        <caption>{block.caption}</caption>
        <thead>
          <tr>
            {head.map((cell, column) => (
              <SortableHead
                // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name than their place.
                key={column}
                {...{ cell, column, sorting }}
                isNumber={holdsNumbers(rows, column)}
                onSort={setSorting}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row, at) => (
            <BodyRow
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name than their place.
              key={at}
              row={row}
              headerColumn={block.row_header_column_index ?? -1}
              blockId={blockId}
            />
          ))}
        </tbody>
      </table>
      {pages > 1 && <Pager page={shownPage} pages={pages} rows={rows.length} onPage={setPage} />}
    </div>
  );
}

type HeadProps = {
  readonly cell: Cell;
  readonly column: number;
  readonly sorting: Sorting;
  readonly isNumber: boolean;
  readonly onSort: (sorting: Sorting) => void;
};

function SortableHead({ cell, column, sorting, isNumber, onSort }: HeadProps) {
  const isSorted = sorting?.column === column;
  const direction = isSorted ? (sorting.isDescending ? 'descending' : 'ascending') : 'none';
  return (
    <th scope="col" aria-sort={direction} data-kind={isNumber ? 'number' : undefined}>
      <button
        type="button"
        className="table__sort"
        onClick={() => onSort({ column, isDescending: isSorted && !sorting.isDescending })}
      >
        {cellText(cell)}
        <span aria-hidden="true">{{ none: '↕', ascending: '↑', descending: '↓' }[direction]}</span>
      </button>
    </th>
  );
}

type RowProps = { readonly row: Row; readonly headerColumn: number; readonly blockId: string };

function BodyRow({ row, headerColumn, blockId }: RowProps) {
  return (
    <tr>
      {row.map((cell, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name than their place.
        <BodyCell key={column} cell={cell} isHeader={column === headerColumn} blockId={blockId} />
      ))}
    </tr>
  );
}

type CellProps = { readonly cell: Cell; readonly isHeader: boolean; readonly blockId: string };

function BodyCell({ cell, isHeader, blockId }: CellProps) {
  const words = <CellView cell={cell} blockId={blockId} />;
  if (isHeader) return <th scope="row">{words}</th>;
  return <td data-kind={cellNumber(cell) === null ? undefined : 'number'}>{words}</td>;
}

type PagerProps = {
  readonly page: number;
  readonly pages: number;
  readonly rows: number;
  readonly onPage: (page: number) => void;
};

function Pager({ page, pages, rows, onPage }: PagerProps) {
  return (
    <div className="table__pager">
      <span>
        {rows} rows, page {page + 1} of {pages}
      </span>
      <button type="button" className="button" disabled={page === 0} onClick={() => onPage(page - 1)}>
        Previous
      </button>
      <button type="button" className="button" disabled={page >= pages - 1} onClick={() => onPage(page + 1)}>
        Next
      </button>
    </div>
  );
}

const holdsNumbers = (rows: readonly Row[], column: number) => cellNumber(rows[0]?.[column]) !== null;

function sorted(rows: readonly Row[], sorting: Sorting): readonly Row[] {
  if (!sorting) return rows;
  const { column, isDescending } = sorting;
  const ascending = rows.toSorted((one, other) => compare(one[column], other[column]));
  return isDescending ? ascending.toReversed() : ascending;
}

function compare(one: Cell | undefined, other: Cell | undefined): number {
  const [left, right] = [cellNumber(one), cellNumber(other)];
  if (left !== null && right !== null) return left - right;
  return cellText(one).localeCompare(cellText(other), undefined, { numeric: true });
}
