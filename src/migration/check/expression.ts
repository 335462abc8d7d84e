import type { Node, TypeName } from 'libpg-query';

/** Functions whose answer is the same for every row of a statement: Postgres keeps such a default once, for all rows. */
const stable: ReadonlySet<string> = new Set([
  ...['now', 'current_date', 'transaction_timestamp', 'statement_timestamp', 'timezone', 'to_timestamp'],
  ...['lower', 'upper', 'length', 'md5', 'coalesce', 'concat', 'jsonb_build_object', 'jsonb_build_array'],
  ...[
    'json_build_object',
    'json_build_array',
    'current_setting',
    'date_trunc',
    'make_interval',
    'to_tsvector',
  ],
]);

/** Whether a default may differ from row to row, so that every row has to be written. What is not known may. */
export function isVolatile(expression: Node | undefined): boolean {
  return everyFunction(expression).some((name) => !stable.has(name));
}

/** Functions that change nothing that the old version looks at, beside those above. */
const known: ReadonlySet<string> = new Set([
  ...['count', 'sum', 'min', 'max', 'avg', 'row_number', 'string_agg', 'array_agg', 'jsonb_agg', 'unnest'],
  ...['nextval', 'setval', 'currval', 'gen_random_uuid', 'uuid_generate_v4', 'random', 'generate_series'],
  ...[
    'clock_timestamp',
    'set_config',
    'replace',
    'trim',
    'btrim',
    'substring',
    'split_part',
    'left',
    'right',
  ],
  ...['round', 'floor', 'ceil', 'abs', 'encode', 'decode', 'format', 'concat_ws', 'regexp_replace'],
]);

/** Functions that nobody can tell what they do: somebody's own, or Postgres's less usual ones. */
export function strangeFunctions(statement: unknown): string[] {
  return [...new Set(everyFunction(statement))].filter((name) => !stable.has(name) && !known.has(name));
}

/** Every function that is called anywhere in an expression; with its schema where that is not Postgres's own. */
export function everyFunction(expression: unknown): string[] {
  if (Array.isArray(expression)) return expression.flatMap(everyFunction);
  if (typeof expression !== 'object' || expression === null) return [];
  return Object.entries(expression).flatMap(([key, value]) =>
    key === 'FuncCall' ? [functionName(value), ...everyFunction(value)] : everyFunction(value),
  );
}

function functionName({ funcname = [] }: { funcname?: Node[] }): string {
  const words = funcname.flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
  return (words[0] === 'pg_catalog' ? words.slice(1) : words).join('.');
}

/** Columns that an expression says are not null, where it says nothing else: `a is not null and b is not null`. */
export function notNullColumns(expression: Node | undefined): string[] {
  if (expression === undefined) return [];
  if ('BoolExpr' in expression && expression.BoolExpr.boolop === 'AND_EXPR')
    return (expression.BoolExpr.args ?? []).flatMap(notNullColumns);
  if (!('NullTest' in expression) || expression.NullTest.nulltesttype !== 'IS_NOT_NULL') return [];
  const { arg } = expression.NullTest;
  if (arg === undefined || !('ColumnRef' in arg)) return [];
  const [field] = arg.ColumnRef.fields ?? [];
  return field !== undefined && 'String' in field ? [field.String.sval ?? ''] : [];
}

/** `varchar`, `int4`: as the grammar calls it, without its schema. */
export function typeWord(type: TypeName | undefined): string {
  const last = type?.names?.at(-1);
  return last !== undefined && 'String' in last ? (last.String.sval ?? '') : '';
}

/** Types that hold everything that another one of their family holds. */
export function isWidest(type: TypeName | undefined): boolean {
  const isBounded = (type?.typmods ?? []).length > 0;
  return !isBounded && ['text', 'varchar', 'numeric', 'jsonb'].includes(typeWord(type));
}
