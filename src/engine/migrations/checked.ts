import { type Light, type PlannedMigration, worstLight } from '../../core/migration.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { code } from '../../core/text.ts';
import { checkScript } from '../../migration/index.ts';
import type { Migration } from '../../migration/migration.ts';

/** A migration that was read with the grammar of the database. */
export type Checked = { readonly migration: Migration; readonly planned: PlannedMigration };

/** What each of them does. Whatever nobody can read is refused before anybody could approve it. */
export async function checkAll(migrations: readonly Migration[]): Promise<readonly Checked[] | Refusal> {
  const checked: Checked[] = [];
  for (const migration of migrations) {
    const script = await checkScript(migration.sql);
    const { id, checksum, isReversible } = migration;
    if (script.kind === 'unreadable') {
      return refuse('not-supported', [`The migration ${id} cannot be run: ${script.say}.`], {
        next: ['Nothing was begun. Put the script right, and deploy the version that has it.'],
      });
    }
    const findings = [...new Set(script.findings.map(({ line, say }) => `line ${line}: ${say}`))];
    checked.push({ migration, planned: { id, checksum, light: script.light, findings, isReversible } });
  }
  return checked;
}

/** What breaks the version that runs has to say of itself when it is meant to be run. */
export function refuseUnmarked(checked: readonly Checked[]): Refusal | null {
  const found = checked.find(
    ({ migration, planned }) => migration.phase === null && planned.light === 'needs-forward-fix',
  );
  if (found === undefined) return null;
  const { id, findings } = found.planned;
  return refuse(
    'not-allowed',
    [
      `The migration ${id} would break the version that runs, and does not say when it is meant to be run: ${findings.at(-1)}.`,
    ],
    {
      next: [
        'Write at its top ',
        code('-- slipway: contract'),
        ' to have it run later, by an order with ',
        code('--contract'),
        '; or ',
        code('-- slipway: expand'),
        ' where everybody knows that it is run before the new version comes up, and that there is no way back.',
      ],
    },
  );
}

export function lightOf(checked: readonly Checked[]): Light {
  return worstLight(checked.map(({ planned }) => planned.light));
}

/** Why the version before can come back once these have been run, or cannot. */
export function sayBack(checked: readonly Checked[], before: string): string {
  const light = lightOf(checked);
  const names = checked.filter(({ planned }) => planned.light === light).map(({ planned }) => planned.id);
  const shown = names.slice(0, 3).join(', ') + (names.length > 3 ? ` and ${names.length - 3} more` : '');
  const because: Record<Light, string> = {
    'safe-to-roll-back': `${before} works with what these add; what was added stays`,
    'needs-forward-fix': `${before} does not work with what ${shown} makes of the database`,
    unknown: `nobody can tell whether ${before} works with what ${shown} makes of the database`,
  };
  return because[light];
}
