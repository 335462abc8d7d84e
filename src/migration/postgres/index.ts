import type { Database } from '../database.ts';
import { apply } from './apply.ts';
import { look } from './look.ts';
import { endReadOnly } from './read-only.ts';
import { nothingDone } from './say-failure.ts';
import { type Connect, inSession, type Session, takeLock } from './session.ts';
import { verify } from './verify.ts';

const QUESTION_MS = 15_000;
const VERIFY_MS = 60_000;

/** A Postgres that migrations are for. Opens one connection for each piece of work, and none in between. */
export function openPostgres(connect: Connect): Database {
  const quickly = <T>(work: (session: Session) => Promise<T>, withinMs = QUESTION_MS): Promise<T> =>
    inSession(connect, withinMs, async (session) => {
      try {
        return await work(session);
      } catch (error) {
        throw nothingDone(error);
      }
    });
  return {
    look: (asked) => quickly((session) => look(session, asked)),
    apply: (run) => apply(connect, run),
    async protect(name) {
      await quickly((session) => session.query('select pg_create_restore_point($1)', [name.slice(0, 63)]));
    },
    verify: (queries) => quickly((session) => verify(session, queries), VERIFY_MS),
    endReadOnly: () =>
      quickly(async (session) => {
        if (await takeLock(session)) await endReadOnly(session);
      }),
  };
}
