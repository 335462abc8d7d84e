import type { CommandHint, PersonView } from '../../workspace/page-contract.ts';

/** One line of the completion list. */
export type Suggestion = {
  readonly insert: string;
  readonly label: string;
  readonly hint: string;
  readonly description: string;
};

export type Completion = {
  /** Where the word that is being completed begins and ends. */
  readonly from: number;
  readonly to: number;
  readonly suggestions: readonly Suggestion[];
};

const SUGGESTIONS_MAX = 12;

/** What the word under the caret may become: a command at the very beginning, or a person after `@`. */
export function completionFor(
  text: string,
  caret: number,
  known: { readonly commands: readonly CommandHint[]; readonly people: readonly PersonView[] },
): Completion | null {
  const before = text.slice(0, caret);
  if (/^\/\S*$/.test(before)) return offer(0, text, commandsLike(before, known.commands));
  const mention = /(?:^|\s)@([\w.-]*)$/.exec(before);
  if (mention)
    return offer(caret - (mention[1] ?? '').length - 1, text, peopleLike(mention[1] ?? '', known.people));
  return null;
}

function offer(from: number, text: string, suggestions: readonly Suggestion[]): Completion | null {
  const length = /^\S*/.exec(text.slice(from))?.[0].length ?? 0;
  if (suggestions.length === 0) return null;
  return { from, to: from + length, suggestions: suggestions.slice(0, SUGGESTIONS_MAX) };
}

/** Those that begin with it first, then those that contain it: `/rollback` finds `/deploy-rollback`. */
function commandsLike(typed: string, commands: readonly CommandHint[]): readonly Suggestion[] {
  const word = typed.slice(1).toLowerCase();
  const rank = ({ command }: CommandHint) =>
    command.slice(1).startsWith(word) ? 0 : command.includes(word) ? 1 : 2;
  return commands
    .filter((hint) => rank(hint) < 2)
    .toSorted((one, other) => rank(one) - rank(other))
    .map(({ command, usageHint, description }) => ({
      insert: `${command} `,
      label: command,
      hint: usageHint,
      description,
    }));
}

function peopleLike(typed: string, people: readonly PersonView[]): readonly Suggestion[] {
  const word = typed.toLowerCase();
  return people
    .filter(
      ({ name, realName }) => name.toLowerCase().startsWith(word) || realName.toLowerCase().startsWith(word),
    )
    .toSorted((one, other) => Number(other.isBot) - Number(one.isBot))
    .map(({ name, realName, about }) => ({
      insert: `@${name} `,
      label: `@${name}`,
      hint: realName,
      description: about,
    }));
}

/** The command that a line begins with, once it is followed by a space. */
export function commandOf(text: string, commands: readonly CommandHint[]): CommandHint | null {
  return commands.find(({ command }) => text.startsWith(`${command} `)) ?? null;
}

/** The part of the usage hint that is still to be typed: what stands in grey behind the caret. */
export function restOfHint(text: string, hint: CommandHint): string {
  const words = text
    .slice(hint.command.length)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (!/\s$/.test(text)) return '';
  const parts = hint.usageHint.match(/\[[^\]]*\]|<[^>]*>|\S+/g) ?? [];
  return parts.slice(words.length).join(' ');
}
