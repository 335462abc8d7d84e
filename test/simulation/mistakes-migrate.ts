import type { FaultName } from './faults.ts';
import type { Mistake } from './mistakes.ts';

const migrate = 'engine/perform/migrate.js';

const migrated = (
  file: string,
  was: string,
  becomes: string,
  forced: readonly FaultName[] = [],
): Mistake => ({ changes: [{ file, was, becomes }], forced, family: 'migrated' });

/** What could be wrong about databases that change, each seen to be caught. */
export const migrationMistakes: Readonly<Record<string, Mistake>> = {
  'what stopped half-way is run again': migrated(
    migrate,
    'refuseHalfWay(standing);\n    refuseChanged(migrations, standing);',
    'refuseChanged(migrations, standing);',
    ['crashes', 'lost-answers'],
  ),
  'what stopped half-way is left alone on the way back': migrated(
    migrate,
    'refuseHalfWay(standing);\n    const ids',
    'const ids',
    ['crashes', 'lost-answers'],
  ),
  'a migration whose answer was lost is called absent': migrated(
    migrate,
    'if (all.some(({ intentId }) => intentId === intent.id))',
    'if (false)',
    ['lost-answers'],
  ),
  'a migration that is being run is called absent': migrated(
    migrate,
    'return standing.isBusy ?',
    'return false ?',
    ['slow-applies', 'pauses'],
  ),
  'what was run is counted by the calls, and not looked for': migrated(
    migrate,
    'migrations.find(({ id }) => !applied.has(id))',
    'migrations[scene.state().effects]',
    ['lost-requests', 'rate-limits'],
  ),
  'migrations are run beside those of somebody else': migrated(
    migrate,
    'if (standing.isBusy)\n        return waitOrGiveUp',
    'if (false)\n        return waitOrGiveUp',
    ['strangers'],
  ),
  'a database is left so that nobody can write': migrated(
    migrate,
    'if (standing.isReadOnly)\n        await database.endReadOnly();\n    refuseHalfWay(standing);\n    refuseChanged',
    'refuseHalfWay(standing);\n    refuseChanged',
    ['crashes', 'lost-answers'],
  ),
  'what leaves no way back is called taken back': migrated(
    migrate,
    "if (light === 'safe-to-roll-back' || before === null)",
    'if (true)',
    ['bad-versions', 'aborts'],
  ),
  'other words are run than were shown': migrated(
    migrate,
    'if (found?.checksum === checksum)',
    'if (found !== undefined)',
  ),
  'what an older version needs is taken away': migrated(
    'engine/migrations/contract-rules.js',
    'return older?.version.name ?? null;',
    'return null;',
    ['strangers'],
  ),
  'whoever slept on the way begins all the same *': migrated(
    migrate,
    'stillMay: hold.beforeSend',
    'stillMay: async () => undefined',
    ['pauses', 'aborts'],
  ),
  'a new version does not wait for its database': migrated(
    'core/draw-plan.js',
    'put({ ...step, needs: [...last] });',
    'steps.push({ ...step, needs: [...last] });',
  ),
  'whoever asked for it says yes to it themselves': migrated(
    'core/approval.js',
    'if (person === requester)',
    'if (false)',
  ),
  'nobody has to say yes': migrated(
    'core/admission.js',
    'return plan.approval === undefined ||',
    'return true ||',
  ),
  'what the team’s own tool has run is not asked for': migrated(
    migrate,
    'return database.look({ service: target.service, migrations, ledger });',
    'return database.look({ service: target.service, migrations, ledger: null });',
    ['strangers'],
  ),
  'the team’s own tool is not told what was run': migrated(
    migrate,
    'ledger: migrationKindNamed(planned.kind).ledger,',
    'ledger: null,',
  ),
  'migrations are begun while the team’s own tool runs': migrated(
    migrate,
    'if (standing.isTheirToolBusy === true)',
    'if (false)',
    ['strangers'],
  ),
  'whoever goes back waits for a lock that is left over': migrated(
    migrate,
    'if (standing.isBusy)\n        return wait(BUSY_LOOK_MS);',
    'if (standing.isBusy || standing.isTheirToolBusy)\n        return wait(BUSY_LOOK_MS);',
    ['strangers', 'bad-versions', 'aborts'],
  ),
  'the migrations of another version are run': migrated(
    'engine/migrations/read.js',
    'return source.files(at, folder, endings);',
    "return source.files('v3', folder, endings);",
  ),
  'nobody asks whether an older version works with the database': migrated(
    'engine/migrations/back.js',
    'return judged(others, version);',
    'return judged([], version);',
  ),
};
