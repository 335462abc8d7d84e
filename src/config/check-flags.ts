import type { Known } from './known.ts';
import type { SlipwayFile } from './schema.ts';
import { exists, type Wrong } from './wrong.ts';

/** Every flag service is of a kind that there is, and every flag is somewhere, in environments that there are. */
export function checkFlags(file: SlipwayFile, known: Known): Wrong[] {
  return [
    ...Object.entries(file.flags).flatMap(([name, { kind, ...settings }]) => {
      const path = ['flags', name];
      const unknown = exists('kind of flag service', kind, known.flags, [...path, 'kind']);
      if (unknown.length > 0) return unknown;
      return known.checkFlag(kind, settings).map((issue) => ({
        path: [...path, ...issue.path],
        message: `the flag service ${kind} does not take this: ${issue.message}.`,
        meant: [],
      }));
    }),
    ...Object.entries(file.services).flatMap(([name, service]) => checkService(name, service, file)),
  ];
}

type Service = SlipwayFile['services'][string];

function checkService(name: string, { flags, targets }: Service, file: SlipwayFile): Wrong[] {
  const path = ['services', name];
  const own = Object.entries(flags).flatMap(([key, { at, environments }]) => [
    ...exists('flag service', at, Object.keys(file.flags), [...path, 'flags', key, 'at']),
    ...Object.keys(environments).flatMap((environment) =>
      exists(`environment of ${name}`, environment, Object.keys(targets), [
        ...path,
        'flags',
        key,
        'environments',
        environment,
      ]).map((wrong) => ({ ...wrong, which: 'key' as const })),
    ),
  ]);
  const climbs = Object.entries(targets).flatMap(([environment, target]) =>
    target.flags.flatMap(({ key }, index) => {
      const there = Object.entries(flags).filter(([, flag]) => Object.hasOwn(flag.environments, environment));
      const at = [...path, 'targets', environment, 'flags', index, 'key'];
      const isTwice = target.flags.findIndex((each) => each.key === key) !== index;
      return [
        ...exists(
          `flag of ${name} in ${environment}`,
          key,
          there.map(([each]) => each),
          at,
        ),
        ...(isTwice ? [{ path: at, message: 'is turned up there already.', meant: [] }] : []),
      ];
    }),
  );
  return [...own, ...climbs];
}
