import type { FaultName } from './faults.ts';
import { migrationMistakes } from './mistakes-migrate.ts';
import { recoverMistakes } from './mistakes-recover.ts';
import { switchMistakes } from './mistakes-switch.ts';
import type { Change } from './mutate.ts';
import type { Family } from './schedules.ts';

/** A mistake that somebody could make, and the faults in whose company it shows soonest. */
export type Mistake = {
  readonly changes: readonly Change[];
  readonly forced: readonly FaultName[];
  /** Where it shows; left out: among the usual schedules. */
  readonly family?: Family;
};

const journal = 'store/memory/journal.js';
const outbox = 'store/memory/outbox.js';
const effect = 'engine/perform/effect.js';
const advance = 'engine/advance.js';
const hold = 'engine/hold.js';
const decide = 'core/decide.js';
const route = 'engine/perform/route.js';
const replace = 'engine/perform/replace.js';

const one = (file: string, was: string, becomes: string, forced: readonly FaultName[] = []): Mistake => ({
  changes: [{ file, was, becomes }],
  forced,
});

const watch = 'engine/perform/watch/watch.js';
const turnBack = 'core/turn-back.js';
const watched = (file: string, was: string, becomes: string, forced: readonly FaultName[] = []): Mistake => ({
  ...one(file, was, becomes, forced),
  family: 'watched',
});

