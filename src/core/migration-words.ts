import { type PlannedMigration, type PlannedMigrations, sayLight } from './migration.ts';
import type { Text } from './text.ts';

const MIGRATIONS_SHOWN = 8;
const FINDINGS_SHOWN = 4;

/** What somebody has to know of the database before they say yes. */
export function migrationFacts(planned: PlannedMigrations | undefined): { name: string; value: Text }[] {
  if (planned === undefined) return [];
  const { pending, light, because, phase, from } = planned;
  if (pending.length === 0) return [{ name: 'Way back', value: [`${sayLight(light)}: ${because}`] }];
  const shown = pending.slice(0, MIGRATIONS_SHOWN).map(sayMigration);
  const more = pending.length - shown.length;
  const when = phase === 'expand' ? 'before the new version comes up' : 'while what runs goes on';
  return [
    {
      name: 'Database',
      value: [
        `${pending.length} migration${pending.length === 1 ? '' : 's'} from ${from}, ${when}: ${shown.join(' · ')}${more > 0 ? ` · and ${more} more` : ''}`,
      ],
    },
    { name: 'Way back', value: [`${sayLight(light)}: ${because}`] },
  ];
}

function sayMigration({ id, findings, isReversible }: PlannedMigration): string {
  const shown = findings.slice(0, FINDINGS_SHOWN);
  const more = findings.length - shown.length;
  const words = [
    ...shown,
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(isReversible ? ['its undo script is there for a person to run'] : []),
  ];
  return words.length === 0 ? id : `${id}: ${words.join('; ')}`;
}

/** In a word, for what differs between two plans. */
export function migrationWords({ pending, phase, light }: PlannedMigrations): string {
  const each = pending.map(({ id, checksum }) => `${id} ${checksum.slice(0, 8)}`);
  return `${phase} ${each.join(', ') || 'nothing'} (${sayLight(light)})`;
}
