import type { Node } from 'libpg-query';

/** Every kind of thing that the grammar knows, by its name. */
type Kind = Node extends infer Each ? (Each extends object ? keyof Each : never) : never;
type Of<K extends Kind> = Extract<Node, Record<K, unknown>>[K];

/** One answer for each kind of statement that there is one for. */
export type ByKind<Rest extends readonly unknown[], Answer> = {
  readonly [K in Kind]?: (statement: Of<K>, ...rest: Rest) => Answer;
};

/** What a table says of one statement; null where it says nothing of its kind. */
export function lookUp<Rest extends readonly unknown[], Answer>(
  table: ByKind<Rest, Answer>,
  statement: Node,
  ...rest: Rest
): Answer | null {
  const [kind, body] = Object.entries(statement)[0] ?? ['', {}];
  // The table is typed by kind; what is looked up in it is what stands beside that very kind.
  const found = (table as Readonly<Record<string, (body: unknown, ...rest: Rest) => Answer>>)[kind];
  return found === undefined ? null : found(body, ...rest);
}
