import type { Node, RawStmt } from 'libpg-query';
import type { Light } from '../../core/migration.ts';
import type { Finding, FindingKind, Script, Statement } from '../script.ts';
import { judgeStatement } from './rules.ts';
import { nothingSeen } from './seen.ts';
import { isBegin, isCommit, isPatient, whyAlone, whyRefused } from './transaction.ts';

const BYTES_MAX = 1_000_000;
const STATEMENTS_MAX = 5_000;

type Parsed = { readonly node: Node; readonly sql: string; readonly line: number };

/**
 * Reads a script with Postgres's own grammar and says what it does. Touches no database, so that it can be asked before
 * anybody approves. The parser is WebAssembly, and loaded when somebody first needs it.
 */
export async function checkScript(text: string): Promise<Script> {
  // Some editors write a mark for the order of bytes, which is no part of what they save.
  const sql = text.replace(/^\uFEFF/, '');
  const bytes = Buffer.from(sql, 'utf8');
  if (bytes.length > BYTES_MAX) return unreadable('it is larger than 1 MB');
  const parsed = await parse(sql, bytes);
  if (typeof parsed === 'string') return unreadable(parsed);
  if (parsed.length > STATEMENTS_MAX) return unreadable(`it has more than ${STATEMENTS_MAX} statements`);
  const inside = withoutFrame(parsed);
  const isFramed = inside.length < parsed.length;
  for (const { node, line } of inside) {
    const because = whyRefused(node) ?? (isFramed ? whyNotFramed(node) : null);
    if (because !== null) return unreadable(`line ${line}: ${because}`);
  }
  return judged(inside);
}

/** The statements, or why it cannot be read. */
async function parse(sql: string, bytes: Buffer): Promise<readonly Parsed[] | string> {
  const { parse: parseSql, hasSqlDetails } = await import('libpg-query');
  try {
    const { stmts } = await parseSql(sql);
    return (stmts ?? []).flatMap((each) => statementOf(each, bytes));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Counted in characters from nought, as the grammar counts.
    const at = hasSqlDetails(error) ? (error.sqlDetails?.cursorPosition ?? 0) : 0;
    const line = sql.slice(0, Math.max(0, at)).split('\n').length;
    return `line ${line}: Postgres's grammar does not read it (${error.message.slice(0, 200)})`;
  }
}

function statementOf({ stmt, stmt_location = 0, stmt_len }: RawStmt, bytes: Buffer): Parsed[] {
  if (stmt === undefined) return [];
  const end = stmt_len === undefined || stmt_len === 0 ? bytes.length : stmt_location + stmt_len;
  const text = bytes.subarray(stmt_location, end).toString('utf8');
  const sql = text.trim();
  const before = bytes.subarray(0, stmt_location).toString('utf8') + text.slice(0, text.indexOf(sql));
  const skipped = linesOfComments(sql);
  return [{ node: stmt, sql, line: before.split('\n').length + skipped }];
}

/** Comments stand in front of the statement that follows them. */
function linesOfComments(sql: string): number {
  const lines = sql.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '' && !line.trim().startsWith('--'));
  return Math.max(0, first);
}

/** `BEGIN; …; COMMIT;` around all of it is what we do anyway. */
function withoutFrame(parsed: readonly Parsed[]): readonly Parsed[] {
  const [first, last] = [parsed[0], parsed.at(-1)];
  const isFramed = first !== undefined && last !== undefined && isBegin(first.node) && isCommit(last.node);
  return isFramed ? parsed.slice(1, -1) : parsed;
}

/** Whoever writes a transaction around it wants all of it or nothing, which this cannot be. */
function whyNotFramed(node: Node): string | null {
  const alone = whyAlone(node);
  return alone === null ? null : `${alone} cannot stand between BEGIN and COMMIT`;
}

function judged(parsed: readonly Parsed[]): Script {
  const seen = nothingSeen();
  const statements: Statement[] = [];
  const findings: Finding[] = [];
  for (const { node, sql, line } of parsed) {
    const alone = whyAlone(node);
    const patient = isPatient(node) ? ({ isPatient: true } as const) : {};
    statements.push({ sql, line, isTransactional: alone === null, ...patient, ...indexOf(node) });
    if (alone !== null)
      findings.push({ kind: 'not-transactional', line, say: `${alone} cannot be undone half-way` });
    findings.push(...judgeStatement(node, seen).map((said) => ({ ...said, line })));
  }
  return {
    kind: 'read',
    statements,
    isTransactional: statements.every(({ isTransactional }) => isTransactional),
    light: lightOf(findings.map(({ kind }) => kind)),
    findings,
  };
}

function indexOf(node: Node): Pick<Statement, 'index'> {
  if (!('IndexStmt' in node)) return {};
  const { concurrent, idxname, relation } = node.IndexStmt;
  if (concurrent !== true || idxname === undefined) return {};
  return { index: { schema: relation?.schemaname ?? null, name: idxname } };
}

function lightOf(kinds: readonly FindingKind[]): Light {
  if (kinds.includes('breaks-old') || kinds.includes('destroys')) return 'needs-forward-fix';
  return kinds.includes('unclear') ? 'unknown' : 'safe-to-roll-back';
}

function unreadable(say: string): Script {
  return { kind: 'unreadable', say };
}
