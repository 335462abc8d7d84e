import { DatabaseError } from 'pg';
import { Failed, type Failure } from '../../core/failure.ts';

const AGAIN_MS = 5_000;
const LOCK_AGAIN_MS = 10_000;

/** What the world says, for whatever changed nothing: a question, or a transaction that is not there any more. */
export function nothingDone(error: unknown, where = 'the database'): Failed {
  if (error instanceof Failed) return error;
  const { code, retryAfterMs, say } = judged(error);
  return new Failed({ code, message: `${where}: ${say}`, retryAfterMs });
}

/** What may have been done all the same: only the table tells. */
export function maybeDone(error: unknown, where: string): Failed {
  const say = error instanceof Failed ? error.message : judged(error).say;
  const message = `${where}: ${say}; what became of it has to be read from the database`;
  return new Failed({ code: 'outcome-unknown', message, retryAfterMs: null });
}

/** The server took the transaction back and said so: a rule that is checked at its end, for one. */
export function isTakenBack(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity === 'ERROR';
}

type Judged = Pick<Failure, 'code' | 'retryAfterMs'> & { readonly say: string };

/** By SQLSTATE: see Postgres's manual, appendix A. */
function judged(error: unknown): Judged {
  if (!(error instanceof DatabaseError)) {
    return { code: 'unavailable', retryAfterMs: AGAIN_MS, say: `there was no answer (${wordOf(error)})` };
  }
  const say = sayDatabase(error);
  const known = byState[error.code ?? ''] ?? byClass[(error.code ?? '').slice(0, 2)];
  return {
    code: 'rejected',
    retryAfterMs: null,
    say,
    ...known,
    ...(known?.say ? { say: `${known.say} (${say})` } : {}),
  };
}

const byState: Readonly<Record<string, Partial<Judged>>> = {
  '55P03': {
    code: 'conflict',
    retryAfterMs: LOCK_AGAIN_MS,
    say: 'somebody else uses the table, and the lock was not to be had in time',
  },
  '57014': { code: 'too-late', say: 'it took longer than it may, and was taken back' },
  '40P01': { code: 'conflict', retryAfterMs: AGAIN_MS },
  '40001': { code: 'conflict', retryAfterMs: AGAIN_MS },
  '42501': { code: 'unauthorized', say: 'the account of the database may not do this' },
  '25006': { code: 'rejected', say: 'the database takes no changes now' },
  '57P01': { code: 'unavailable', retryAfterMs: AGAIN_MS },
  '57P02': { code: 'unavailable', retryAfterMs: AGAIN_MS },
  '57P03': { code: 'unavailable', retryAfterMs: AGAIN_MS },
  '53300': { code: 'unavailable', retryAfterMs: AGAIN_MS },
};

const byClass: Readonly<Record<string, Partial<Judged>>> = {
  '08': { code: 'unavailable', retryAfterMs: AGAIN_MS },
  '28': { code: 'unauthorized', say: 'the database does not let us in' },
  '3D': { code: 'not-found' },
};

/** By its word, such as ECONNREFUSED: the sentence beside it names the host, which is kept as secret as its password. */
function wordOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? wordOf(error.errors[0]) : firstLine(error.message);
}

/** Classes whose sentences repeat what is in the rows: what could not be read as a number may be somebody's address. */
const tellsRows: ReadonlySet<string> = new Set(['22', '23']);

/**
 * What a database says of its own accord names tables and columns. What stands in rows is somebody's, and is told to
 * nobody; which hosts and accounts may come in stands behind `class 28`, and is told to nobody either.
 */
export function sayDatabase({ code = '', message }: DatabaseError): string {
  const line = firstLine(message);
  if (code.startsWith('28')) return code;
  return tellsRows.has(code.slice(0, 2)) ? line.replaceAll(/(?<=: )".*$/g, '…') : line;
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').slice(0, 300);
}
