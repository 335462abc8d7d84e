import type { Answer } from '../core/answer.ts';
import { replay } from '../core/deployment.ts';
import type { Desk } from '../core/desk.ts';
import type { Actor } from '../core/person.ts';
import type { Report } from '../core/report.ts';
import { reportOf } from '../core/report-of.ts';
import { hasLine, threadLine } from '../core/tell.ts';
import type { Text } from '../core/text.ts';
import type { ToldAlert } from '../core/told-alert.ts';
import type { KeptReport, SheetId } from '../store/store.ts';
import { advance, type Visit } from './advance.ts';
import { noteAlert } from './board/alert.ts';
import { withCare } from './board/care.ts';
import { sheetFor } from './board/index.ts';
import { withHold } from './board/rollback-hold.ts';
import { openDesk } from './desk/index.ts';
import { openShownPlans } from './desk/shown-plans.ts';
import { openLook } from './look.ts';
import { openMemory } from './memory.ts';
import type { EngineParts } from './parts.ts';
import { openReconciler, type Reconciler } from './reconcile.ts';
import { openSampler, type Sampler } from './sampler.ts';
import { storeClock } from './store-clock.ts';
import { openTurns } from './turns.ts';

/** Carries orders out. Any number of these may run on one store; they need nothing of each other. */
export type Engine = {
  /** Takes somebody's place at the desk. `key` names the delivery that asked, so that nothing is begun twice for it. */
  deskFor(visitor: { readonly actor: Actor; readonly channel: string | null; readonly key: string }): Desk;
  /** Moves one deployment on as far as it goes now. Harmless to call at any time, from anywhere, twice. */
  advance(deploymentId: string): Promise<Visit>;
  /** Somebody says that something has happened there: reads it now, and wakes what is on its way. Changes nothing. */
  lookNow(targets: ReadonlySet<string>): Promise<void>;
  /** An alerting system tells of an alert: people are told, once each time that it fires. */
  alertTold(alert: ToldAlert): Promise<void>;
  readonly reconciler: Reconciler;
  readonly sampler: Sampler;
  /** Null when there is no such deployment. */
  reportFor(deploymentId: string): Promise<Report | null>;
  threadLine(deploymentId: string, seq: number): Promise<Text | null>;
  /** The first entry, this one or a later one, that has a line in the thread; null: none has. */
  lineFrom(deploymentId: string, seq: number): Promise<number | null>;
  keptReport(deploymentId: string): Promise<KeptReport | null>;
  /** Something on the board as it hangs there now; null when it is not there. */
  sheetFor(sheet: SheetId): Promise<Answer | null>;
};

export function createEngine(parts: EngineParts): Engine {
  const storeTime = storeClock(parts);
  const visiting = { storeTime, memory: openMemory(), turns: openTurns() };
  async function visit(deploymentId: string): Promise<Visit> {
    const beganAtMs = parts.clock.nowMs();
    const how = await advance(parts, visiting, deploymentId);
    parts.onVisit?.(how, parts.clock.nowMs() - beganAtMs);
    return how;
  }
  const look = openLook(parts);
  const shown = openShownPlans();
  const read = (deploymentId: string) => parts.store.journal.read(deploymentId, 0);
  return {
    deskFor: (visitor) => openDesk(parts, visitor, shown),
    advance: visit,
    async lookNow(targets) {
      for (const { id, takenBy } of await parts.store.targets.all()) {
        if (takenBy !== null && targets.has(id)) parts.bell.ring(takenBy, 0);
      }
      await look.around(targets);
    },
    alertTold: (alert) => noteAlert(parts, alert),
    reconciler: openReconciler(parts, storeTime, look, visit),
    sampler: openSampler(parts),
    async reportFor(deploymentId) {
      const entries = await read(deploymentId);
      if (entries.length === 0) return null;
      return withCare(parts, await withHold(parts, reportOf(deploymentId, replay(entries))));
    },
    async threadLine(deploymentId, seq) {
      const entries = (await read(deploymentId)).slice(0, seq);
      const entry = entries.at(-1);
      return entry?.seq === seq && hasLine(entry) ? threadLine(replay(entries), entry) : null;
    },
    async lineFrom(deploymentId, seq) {
      const entries = await parts.store.journal.read(deploymentId, Math.max(0, seq - 1));
      return entries.find(hasLine)?.seq ?? null;
    },
    keptReport: (deploymentId) => parts.store.journal.report(deploymentId),
    sheetFor: (sheet) => sheetFor(parts, sheet),
  };
}
