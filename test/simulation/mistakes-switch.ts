import type { FaultName } from './faults.ts';
import type { Mistake } from './mistakes.ts';

const board = 'engine/board/kill-switch.js';

const switched = (
  file: string,
  was: string,
  becomes: string,
  forced: readonly FaultName[] = [],
): Mistake => ({ changes: [{ file, was, becomes }], forced, family: 'switched' });

/** What could be wrong about flags that somebody switches off, seen to be caught. */
export const switchMistakes: Readonly<Record<string, Mistake>> = {
  'a flag is turned up although it was switched off': switched(
    'engine/perform/flag.js',
    "throw refused('rejected', killed);",
    'return;',
  ),
  'a flag is left up under a switch that was pulled during the call *': switched(
    'engine/perform/flag.js',
    'killed !== null && seen.isOn && scene.state().hasChanged',
    'false',
    ['slow-applies'],
  ),
  'a switch that did not get through is left so': switched(
    'core/kill-switch.js',
    'if (open.length === 0)',
    "if (open.every(({ state }) => state !== 'sent'))",
    ['platform-down', 'lost-requests'],
  ),
  'a switch whose process ended is left so': switched(
    'core/kill-switch.js',
    'return nowMs + CALL_MS;',
    'return null;',
    ['crashes', 'hand-overs'],
  ),
  'another switch is passed by on the way back on *': {
    changes: [
      { file: board, was: 'const early = await switchOver(parts, flag);', becomes: 'const early = null;' },
      {
        file: board,
        was: 'const over = early ?? (await switchOver(parts, flag));',
        becomes: 'const over = early;',
      },
    ],
    forced: ['platform-down', 'lost-answers'],
    family: 'switched',
  },
  'an earlier call is not waited for before a switch is believed *': switched(
    board,
    'const isSure = turned.hasCalled ||',
    'const isSure = true ||',
    ['slow-applies', 'lost-answers'],
  ),
  'another switch is passed by once the way back on was called *': switched(
    board,
    'const over = early ?? (await switchOver(parts, flag));',
    'const over = early;',
    ['slow-applies', 'lost-answers'],
  ),
  'what is being switched off is switched on *': switched(
    'engine/desk/emergency/switch-on.js',
    'if (sent.length === 0)',
    'if (true)',
    ['slow-applies'],
  ),
  'what was on is not known after a crash *': switched(
    'engine/desk/emergency/kill-switch.js',
    'before: stood[index] ?? null',
    'before: null',
    ['crashes', 'database-unsure'],
  ),
  'what was on before is left off': switched(
    'engine/desk/emergency/switch-on.js',
    'return flags.filter(({ before }) => before?.isOn === true);',
    'return [];',
  ),
};
