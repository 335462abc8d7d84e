import { canonical } from '../core/canonical.ts';
import type { Known } from './known.ts';
import type { SlipwayFile } from './schema.ts';
import { exists, type Wrong } from './wrong.ts';

/** Looks for formats and environments that do not exist, and scripts that could be read nowhere. */
export function checkMigrations({ services, environments, platforms }: SlipwayFile, known: Known): Wrong[] {
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
      ...twice(name, services).map((message) => ({ path, message, meant: [] })),
      ...exists('kind of migrations', migrations.kind, known.migrations, [...path, 'kind']),
      ...Object.keys(migrations.databases).flatMap((environment) =>
        exists('environment', environment, Object.keys(environments), [
          ...path,
          'databases',
          environment,
        ]).map((wrong) => ({ ...wrong, which: 'key' as const })),
      ),
      ...checkDatastores([...path, 'datastores'], migrations, platforms),
      ...nowhere,
    ];
  });
}

/** Only what has a database can be kept by somebody; whether they take the address is asked when it is used. */
function checkDatastores(
  path: Wrong['path'],
  { datastores, databases }: Migrations,
  platforms: SlipwayFile['platforms'],
): Wrong[] {
  return Object.entries(datastores).flatMap(([environment, { platform }]) => [
    ...exists('database of an environment', environment, Object.keys(databases), [...path, environment]).map(
      (wrong) => ({ ...wrong, which: 'key' as const }),
    ),
    ...exists('platform', platform, Object.keys(platforms), [...path, environment, 'platform']),
  ]);
}

/**
 * Two that run the same scripts in the same database would each run them, because each keeps by itself what it has run.
 * Where they are the same is where source, folder and the reference to the address are: what a reference stands for is
 * looked up at the moment of use and not before.
 */
function twice(name: string, services: SlipwayFile['services']): string[] {
  const own = services[name];
  const before = Object.entries(services).slice(0, Object.keys(services).indexOf(name));
  return before.flatMap(([other, { migrations, source }]) => {
    const mine = own?.migrations;
    if (mine == null || migrations === null || !isSameFolder([mine, own?.source], [migrations, source]))
      return [];
    const shared = Object.entries(mine.databases).find(([place, at]) => migrations.databases[place] === at);
    return shared === undefined
      ? []
      : [
          `${other} runs the same scripts in the same database of ${shared[0]}: leave them at one of the two, or each would run them.`,
        ];
  });
}

type Migrations = NonNullable<SlipwayFile['services'][string]['migrations']>;

function isSameFolder([a, from]: [Migrations, unknown], [b, otherFrom]: [Migrations, unknown]): boolean {
  const plain = ({ folder }: Migrations) => folder.replace(/^(?:\.?\/)+|\/+$/g, '');
  const isSameSource = a.from === 'checkout' || canonical(from ?? null) === canonical(otherFrom ?? null);
  return a.from === b.from && plain(a) === plain(b) && isSameSource;
}
