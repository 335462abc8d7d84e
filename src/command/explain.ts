import type { z } from 'zod';
import { explainZone } from '../core/calendar/zone.ts';
import { closest } from '../core/closest.ts';
import { code, type Span, type Text } from '../core/text.ts';
import { sayCodePoints, visible } from './code-points.ts';
import type { Argument, Named, Problem } from './command.ts';

/** How an argument is named to people: `--env`. */
export function flagOf({ name, aliases }: Argument): string {
  return `--${aliases[0] ?? name}`;
}

/** Everything that a schema had against the arguments, in our words and in the order of the arguments. */
export function problemsFrom(
  issues: readonly z.core.$ZodIssue[],
  named: Named,
  declared: readonly Argument[],
): Problem[] {
  const seen = new Set<string | null>();
  const problems = issues.flatMap((issue) => problemFrom(issue, named, declared));
  return problems.filter(({ argument }) => !seen.has(argument) && seen.add(argument));
}

function problemFrom(issue: z.core.$ZodIssue, named: Named, declared: readonly Argument[]): Problem[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownArgument(key, declared));
  const argument = declared.find(({ name }) => name === issue.path[0]);
  if (argument === undefined) return [{ argument: null, kind: 'wrong', message: [issue.message], meant: [] }];

  const value = Object.hasOwn(named, argument.name) ? named[argument.name] : undefined;
  const isMissing = issue.code === 'custom' && issue.params?.['isMissing'] === true;
  if (isMissing) return [{ argument: argument.name, kind: 'missing', message: [issue.message], meant: [] }];
  if (value === undefined)
    return [{ argument: argument.name, kind: 'missing', message: ['is needed'], meant: [] }];
  return [wrongValue(argument, value, issue)];
}

function unknownArgument(key: string, declared: readonly Argument[]): Problem {
  const meant = closest(
    key,
    declared.map(({ name }) => name),
  );
  return { argument: key, kind: 'wrong', message: ['is not something this command knows'], meant };
}

function wrongValue(argument: Argument, value: string, issue: z.core.$ZodIssue): Problem {
  const isChoice = issue.code === 'invalid_value';
  const isRelation = issue.code === 'custom' && issue.params?.['isRelation'] === true;
  const rule = isChoice && hasChoices(argument) ? `must be ${either(argument.choices)}` : issue.message;
  return {
    argument: argument.name,
    kind: 'wrong',
    message: isRelation ? [rule] : [`${rule}, not `, code(visible(value) || ' '), ...strange(value)],
    meant: meantBy(argument, value),
  };
}

function hasChoices({ kind }: Argument): boolean {
  return kind === 'choice' || kind === 'verb';
}

function meantBy(argument: Argument, value: string): readonly string[] {
  if (argument.kind === 'zone') return explainZone(value).meant;
  return hasChoices(argument) ? closest(value, argument.choices) : [];
}

function strange(value: string): Span[] {
  const points = sayCodePoints(value);
  return points === null ? [] : [`, which contains ${points}`];
}

function either(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
}

/** `The service must be …`, `--env is needed`: a problem as a sentence. */
export function sayProblem({ argument, message }: Problem, declared: readonly Argument[]): Text {
  if (argument === null) return [...message, '. '];
  const known = declared.find(({ name }) => name === argument);
  const subject: Text =
    known?.isPositional === true
      ? [`The ${known.name} `]
      : [code(known === undefined ? `--${visible(argument)}` : flagOf(known)), ' '];
  return [...subject, ...message, '. '];
}

export function sayProblems(problems: readonly Problem[], declared: readonly Argument[]): Text {
  const sentences = problems.flatMap((problem) => sayProblem(problem, declared));
  const last = sentences.at(-1);
  return typeof last === 'string' ? [...sentences.slice(0, -1), last.trimEnd()] : sentences;
}
