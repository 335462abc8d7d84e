import { Failed } from '../../src/core/failure.ts';
import type { Verdict } from '../../src/core/verdict.ts';
import type { AppliedMigration, Database, HalfWay, Run } from '../../src/migration/database.ts';

/** A database that remembers what was run in it, and behaves as badly as it is told. */
export type PretendDatabase = Database & {
  /** Every migration that was really run, once for each time. */
  readonly ran: string[];
  readonly applied: Map<string, AppliedMigration>;
  readonly marked: string[];
  /** What happens to the next runs, first to last; then all goes well. */
  readonly faults: Fault[];
  halfWay: HalfWay[];
  isBusy: boolean;
  canProtect: boolean;
  verdict: Verdict;
  /** Why nothing can be asked of it; null: it answers. */
  down: string | null;
};

export type Fault =
  /** It was done, and nobody heard. */
  | 'lose-answer'
  /** It never came to that, and nobody knows. */
  | 'lose-call'
  /** It stopped in the middle of what is no transaction. */
  | 'half-way'
  | 'locked'
  | 'broken';

export function openPretendDatabase(nowMs: () => number): PretendDatabase {
  const failed = (code: Failed['failure']['code'], message: string, retryAfterMs: number | null = null) =>
    new Failed({ code, message, retryAfterMs });
  const answer = () => {
    if (database.down !== null) throw failed('unavailable', database.down, 5_000);
  };
  const take = ({ migration, light, deploymentId, intentId }: Run) => {
    database.ran.push(migration.id);
    database.applied.set(migration.id, {
      id: migration.id,
      checksum: migration.checksum,
      by: 'us',
      light,
      deploymentId,
      intentId,
      finishedAtMs: nowMs(),
    });
  };
  const lost = () => failed('outcome-unknown', 'nobody heard what became of it');
  const faults: Record<Fault, (run: Run) => void> = {
    'lose-answer': (run) => {
      take(run);
      throw lost();
    },
    'lose-call': () => {
      throw lost();
    },
    'half-way': ({ migration, intentId }) => {
      const say = `${migration.id} came to statement 1 of 2`;
      database.halfWay.push({ id: migration.id, intentId, say, next: ['look at it'] });
      throw lost();
    },
    locked: () => {
      throw failed('conflict', 'somebody else uses the table', 10_000);
    },
    broken: ({ migration }) => {
      throw failed('rejected', `${migration.id}, line 1: relation "x" does not exist`);
    },
  };
  const database: PretendDatabase = {
    ran: [],
    applied: new Map(),
    marked: [],
    faults: [],
    halfWay: [],
    isBusy: false,
    canProtect: true,
    verdict: { kind: 'pass', because: 'all is well' },
    down: null,
    async look({ migrations }) {
      answer();
      const ids = new Set(migrations.map(({ id }) => id));
      const all = [...database.applied.values()];
      return {
        applied: all.filter(({ id }) => ids.has(id)),
        others: all.filter(({ id }) => !ids.has(id)),
        halfWay: database.halfWay,
        isBusy: database.isBusy,
        protection: database.canProtect ? { can: true } : { can: false, say: 'there is no archive' },
        isReadOnly: false,
      };
    },
    async apply(run) {
      answer();
      await run.stillMay();
      const fault = database.faults.shift();
      if (fault === undefined) take(run);
      else faults[fault](run);
    },
    async protect(name) {
      answer();
      database.marked.push(name);
    },
    async verify() {
      answer();
      return database.verdict;
    },
    async endReadOnly() {},
  };
  return database;
}
