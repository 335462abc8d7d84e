import type { Argument, Named } from './command.ts';
import { flagOf } from './explain.ts';
import { typed } from './words.ts';

/** Named strings as one line that a person could type: `api@v2 --strategy rolling`. Reading it gives the same again. */
export function lineOf(declared: readonly Argument[], named: Named): string {
  const given = declared.filter(({ name }) => Object.hasOwn(named, name));
  const service = given.find(({ kind }) => kind === 'service');
  const version = given.find((argument) => argument.kind === 'version' && argument.isPositional);
  const isPair = service !== undefined && version !== undefined;
  const pair = isPair ? `${typed(value(named, service))}@${value(named, version)}` : '';
  const isPlain = isPair && /^[a-z0-9-]+@[A-Za-z0-9._/+-]+$/.test(pair);
  const verb = given.find(({ kind }) => kind === 'verb');
  // Where none is said, the first word would be taken for one.
  const verbs = verb === undefined ? (declared.find(({ kind }) => kind === 'verb')?.choices ?? []) : [];
  const rest = given.filter(
    (argument) => argument !== verb && !(isPlain && (argument === service || argument === version)),
  );
  return [
    ...(verb === undefined ? [] : [value(named, verb)]),
    ...(isPlain ? [pair] : []),
    ...rest.flatMap((argument) => wordsFor(argument, value(named, argument), verbs)),
  ].join(' ');
}

/** Words that a shell has cut already, as one line that is read as these very words. */
export function lineFrom(words: readonly string[]): string {
  return words
    .map((word) => {
      const [, flag, value] = /^(--[A-Za-z0-9-]+=)(.*)$/s.exec(word) ?? [];
      if (flag !== undefined && value !== undefined) return `${flag}${typed(value)}`;
      return /^--?[A-Za-z0-9-]+$/.test(word) ? word : typed(word);
    })
    .join(' ');
}

/** Whether it is known by its looks where it stands without its name. */
const alone = new Map<Argument['kind'], (given: string) => boolean>([
  ['service', (given) => /^[a-z]/.test(given)],
  ['deployment', (given) => /^[a-z]/.test(given)],
  ['sheet', (given) => /^[a-z]/.test(given)],
  ['range', (given) => given.includes('..') && /^[A-Za-z0-9][A-Za-z0-9._/+-]*$/.test(given)],
]);

function wordsFor(argument: Argument, given: string, verbs: readonly string[]): string[] {
  if (argument.kind === 'switch') return given === 'yes' ? [flagOf(argument)] : [];
  const isKnown = alone.get(argument.kind)?.(given) === true && !verbs.includes(given);
  const standsAlone = argument.isPositional && isKnown;
  return standsAlone ? [typed(given)] : [`${flagOf(argument)} ${typed(given)}`];
}

function value(named: Named, { name }: Argument): string {
  return named[name] ?? '';
}
