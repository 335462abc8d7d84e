import { type Answer, answer, type Part } from '../core/answer.ts';
import { permissions } from '../core/person.ts';
import { code, type Text } from '../core/text.ts';
import type { Argument, Command, Facts } from './command.ts';
import { flagOf } from './explain.ts';

/** `<service>[@version] [--strategy all-at-once|rolling]`: what Slack shows beside the command. */
export function usageHint(command: Pick<Command, 'arguments'>): string {
  return command.arguments
    .filter(({ isAsked }) => isAsked)
    .map((argument, index, all) => hint(argument, all[index - 1]))
    .join(' ')
    .replaceAll(' [@', '[@');
}

function hint(argument: Argument, before: Argument | undefined): string {
  if (argument.kind === 'version' && argument.isPositional && before?.kind === 'service')
    return `[@${argument.name}]`;
  if (argument.kind === 'deployment' && argument.isPositional) return '[d-…]';
  if (argument.kind === 'sheet') return `[${argument.choices[0]}…]`;
  if (argument.kind === 'verb') {
    const words = argument.choices.join('|');
    return argument.isRequired ? words : `[${words}]`;
  }
  const word = wordOf(argument);
  if (!argument.isRequired) return `[${word}]`;
  return argument.isPositional ? `<${word}>` : word;
}

function wordOf(argument: Argument): string {
  if (argument.kind === 'range') return 'from..to';
  return argument.isPositional ? argument.name : [flagOf(argument), ...sample(argument)].join(' ');
}

function sample({ kind, name, choices, fallback }: Argument): string[] {
  if (kind === 'switch') return [];
  if (kind === 'choice') return [choices.join('|')];
  return [fallback ?? samples.get(kind) ?? `<${name}>`];
}

const samples = new Map<Argument['kind'], string>([
  ['environment', '<environment>'],
  ['version', '<version>'],
  ['text', '"…"'],
  ['moment', '"tomorrow 09:30"'],
  ['window', '"sat 02:00 3h"'],
  ['zone', 'Europe/Berlin'],
  ['shares', '5,25,50'],
  ['duration', '10m'],
  ['deployment', 'd-…'],
]);

/** What to type next: an example that works, and where to read more. */
export function tryThis({ name, examples }: Facts): Text {
  const example = examples[0] ?? '';
  return ['Try ', code(`/${name} ${example}`.trim()), ', or ', code(`/${name} help`), '.'];
}

export function helpAnswer(command: Command): Answer {
  const parts: Part[] = [
    { kind: 'text', text: [code(`/${command.name} ${usageHint(command)}`.trim())] },
    {
      kind: 'facts',
      facts: command.arguments.map((argument) => ({ name: shown(argument), value: explained(argument) })),
    },
    ...command.examples.map(
      (example): Part => ({ kind: 'text', text: ['Example: ', code(exampleLine(command, example))] }),
    ),
    { kind: 'note', text: [needs(command), ...opensForm(command)] },
  ];
  return answer(`/${command.name}: ${command.summary}.`, parts, {
    title: `/${command.name}: ${command.summary}`,
  });
}

function needs({ permission }: Command): string {
  return permission === 'look'
    ? 'Needs any role.'
    : `Needs the ${permissions[permission].join(' or ')} role.`;
}

function opensForm(command: Command): Text {
  return command.check({}).length === 0 ? [] : [' Typed alone, it asks with a form.'];
}

function exampleLine({ name }: Facts, example: string): string {
  return `/${name} ${example}`.trim();
}

function shown(argument: Argument): string {
  return argument.isPositional ? argument.name : flagOf(argument);
}

function explained({ description, isRequired, fallback, kind, choices }: Argument): Text {
  const notes = [
    isRequired ? 'needed' : null,
    kind === 'choice' || kind === 'verb' ? choices.join(' or ') : null,
    fallback === null ? null : `${fallback} when left out`,
  ].filter((note) => note !== null);
  return [notes.length === 0 ? description : `${description} (${notes.join('; ')})`];
}
