import type { DeploymentEvent } from '../../src/core/event.ts';
import type { Delivery, Store } from '../../src/store/store.ts';
import { type Faults, isWithin } from './faults.ts';
import { appended, claimed, type History, hung, putBack, released, type Truth } from './history.ts';
import type { Node } from './node.ts';
import type { Production } from './production.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** Where all clocks stand when a world begins, give or take: 2026-11-20. */
export const EPOCH_MS = 1_795_132_800_000;

/** The one database: it never loses what it took, but it is far away, may be down, and may not say what it did. */
export type Database = {
  /** Behind all faults: for the oracle, and for people who look. */
  readonly store: Store;
  nowMs(): number;
  jump(ms: number): void;
  /** As one node sees it. */
  seenFrom(node: Node, isWorking: boolean): Store;
};

export type DatabaseNeeds = {
  readonly production: Production;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: Faults;
  readonly history: History;
  truthOf(targets: readonly string[]): readonly Truth[];
  /** Whether a process lives, and nothing keeps it from holding what it holds. */
  isWell(owner: string): boolean;
  /** Told what was committed, for people who see it. */
  seen(deploymentId: string, events: readonly DeploymentEvent[]): void;
};

export function openDatabase(needs: DatabaseNeeds): Database {
  const { scheduler } = needs;
  let shiftMs = 7_000;
  const nowMs = () => Math.round(EPOCH_MS + scheduler.nowMs() + shiftMs);
  const store = needs.production.memoryStore({ nowMs });
  return {
    store,
    nowMs,
    jump: (ms) => {
      shiftMs += ms;
    },
    seenFrom: (node, isWorking) => seenFrom(needs, store, node, isWorking),
  };
}

type Ask = <T>(label: string, isWork: boolean, act: () => Promise<T>) => Promise<T>;

function asker({ scheduler, random, faults }: DatabaseNeeds, node: Node, isWorking: boolean): Ask {
  return (label, isWork, act) => {
    const isTroubled = scheduler.nowMs() < faults.untilMs;
    const isSlow = isTroubled && faults.has('database-slow') && random.chance(0.03);
    const trouble = isTroubled && faults.has('database-unsure') ? random.next() : 1;
    return node.cross({
      label,
      isWork: isWork && isWorking,
      thereMs: isSlow ? random.between(50, 4_900) : random.between(0.3, 4),
      backMs: isSlow ? random.between(50, 4_900) : random.between(0.3, 4),
      lost: null,
      async act() {
        if (isTroubled && isWithin(faults.databaseDown, scheduler.nowMs()))
          throw new Error('database is down');
        if (trouble < 0.02) throw new Error('connection reset before the statement');
        const answer = await act();
        if (trouble < 0.04) throw new Error('connection reset after the commit');
        return answer;
      },
    });
  };
}

function seenFrom(needs: DatabaseNeeds, store: Store, node: Node, isWorking: boolean): Store {
  const ask = asker(needs, node, isWorking);
  const { inbox, outbox, targets, duties, samples, ledger, board } = store;
  const { history, scheduler } = needs;
  return {
    // Nobody in these worlds installs anything.
    installations: store.installations,
    journal: journalFrom(needs, store, ask),
    inbox: {
      receive: (delivery: Delivery) =>
        ask('inbox.receive', false, async () => {
          const isNew = await inbox.receive(delivery);
          history.accepted.add(delivery.key);
          return isNew;
        }),
      take: (...args) => ask('inbox.take', false, () => inbox.take(...args)),
      keep: (...args) => ask('inbox.keep', false, () => inbox.keep(...args)),
      waiting: (...args) => ask('inbox.waiting', false, () => inbox.waiting(...args)),
      done: (key, owner) =>
        ask('inbox.done', false, async () => {
          await inbox.done(key, owner);
          history.handled.add(key);
        }),
      once: (...args) => ask('inbox.once', false, () => inbox.once(...args)),
      sweep: (...args) => ask('inbox.sweep', false, () => inbox.sweep(...args)),
    },
    outbox: {
      take: (...args) => ask('outbox.take', false, () => outbox.take(...args)),
      sent: (row, ref) => ask(`outbox.sent ${row.key}`, false, () => outbox.sent(row, ref)),
      later: (row, ...rest) => ask(`outbox.later ${row.key}`, false, () => outbox.later(row, ...rest)),
      drop: (row, because) => {
        scheduler.note(`DROPPED ${row.key}: ${because}`);
        return ask(`outbox.drop ${row.key}`, false, () => outbox.drop(row, because));
      },
      ref: (...args) => ask('outbox.ref', false, () => outbox.ref(...args)),
      keyAt: (...args) => ask('outbox.keyAt', false, () => outbox.keyAt(...args)),
      backlog: () => ask('outbox.backlog', false, () => outbox.backlog()),
    },
    targets: {
      all: () => ask('targets.all', false, () => targets.all()),
      saw: (...args) => ask('targets.saw', false, () => targets.saw(...args)),
      adopt: (...args) => ask('targets.adopt', false, () => targets.adopt(...args)),
    },
    duties: {
      hold: (...args) => ask(`duties.hold ${args[0]}`, false, () => duties.hold(...args)),
      drop: (...args) => ask('duties.drop', false, () => duties.drop(...args)),
    },
    samples,
    board: {
      put: (put) =>
        ask(`board.put ${put.kind} ${put.id}`, put.kind === 'run', async () => {
          const down = await board.put(put);
          if (down === 'written') hung(history, put, scheduler.nowMs());
          return down;
        }),
      find: (id) => ask('board.find', false, () => board.find(id)),
      changes: (kind) => ask('board.changes', false, () => board.changes(kind)),
      list: (filter) => ask('board.list', false, () => board.list(filter)),
      due: (limit) => ask('board.due', false, () => board.due(limit)),
    },
    ledger: {
      ...ledger,
      note: (records) => ask('ledger.note', false, () => ledger.note(records)),
    },
    nowMs: () => ask('nowMs', false, () => store.nowMs()),
    close: () => Promise.resolve(),
  };
}

