import { plain } from '../core/text.ts';
import type { Argument, AskedField, Asks, Command, Field, Form, Named, Submitted } from './command.ts';
import { sayProblem } from './explain.ts';

const TITLE_MAX = 24;

/** What to ask for, with what is known already standing in its place. */
export function formOf(command: Command, filled: Named): Form {
  const [first = '', ...others] = command.name.split('-').join(' ');
  const asks = asksOf(command, filled);
  const { fields } = asks;
  const isInForm = ({ name }: Argument) => fields.some((field) => field.name === name);
  return {
    name: command.name,
    title: (asks.title ?? `${first.toUpperCase()}${others.join('')}`).slice(0, TITLE_MAX),
    summary: asks.summary ?? command.summary,
    submit: asks.submit ?? (command.permission === 'look' ? 'Show' : 'Go'),
    fields: command.arguments.filter(isInForm).map((argument) => fieldOf(argument, fields, filled)),
    kept: Object.fromEntries(
      command.arguments
        .filter((argument) => !isInForm(argument) && Object.hasOwn(filled, argument.name))
        .map(({ name }) => [name, filled[name] ?? '']),
    ),
  };
}

function asksOf({ arguments: declared, asks }: Command, filled: Named): Asks {
  const own = asks?.(filled) ?? declared.filter(({ isAsked }) => isAsked).map(({ name }) => name);
  if ('fields' in own) return own;
  const fields = own.map((name): Asks['fields'][number] => ({ name, label: null, says: {} }));
  return { title: null, summary: null, submit: null, fields };
}

function fieldOf(argument: Argument, fields: readonly AskedField[], filled: Named): Field {
  const given = Object.hasOwn(filled, argument.name) ? filled[argument.name] : undefined;
  const asked = fields.find(({ name }) => name === argument.name);
  const label = asked?.label ?? argument.name.charAt(0).toUpperCase() + argument.name.slice(1);
  return { ...argument, label, initial: given ?? argument.fallback, says: asked?.says ?? {} };
}

/** Judges a filled form by the same schema as a typed line. Empty fields count as left out; others are refused. */
export function submitForm(
  command: Command,
  values: Readonly<Record<string, string | null | undefined>>,
): Submitted {
  const named = Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()]] : [],
    ),
  );
  const prepared = command.prepare(named);
  if (prepared.kind === 'prepared') return { ...prepared, command };
  const fallback = command.arguments[0]?.name ?? '';
  const errors = command
    .check(named)
    .map((problem) => [problem.argument ?? fallback, plain(sayProblem(problem, command.arguments)).trim()]);
  return { kind: 'misfilled', errors: Object.fromEntries(errors) };
}