/** What could be wrong, each seen to be caught. Those marked with a star were really wrong once. */
export const mistakes: Readonly<Record<string, Mistake>> = {
  'the fence is not looked at': one(journal, ' && deployment.fence === fence', ''),
  'whoever is behind writes all the same': one(journal, 'deployment.entries.length !== afterSeq', 'false'),
  'a lost answer is called absent at once': one(effect, 'if (leftMs > 0)', 'if (leftMs > Infinity)', [
    'lost-answers',
    'slow-applies',
    'late-visibility',
  ]),
  'a lost answer is never looked for': one(
    effect,
    'await fateOf({ id: effect.id, deploymentId: hold.deploymentId })',
    "{ kind: 'absent' }",
  ),
  'a call is written down after it is made': {
    changes: [
      {
        file: effect,
        was: 'const isWritten =',
        becomes:
          'const early = await call({ id: effect, deploymentId: hold.deploymentId });\n    const isWritten =',
      },
      {
        file: effect,
        was: 'const { releaseId } = await call({ id: effect, deploymentId: hold.deploymentId });',
        becomes: 'const { releaseId } = early;',
      },
    ],
    forced: [],
  },
  'a lost answer is taken for a refusal': one(
    effect,
    "return failure.code === 'outcome-unknown' ||",
    'return',
  ),
  'a split is believed without being read back': one(
    route,
    'if (isSeen && !mayTurn)',
    'if ((isSeen || wasSent(scene)) && !mayTurn)',
  ),
  'everything is taken back at once': one(
    decide,
    '!dependents(deployment.plan, step).some((dependent) => needsUndo(deployment, dependent))',
    'true',
  ),
  'a step that was running is not taken back': one(
    decide,
    "['running', 'failed', 'done']",
    "['failed', 'done']",
  ),
  'a step that failed is not taken back': one(decide, "['running', 'failed', 'done']", "['running', 'done']"),
  'a lease ends by the clock of whoever takes it': one(
    advance,
    'store.journal.claim(deploymentId, owner, patience.leaseMs)',
    'store.journal.claim(deploymentId, owner, patience.leaseMs + clock.nowMs() - storeTime.nowMs())',
  ),
  'the lease is given back before the result is written': one(
    advance,
    'await hold.writeFact(event);',
    '{ await parts.store.journal.release(hold.claim, 1000);\n    await hold.writeFact(event); }',
  ),
  'what is signalled while the lease is given back is forgotten': one(
    journal,
    'if (deployment.isDirty)',
    'if (false)',
  ),
  'targets are not kept apart': one(journal, 'if (taker !== undefined)', 'if (false)'),
  'an order may begin twice': one(journal, 'if (before !== undefined)', 'if (false)', [
    'double-deliveries',
    'crashes',
    'hand-overs',
  ]),
  'whoever needs a person lets go of the target': one(
    journal,
    "if (end.outcome !== 'needs-human')",
    'if (true)',
    ['strangers', 'lost-answers', 'late-visibility'],
  ),
  'strangers are not looked for': one(route, 'if (stranger === undefined)', 'if (true)'),
  'a replacement is taken back over a stranger': one(
    replace,
    'refuseStrangers(standing, newId, target);',
    '',
    ['strangers', 'bad-versions'],
  ),
  'a replacement is not taken back': one(
    replace,
    'if (!scene.state().hasChanged && !(await isEmptied(scene)))',
    'if (true)',
    ['bad-versions'],
  ),
  'nothing is ever set aside': one(advance, 'claim.crashes >= patience.crashesMax', 'false'),
  'crashes are counted for ever': {
    changes: [
      { file: journal, was: 'if (settlesStep(events))\n        deployment.crashes = 0;', becomes: '' },
      {
        file: journal,
        was: 'deployment.lease = null;\n    deployment.crashes = 0;',
        becomes: 'deployment.lease = null;',
      },
    ],
    forced: [],
  },
  'a stop is not heard on the way forward': one(
    'core/deployment.js',
    "return { ...next, direction: 'backward', abort, spared",
    'return { ...next, abort, spared',
  ),
  'a lost post is not remembered': one(outbox, 'record.isUncertain ||= record.claimUntilMs !== null;', ''),
  'a stop that came along the way is passed by *': one(hold, ' && deployment.direction === direction', '', [
    'aborts',
    'lost-answers',
    'slow-applies',
  ]),
  'the lease is judged before the note, not before the call *': {
    changes: [
      { file: effect, was: 'await hold.beforeSend();', becomes: '' },
      { file: effect, was: 'const isWritten =', becomes: 'await hold.beforeSend();\n    const isWritten =' },
    ],
    forced: [],
  },
  'the lease is counted from when it was heard of *': one(
    hold,
    'let renewedAtMs = askedAtMs;',
    'let renewedAtMs = clock.nowMs();',
  ),
  'what is not seen is taken for gone *': one(
    'engine/perform/stop.js',
    "seen?.health === 'gone' || (seen === undefined && wasSent(scene))",
    "seen === undefined || seen.health === 'gone'",
    ['late-visibility', 'aborts'],
  ),
  'the time to settle is counted by the machine *': one(
    effect,
    'await parts.store.nowMs()',
    'scene.nowMs()',
    ['clock-jumps', 'lost-answers', 'slow-applies', 'late-visibility'],
  ),
  'a place called forward turns calls around *': one(
    'core/intent.js',
    '/\\/forward\\/\\d+$/.test(intentId)',
    "intentId.includes('/forward/')",
  ),
  'what gets lost is tried for ever *': one(effect, 'const LOST_MAX = 3;', 'const LOST_MAX = Infinity;', [
    'poison',
  ]),
  'a split on its way is taken for none *': one(
    route,
    "direction === 'backward' && scene.state().hasChanged",
    'false',
    ['slow-traffic', 'aborts'],
  ),
  'a process that slept posts all the same *': one(
    'slack/send/courier.js',
    "if (!courier.mayStillPost())\n        return later('by now somebody else may post it'",
    "if (false)\n        return later('by now somebody else may post it'",
    ['pauses', 'slack-trouble'],
  ),
  'a process that slept edits all the same *': one(
    'slack/send/courier.js',
    "if (!courier.mayStillPost())\n        return later('by now somebody else may edit it'",
    "if (false)\n        return later('by now somebody else may edit it'",
    ['pauses', 'slack-trouble'],
  ),
  'a lost post is only looked for where it would go now *': one(
    'slack/send/edit-or-post.js',
    'if (thread !== null)\n        places.push({ channel, thread: null });',
    '',
    ['slack-trouble', 'pauses', 'bad-versions'],
  ),
  'what was found bad is forgotten by who comes next *': watched(watch, 'foundBad(scene) ?? ', '', [
    'crashes',
  ]),
  'better numbers stop a countdown': watched(
    turnBack,
    'if (turning === null)',
    "if (turning === null || judgement.verdict.kind !== 'fail')",
  ),
  'what is not known goes on': watched(watch, "if (verdict.kind === 'pass')", "if (verdict.kind !== 'fail')"),
  'nobody has the time to answer': watched(turnBack, 'nowMs + countdownMs', 'nowMs'),
  'a countdown that is over is not looked at': watched(
    turnBack,
    'isHard || nowMs >= turning.untilMs',
    'isHard',
  ),
  'who holds it holds it for ever': watched(turnBack, 'nowMs < untilMs', 'true'),
  'what is held goes back with the countdown': watched(
    turnBack,
    'const untilMs = said.atMs + heldMs',
    'const untilMs = said.atMs + heldMs / 8',
  ),
  'anybody may overrule': watched(
    'engine/desk/turn.js',
    "'go-on': 'overrule', dismiss: 'overrule'",
    "'go-on': 'look', dismiss: 'look'",
  ),
  'an old answer answers a new question *': watched('core/deployment.js', 'turns.delete(step);', ''),
  'evidence is counted from the beginning again': watched(
    'engine/perform/watch/hear.js',
    'const before = { ...earlier, cursor: readings.cursor',
    'const before = { ...earlier, cursor: cursor ?? readings.cursor',
  ),
  'evidence is lost with the process': watched(
    watch,
    'evidence: evidenceOf(heard)',
    'evidence: Object.fromEntries(Object.entries(evidenceOf(heard)).map(([from, each]) => [from, { ...each, state: null }]))',
  ),
  'a flag is left where it is': watched(
    'engine/perform/flag.js',
    "direction === 'backward' && !scene.state().hasChanged",
    "direction === 'backward'",
  ),
  ...migrationMistakes,
  ...switchMistakes,
  ...recoverMistakes,
};
