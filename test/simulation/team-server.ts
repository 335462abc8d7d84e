import type { Light } from '../../src/core/migration.ts';
import type { Run } from '../../src/migration/database.ts';
import type { Node } from './node.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import { keepMark, openTool, type TheirTool } from './team-tool.ts';

/** What has really happened to one migration in one database. */
export type Deed = {
  readonly what: 'begun' | 'applied' | 'put-back' | 'put-right';
  readonly reference: string;
  readonly id: string;
  readonly checksum: string;
  readonly light: Light;
  readonly deploymentId: string;
  readonly intentId: string;
  readonly atMs: number;
};

/** A stretch in which nobody might write because of us. */
export type Closing = {
  readonly reference: string;
  readonly deploymentId: string;
  readonly fromMs: number;
  toMs: number | null;
};

export type Row = Pick<Run, 'migration' | 'light' | 'deploymentId' | 'intentId' | 'ledger'> & {
  readonly statements: number;
  /** The statement that was begun last, from one. */
  reached: number;
  finishedAtMs: number | null;
};

/** One connection. What is not committed when it ends is gone, and so is its lock. */
export type Session = {
  readonly node: Node;
  isOpen: boolean;
  /** Begun and not committed. */
  open: Row | null;
  lastAtMs: number;
};

/** The server behind one reference: what it keeps, whoever may be gone. */
export type Server = {
  readonly reference: string;
  readonly rows: Map<string, Row>;
  readonly marks: string[];
  readonly tool: TheirTool;
  /** Something in it is not as it should be. */
  isSpoiled: boolean;
  isLocked(): boolean;
  connect(node: Node): Session;
  takeLock(session: Session): boolean;
  /** A person, or a tool of theirs, runs something for a while. */
  lockFor(ms: number): void;
  close(session: Session): void;
  /** What the script leaves behind, and that it was run. */
  apply(row: Row): void;
  begin(row: Row): void;
  beginReadOnly(deploymentId: string): void;
  endReadOnly(): void;
  isReadOnly(): boolean;
  /** A person has looked at what stopped half-way: all of it is done now, or none of it. */
  putRight(how: 'put-back' | 'put-right'): void;
};

/** A server notices that nobody is there any more, at the latest after so long. */
const NOTICED_WITHIN_MS = 4_000;
const LOOK_MS = 1_000;
/** `idle_in_transaction_session_timeout` */
const IDLE_MAX_MS = 60_000;

export function openServer(
  reference: string,
  needs: { readonly scheduler: Scheduler; readonly random: Random },
  hasTool: boolean,
  deeds: Deed[],
  closings: Closing[],
): Server {
  const { scheduler, random } = needs;
  const tool = openTool(reference, hasTool, needs, deeds);
  let lock: Session | 'stranger' | null = null;
  let closing: Closing | null = null;
  const rows = new Map<string, Row>();

  function note(what: Deed['what'], { migration, light, deploymentId, intentId }: Row): void {
    const { id, checksum } = migration;
    deeds.push({
      what,
      reference,
      id,
      checksum,
      light,
      deploymentId,
      intentId,
      atMs: scheduler.nowMs(),
    });
    scheduler.note(`${what.toUpperCase()} ${id} in ${reference} by ${intentId}`);
  }
  function close(session: Session): void {
    if (!session.isOpen) return;
    session.isOpen = false;
    session.open = null;
    tool.letGo(session);
    if (lock === session) lock = null;
  }
  /** Whoever ended is noticed, and who says nothing in the middle of a transaction for too long is sent away. */
  function watch(session: Session): void {
    if (!session.isOpen) return;
    const isIdle = session.open !== null && scheduler.nowMs() - session.lastAtMs > IDLE_MAX_MS;
    if (isIdle) close(session);
    else if (session.node.isAlive()) scheduler.after(LOOK_MS, 'is anybody there?', () => watch(session));
    else scheduler.after(random.between(0, NOTICED_WITHIN_MS), 'nobody is there', () => close(session));
  }
  return {
    reference,
    rows,
    marks: [],
    tool,
    isSpoiled: false,
    isLocked: () => lock !== null,
    connect(node) {
      const session: Session = { node, isOpen: true, open: null, lastAtMs: scheduler.nowMs() };
      watch(session);
      return session;
    },
    takeLock(session) {
      if (lock !== null) return false;
      lock = session;
      return true;
    },
    lockFor(ms) {
      if (lock !== null) return;
      lock = 'stranger';
      scheduler.note(`somebody else runs migrations in ${reference}`);
      scheduler.after(ms, `${reference} is free again`, () => {
        lock = null;
      });
    },
    close,
    apply(row) {
      row.finishedAtMs = scheduler.nowMs();
      rows.set(row.migration.id, row);
      note('applied', row);
    },
    begin(row) {
      rows.set(row.migration.id, row);
      note('begun', row);
    },
    beginReadOnly(deploymentId) {
      if (closing !== null) return;
      closing = { reference, deploymentId, fromMs: scheduler.nowMs(), toMs: null };
      closings.push(closing);
    },
    endReadOnly() {
      if (closing !== null) closing.toMs = scheduler.nowMs();
      closing = null;
    },
    isReadOnly: () => closing !== null,
    putRight(how) {
      for (const row of [...rows.values()].filter(({ finishedAtMs }) => finishedAtMs === null)) {
        note(how, row);
        if (how === 'put-back') rows.delete(row.migration.id);
        else {
          row.finishedAtMs = scheduler.nowMs();
          keepMark({ tool }, row);
        }
      }
    },
  };
}
