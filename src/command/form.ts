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

/**
 * What is asked after somebody has said what to do, and nothing but that; null where nothing has to be asked, or where
 * something else was.
 * @param asked the names of the fields that were in the form that was filled in
 */
export function formAfter(command: Command, filled: Named, asked: readonly string[]): Form | null {
  const verb = verbToAsk(command);
  const [only, ...others] = asked;
  if (verb === null || only !== verb.name || others.length > 0) return null;
  if (!verb.choices.includes(filled[verb.name] ?? '')) return null;
  const form = formOf(command, filled);
  return form.fields.length === 0 ? null : form;
}

/** The verb that is asked for before anything else; null where there is none. */
function verbToAsk({ arguments: declared, says }: Command): Argument | null {
  const verb = declared.find(({ kind, isAsked }) => kind === 'verb' && isAsked);
  return says === undefined ? null : (verb ?? null);
}

/** Whether somebody has still to say what to do. Where that may be left out it goes without saying as soon as anything was said. */
function isOpen({ name, isRequired }: Argument, filled: Named): boolean {
  const isSaid = isRequired ? Object.hasOwn(filled, name) : Object.keys(filled).length > 0;
  return !isSaid;
}

function asksOf(command: Command, filled: Named): Asks {
  const { arguments: declared, asks, says = {} } = command;
  const verb = verbToAsk(command);
  if (verb !== null && isOpen(verb, filled)) {
    const field = { name: verb.name, label: 'What to do', says, isNeeded: true };
    return { title: null, summary: null, submit: 'Next', fields: [field] };
  }
  const own = asks?.(filled) ?? declared.filter(({ isAsked }) => isAsked).map(({ name }) => name);
  if ('fields' in own) return own;
  const fields = own.map((name): Asks['fields'][number] => ({ name, label: null, says: {} }));
  return { title: null, summary: null, submit: null, fields };
}

function fieldOf(argument: Argument, fields: readonly AskedField[], filled: Named): Field {
  const given = Object.hasOwn(filled, argument.name) ? filled[argument.name] : undefined;
  const asked = fields.find(({ name }) => name === argument.name);
  const label = asked?.label ?? argument.name.charAt(0).toUpperCase() + argument.name.slice(1);
  return {
    ...argument,
    label,
    isRequired: argument.isRequired || (asked?.isNeeded ?? false),
    initial: given ?? argument.fallback,
    says: asked?.says ?? {},
  };
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
