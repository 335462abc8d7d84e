import type { Answer } from '../../core/answer.ts';
import type { Obstacle, Passing } from '../../core/obstacle.ts';
import type { Sheet } from '../../store/store.ts';
import type { EngineParts } from '../parts.ts';

/**
 * One kind of thing that hangs on the board: a lock, a freeze, a schedule. One member a file; the list is `index.ts`.
 * Bodies are read by the member's own schema: one that cannot be read is said to be so, and never lets anybody pass.
 */
export type SheetKind = {
  readonly kind: string;
  /** The sheet as people see it now, with what can be done about it as offers. */
  say(sheet: Sheet, parts: EngineParts): Answer | Promise<Answer>;
  /** What to do when its time has come; it moves the sheet on by `put`, so that it is done once. */
  attend?(sheet: Sheet, parts: EngineParts): Promise<void>;
  /** Whether it stands in the way of somebody, there and then. */
  obstacle?(sheet: Sheet, passing: Passing): Obstacle | null;
};
