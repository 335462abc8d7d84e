import type { Known } from './known.ts';
import type { SlipwayFile } from './schema.ts';
import { exists, type Wrong } from './wrong.ts';

/** Looks for formats and environments that do not exist, and scripts that could be read nowhere. */
export function checkMigrations({ services, environments }: SlipwayFile, known: Known): Wrong[] {
  return Object.entries(services).flatMap(([name, { migrations, source }]) => {
    if (migrations === null) return [];
    const path = ['services', name, 'migrations'];
    const nowhere: Wrong[] =
      migrations.from === 'source' && source === null
        ? [
            {
              path: [...path, 'from'],
              message: `is source, but ${name} has none: name one, or write from: checkout.`,
              meant: [],
            },
          ]
        : [];
    return [
      ...exists('kind of migrations', migrations.kind, known.migrations, [...path, 'kind']),
      ...Object.keys(migrations.databases).flatMap((environment) =>
        exists('environment', environment, Object.keys(environments), [
          ...path,
          'databases',
          environment,
        ]).map((wrong) => ({ ...wrong, which: 'key' as const })),
      ),
      ...nowhere,
    ];
  });
}
