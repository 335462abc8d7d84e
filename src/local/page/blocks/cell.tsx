import * as z from 'zod';
import { Element } from '../elements/element.tsx';
import { RichText, RichTextShape } from './rich-text.tsx';

const RichTextCell = RichTextShape.extend({ type: z.literal('rich_text') });

/** A cell of `table` and `data_table`. A cell of any other type holds an element, such as a button. */
export const CellShape = z.union([
  z.object({ type: z.literal('raw_text'), text: z.string() }),
  z.object({ type: z.literal('raw_number'), value: z.number(), text: z.string().optional() }),
  RichTextCell,
  z.looseObject({ type: z.string(), element: z.unknown() }),
]);
export type Cell = z.infer<typeof CellShape>;

export function CellView({ cell, blockId }: { readonly cell: Cell; readonly blockId: string }) {
  if ('elements' in cell) return <RichText block={RichTextCell.parse(cell)} />;
  if ('element' in cell) return <Element element={cell.element} blockId={blockId} />;
  return cellText(cell);
}

/** The words of a cell, for headings and for sorting. */
export function cellText(cell: Cell | undefined): string {
  if (!cell) return '';
  const { text, value } = cell as { readonly text?: unknown; readonly value?: unknown };
  if (typeof text === 'string') return text;
  if (typeof value === 'number') return String(value);
  return wordsIn(cell);
}

/** The cell's number when it is one: numbers are sorted as numbers. */
export function cellNumber(cell: Cell | undefined): number | null {
  const value = (cell as { readonly value?: unknown } | undefined)?.value;
  return typeof value === 'number' ? value : null;
}

function wordsIn(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsIn).join('');
  if (typeof value !== 'object' || value === null) return '';
  const { text, elements } = value as { readonly text?: unknown; readonly elements?: unknown };
  return typeof text === 'string' ? text : wordsIn(elements);
}