function journalFrom(
  { history, scheduler, truthOf, isWell, seen }: DatabaseNeeds,
  store: Store,
  ask: Ask,
): Store['journal'] {
  const { journal } = store;
  return {
    begin: (beginning) =>
      ask(`begin ${beginning.deploymentId}`, true, async () => {
        const begun = await journal.begin(beginning);
        if (begun.kind === 'begun') {
          const targets = beginning.targets.map(({ id }) => id);
          const { deploymentId, orderKey } = beginning;
          const { event } = beginning;
          const waits = event.kind === 'planned' && event.waits !== undefined;
          history.begins.set(deploymentId, { atMs: scheduler.nowMs(), targets, orderKey, waits });
          seen(deploymentId, [event]);
        }
        return begun;
      }),
    start: (claim, afterSeq, writing) =>
      ask(`start ${claim.deploymentId} ${afterSeq}`, true, async () => {
        const result = await journal.start(claim, afterSeq, writing);
        if (result === 'written') appended(history, claim, writing.events, scheduler.nowMs(), truthOf);
        return result;
      }),
    stepOut: (claim) => ask(`step out of line ${claim.deploymentId}`, true, () => journal.stepOut(claim)),
    lineUp: (claim) => ask(`line up ${claim.deploymentId}`, true, () => journal.lineUp(claim)),
    line: (targetId) => ask(`line ${targetId}`, false, () => journal.line(targetId)),
    begunBy: (orderKey) => ask('begun by', false, () => journal.begunBy(orderKey)),
    read: (id, afterSeq) => ask(`read ${id} ${afterSeq}`, true, () => journal.read(id, afterSeq)),
    claim: (id, owner, leaseMs) =>
      ask(`claim ${id}`, true, async () => {
        const claim = await journal.claim(id, owner, leaseMs);
        if (claim !== null) {
          claimed(history, id, owner, claim.fence, scheduler.nowMs(), isWell);
          scheduler.note(`${owner} holds ${id} with fence ${claim.fence}, crashes ${claim.crashes}`);
        }
        return claim;
      }),
    renew: (claim, leaseMs) => ask(`renew ${claim.deploymentId}`, false, () => journal.renew(claim, leaseMs)),
    append: (claim, afterSeq, writing) => {
      const said = writing.events.map(({ kind }) => kind).join(' ');
      return ask(`append ${claim.deploymentId} ${afterSeq} ${said}`, true, async () => {
        const result = await journal.append(claim, afterSeq, writing);
        if (result === 'written') {
          appended(history, claim, writing.events, scheduler.nowMs(), truthOf);
          seen(claim.deploymentId, writing.events);
        } else scheduler.note(`${claim.deploymentId} ${afterSeq} ${said}: ${result}`);
        return result;
      });
    },
    release: (claim, wakeInMs) =>
      ask(`release ${claim.deploymentId}`, true, async () => {
        const result = await journal.release(claim, wakeInMs);
        if (result === 'released') released(history, claim.deploymentId);
        return result;
      }),
    putBack: (claim) =>
      ask(`put ${claim.deploymentId} back`, true, async () => {
        const result = await journal.putBack(claim);
        if (result === 'put-back') putBack(history, claim.deploymentId);
        return result;
      }),
    signal: (id, key, event, notices) =>
      ask(`signal ${id}`, true, async () => {
        const result = await journal.signal(id, key, event, notices);
        if (result === 'written' && event.kind === 'abort-asked')
          history.abortsAtMs.set(id, scheduler.nowMs());
        return result;
      }),
    due: (limit) => ask('due', false, () => journal.due(limit)),
    list: (filter) => ask('list', false, () => journal.list(filter)),
    find: (id) => ask('find', false, () => journal.find(id)),
    report: (id) => ask('report', false, () => journal.report(id)),
    resolve: (id, by) =>
      ask(`resolve ${id}`, true, async () => {
        const isFirst = await journal.resolve(id, by);
        if (isFirst) history.resolvedAtMs.set(id, scheduler.nowMs());
        return isFirst;
      }),
  };
}
