import {
  Maintenance,
  maintenanceDueMs,
  maintenanceObstacle,
  TRIES_MAX,
  turnOf,
} from '../../core/maintenance.ts';
import type { Offer } from '../../core/refusal.ts';
import { sayScope } from '../../core/scope.ts';
import { duration, sentence, type Text } from '../../core/text.ts';
import type { Notice, Sheet } from '../../store/store.ts';
import type { EngineParts } from '../parts.ts';
import { sayMaintenanceCard } from './maintenance-words.ts';
import { recordOfProgram } from './noted.ts';
import { switchOutside } from './outside.ts';
import type { SheetKind } from './sheet.ts';
import { sheetNotices } from './told.ts';

const KIND = 'maintenance';
const command = 'deploy-maintenance';

/** Somebody works there for a while. It begins, reminds and ends by itself, and its card says how long it still lasts. */
export const maintenances: SheetKind = {
  kind: KIND,
  say: async (sheet, { store }) =>
    sayMaintenanceCard(sheet.id, Maintenance.parse(sheet.body), await store.nowMs()),
  attend: attendMaintenance,
  obstacle: (sheet, passing) => maintenanceObstacle(sheet.id, Maintenance.parse(sheet.body), passing),
};

/** Does what its time asks for: begins, says how long it still lasts, reminds, ends, and switches what is outside. */
export async function attendMaintenance(sheet: Sheet, parts: EngineParts): Promise<void> {
  const before = Maintenance.parse(sheet.body);
  const nowMs = await parts.store.nowMs();
  const turn = turnOf(before, nowMs);
  if (turn === 'wait') return;
  const to = turn === 'end' ? 'off' : 'on';
  const outside = await switchOutside(parts, sheet.id, before, to);
  const after: Maintenance = {
    ...before,
    outside,
    phase: turn === 'end' ? 'over' : 'on',
    isReminded: before.isReminded || turn === 'remind',
    tries: turn === 'end' ? before.tries + 1 : before.tries,
  };
  const dueAtMs = maintenanceDueMs(after, nowMs);
  const hasTurned = before.phase !== after.phase;
  const action = after.phase === 'over' ? 'maintenance-over' : 'maintenance-begun';
  const detail = { outside: after.outside };
  await parts.store.board.put({
    kind: KIND,
    id: sheet.id,
    afterVersion: sheet.version,
    key: `attend/${sheet.version}`,
    body: after,
    isOpen: dueAtMs !== null,
    dueAtMs,
    notices: [
      ...sheetNotices(parts, sheet, after.scope),
      ...(turn === 'remind' ? reminder(sheet, after, nowMs) : []),
      ...(after.tries === TRIES_MAX && dueAtMs === null ? stuck(sheet, after) : []),
    ],
    records: hasTurned ? [recordOfProgram({ action, sheet, scope: after.scope, detail })] : [],
  });
}

function reminder(sheet: Sheet, maintenance: Maintenance, nowMs: number): Notice[] {
  const left = duration(maintenance.untilMs - nowMs);
  return wordTo(
    sheet,
    maintenance,
    [`Your maintenance of ${sayScope(maintenance.scope)} is over in ${left}.`],
    [
      { label: 'Extend 30 m', command, text: `extend ${sheet.id} --for 30m` },
      { label: 'End now', command, text: `end ${sheet.id}` },
    ],
  );
}

/** What could not be switched back for ten minutes has to be by hand. */
function stuck(sheet: Sheet, maintenance: Maintenance): Notice[] {
  const failed = maintenance.outside.filter(({ state }) => state === 'failed');
  if (failed.length === 0) return [];
  const what = failed.map(({ what: name, say }) => `${name} (${say})`).join('; ');
  return wordTo(
    sheet,
    maintenance,
    [sentence(`Your maintenance is over, but this could not be switched back: ${what}`)],
    [],
  );
}

function wordTo(sheet: Sheet, { by }: Maintenance, text: Text, offers: readonly Offer[]): Notice[] {
  if (by.startsWith('os:')) return [];
  const key = `word/${KIND}/${sheet.id}/${sheet.version}`;
  const content = { kind: 'word', to: { kind: 'person', id: by }, text, offers, under: null } as const;
  return [{ key, stream: key, lane: 'critical', content }];
}
