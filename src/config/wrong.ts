import { closest } from '../core/closest.ts';

/** What is wrong with a file whose every part has the right shape. */
export type Wrong = {
  readonly path: readonly (string | number)[];
  /** Whether it is about the name that stands there or about what stands under it; the latter when left out. */
  readonly which?: 'key' | 'value';
  readonly message: string;
  readonly meant: readonly string[];
};

/** Nothing where there is something of that name. */
export function exists(kind: string, name: string, names: readonly string[], path: Wrong['path']): Wrong[] {
  if (names.includes(name)) return [];
  const all =
    names.length === 0 ? 'there are none' : `there ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`;
  return [
    { path, message: `there is no ${kind} ${JSON.stringify(name)}; ${all}.`, meant: closest(name, names) },
  ];
}
