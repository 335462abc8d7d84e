import * as z from 'zod';
import type { BlockProps } from './block-props.ts';
import { CellShape, CellView } from './cell.tsx';

const Column = z.object({
  align: z.enum(['left', 'center', 'right']).optional(),
  is_wrapped: z.boolean().optional(),
});

export const TableShape = z.object({
  rows: z.array(z.array(CellShape)).min(1),
  column_settings: z.array(Column.nullable()).default([]),
});

/** The older table of Slack: no caption, no paging; its first row is the heading. */
export function Table({ block: { rows, column_settings }, blockId }: BlockProps<typeof TableShape>) {
  const [head = [], ...body] = rows;
  const styleOf = (column: number) => ({
    textAlign: column_settings[column]?.align ?? ('left' as const),
    whiteSpace: column_settings[column]?.is_wrapped === true ? ('normal' as const) : ('nowrap' as const),
  });
  return (
    <div className="table">
      <table>
        <thead>
          <tr>
            {head.map((cell, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name than their place.
              <th key={column} scope="col" style={styleOf(column)}>
                <CellView cell={cell} blockId={blockId} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name than their place.
            <tr key={at}>
              {row.map((cell, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name than their place.
                <td key={column} style={styleOf(column)}>
                  <CellView cell={cell} blockId={blockId} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
