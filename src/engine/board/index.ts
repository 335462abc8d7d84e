import { ZodError } from 'zod';
import type { Answer } from '../../core/answer.ts';
import { configuredFreezeObstacle } from '../../core/freeze.ts';
import type { Obstacle, Passing } from '../../core/obstacle.ts';
import { code } from '../../core/text.ts';
import type { Sheet, SheetId } from '../../store/store.ts';
import type { EngineParts } from '../parts.ts';
import { alerts } from './alert.ts';
import { cares } from './care-kind.ts';
import { foreigns } from './foreign.ts';
import { freezes } from './freeze.ts';
import { killSwitches } from './kill-switch.ts';
import { locks } from './lock.ts';
import { maintenances } from './maintenance-turns.ts';
import { previews } from './preview.ts';
import { reviews } from './review.ts';
import { rollbackHolds } from './rollback-hold.ts';
import { runs } from './run.ts';
import type { SheetKind } from './sheet.ts';

/** Everything that can hang on the board. */
const kinds: readonly SheetKind[] = [
  freezes,
  locks,
  maintenances,
  rollbackHolds,
  reviews,
  runs,
  foreigns,
  previews,
  killSwitches,
  alerts,
  cares,
];

/** As it hangs there now; null when it is not there. */
export async function sheetFor(parts: EngineParts, id: SheetId): Promise<Answer | null> {
  const sheet = await parts.store.board.find(id);
  const kind = kinds.find((each) => each.kind === id.kind);
  return sheet === null || kind === undefined ? null : kind.say(sheet, parts);
}

const SHEETS_MAX = 1_000;

/** Everything that stands in the way there and then, in the order in which it was put up. */
export async function obstaclesFor(parts: EngineParts, passing: Passing): Promise<Obstacle[]> {
  const sheets = await parts.store.board.list({ kind: null, isOpen: true, limit: SHEETS_MAX });
  return [
    ...configuredFreezes(parts, passing),
    ...sheets.flatMap((sheet) => obstacleOf(sheet, passing) ?? []),
  ];
}

function configuredFreezes(parts: EngineParts, passing: Passing): Obstacle[] {
  const { freezes: configured = [] } = parts.catalog();
  return configured.flatMap((freeze) => configuredFreezeObstacle(freeze, passing) ?? []);
}

/** What cannot be read could be anything, so that nobody but a rollback passes it. */
function obstacleOf(sheet: Sheet, passing: Passing): Obstacle | null {
  try {
    return kinds.find(({ kind }) => kind === sheet.kind)?.obstacle?.(sheet, passing) ?? null;
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    if (passing.what === 'back') return null;
    return {
      kind: 'freeze',
      from: `${sheet.kind}/${sheet.id}`,
      say: [`The ${sheet.kind} `, code(sheet.id), ' hangs on the board and cannot be read'],
      untilMs: null,
    };
  }
}

/** What hangs there and can stand in somebody's way, as people see it. What cannot be read is said to be so. */
export async function obstructions(parts: EngineParts): Promise<{ sheet: Sheet; said: Answer | null }[]> {
  const sheets = await parts.store.board.list({ kind: null, isOpen: true, limit: SHEETS_MAX });
  return Promise.all(
    sheets.flatMap((sheet) => {
      const kind = kinds.find((each) => each.kind === sheet.kind);
      return kind?.obstacle === undefined ? [] : [saidOf(kind, sheet, parts)];
    }),
  );
}

async function saidOf(kind: SheetKind, sheet: Sheet, parts: EngineParts) {
  try {
    return { sheet, said: await kind.say(sheet, parts) };
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    return { sheet, said: null };
  }
}

const DUE_MAX = 50;

/** Attends to what is due. Harmless to repeat and to do in several processes: each change names the version it saw. */
export async function attendBoard(parts: EngineParts): Promise<void> {
  for (const sheet of await parts.store.board.due(DUE_MAX)) {
    const kind = kinds.find((each) => each.kind === sheet.kind);
    await kind?.attend?.(sheet, parts).catch((error: unknown) => {
      parts.log.warn(
        { kind: sheet.kind, id: sheet.id, error: String(error) },
        'a sheet could not be attended to',
      );
    });
  }
}
