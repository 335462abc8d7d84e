import type { FaultName } from './faults.ts';
import type { Mistake } from './mistakes.ts';

const redirect = 'engine/recover/redirect-step.js';
const restore = 'engine/recover/restore-step.js';
const call = 'engine/recover/call-once.js';

const recovered = (
  file: string,
  was: string,
  becomes: string,
  forced: readonly FaultName[] = [],
): Mistake => ({ changes: [{ file, was, becomes }], forced, family: 'recovered' });

/** What could be wrong about places that are lost, each seen to be caught. */
export const recoverMistakes: Readonly<Record<string, Mistake>> = {
  'what a runbook calls is not written down': recovered(call, 'if (!(await task.intend()))', 'if (false)'),
  'a call that may still come is made again': recovered(
    call,
    'nowMs - effect.sentAtMs < SETTLED_MS ?',
    'false ?',
    ['slow-applies'],
  ),
  'a restore whose answer was lost is called again': recovered(
    restore,
    'if (state.effect !== undefined)',
    'if (false)',
    ['lost-answers', 'lost-requests'],
  ),
  'the restore of another run is taken for its own *': recovered(
    restore,
    '(await refuseOther(task, step)) ??',
    '',
    ['lost-requests'],
  ),
  'a restore that failed is called done': recovered(restore, "if (how === 'failed')", 'if (false)'),
  'a restore is called done before it is': recovered(
    restore,
    "return { kind: 'note', say: `being restored: ",
    "if (effect?.hasBegun !== true) return { kind: 'note', say: `being restored: ",
  ),
  'data is put back to another moment': recovered(
    restore,
    'callOnce(task, () => datastore.restore(toMs))',
    'callOnce(task, async () => { const points = await datastore.points(); return datastore.restore(points.latestMs); })',
  ),
  'a redirect whose answer was lost is believed': recovered(
    redirect,
    'if (isThere)\n        return arrived(task, seen, now);',
    'if (isThere || state.effect !== undefined)\n        return arrived(task, seen, now);',
    ['lost-requests', 'slow-applies'],
  ),
  'what somebody changed since is overwritten': recovered(
    redirect,
    'if (seen === null || seen === now || isOurs)',
    'if (true)',
    ['strangers'],
  ),
  'whoever asked for a run says yes to it themselves': recovered(
    'core/approval.js',
    'if (person === requester)',
    'if (false)',
  ),
  'a run is forgotten on the way': recovered(
    'core/run.js',
    'if (automaticSteps(run).length > 0)\n        return nowMs;',
    '',
  ),
};
