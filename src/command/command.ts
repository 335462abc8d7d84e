import type { z } from 'zod';
import type { Answer, Reply } from '../core/answer.ts';
import type { Desk } from '../core/desk.ts';
import type { Permission } from '../core/person.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Text } from '../core/text.ts';

/** Something that a person can type. Parser, help, modal, README and manifest are all read from this one declaration. */
export type Command = Facts & {
  readonly arguments: readonly Argument[];
  /** What is wrong with named strings, argument by argument; nothing when they can be run. */
  check(named: Named): readonly Problem[];
  /** Judges named strings by the command's schema; what comes back is ready to run, or says what was wrong. */
  prepare(named: Named): Prepared | Refusal;
};

export type Named = Readonly<Record<string, string>>;

export type Facts = {
  /** Without the slash. */
  readonly name: string;
  /** One sentence, imperative, no full stop: Slack shows it beside the command. */
  readonly summary: string;
  readonly examples: readonly string[];
  /** What a person needs; the Desk decides it, this only says so in help. */
  readonly permission: Permission;
  /** What each verb does, in at most 75 characters: a form that is opened without any asks for that first, and alone. */
  readonly says?: Readonly<Record<string, string>>;
  /** What a form asks where it depends on what was typed first: names of arguments, or more; null: all that is asked for. */
  asks?(filled: Named): Asks | readonly string[] | null;
  /** What stands in a form before anybody fills it in, where that has to be looked up. */
  recall?(filled: Named, desk: Desk): Promise<Named>;
};

export type Prepared = {
  readonly kind: 'prepared';
  /** What was understood, in the command's own canonical words: `api@v2`. */
  readonly echo: string;
  run(desk: Desk): Promise<Reply>;
};

export type Argument = {
  readonly name: string;
  /** Other spellings of its flag; the first is the one that people are shown. */
  readonly aliases: readonly string[];
  readonly description: string;
  readonly isRequired: boolean;
  /** Whether it may stand without its name, in this order. */
  readonly isPositional: boolean;
  /** Whether a form asks for it. */
  readonly isAsked: boolean;
  readonly kind: ArgumentKind;
  readonly choices: readonly string[];
  /** What is taken when it is left out, as somebody would type it; null where leaving it out means something of its own. */
  readonly fallback: string | null;
};

export type ArgumentKind =
  | 'service'
  | 'version'
  | 'environment'
  | 'choice'
  | 'verb'
  | 'sheet'
  | 'shares'
  | 'moment'
  | 'window'
  | 'zone'
  | 'text'
  | 'duration'
  | 'switch'
  | 'deployment'
  | 'count'
  /** `v1..v2`: two versions or environments. */
  | 'range';

/** One thing that is wrong with what was given. */
export type Problem = {
  /** The argument's name; null when it is about the whole. */
  readonly argument: string | null;
  readonly kind: 'missing' | 'wrong';
  /** A clause about the argument: `must be a-z, 0-9 and -`. */
  readonly message: Text;
  /** Values that were probably meant, nearest first. */
  readonly meant: readonly string[];
};

/** What one line of text turned out to ask for. */
export type Understood =
  | (Prepared & { readonly command: Command })
  | { readonly kind: 'help'; readonly command: Command; readonly answer: Answer }
  /** Nothing wrong was given, but not enough: ask for the rest with a form that holds what is there already. */
  | {
      readonly kind: 'form';
      readonly command: Command;
      readonly filled: Named;
      /** The same in words, for where no form can be opened. */
      readonly refusal: Refusal;
    }
  | Refusal;

/** A form of its own, for one of the things that a command does. What is null is as it is in the command's own. */
export type Asks = {
  readonly title: string | null;
  readonly summary: string | null;
  readonly submit: string | null;
  readonly fields: readonly AskedField[];
};

export type AskedField = {
  /** The argument's name. */
  readonly name: string;
  /** Null: its name. */
  readonly label: string | null;
  /** It may be left out of the command, but not of what this form is for. */
  readonly isNeeded?: boolean;
  /** Words for choices that say too little by themselves. */
  readonly says: Readonly<Record<string, string>>;
};

/** What a form asks, in no medium. */
export type Form = {
  /** The command that it belongs to. */
  readonly name: string;
  /** At most 24 characters, as much as a modal's title can hold. */
  readonly title: string;
  readonly summary: string;
  readonly submit: string;
  readonly fields: readonly Field[];
  /** What was given already and is not asked for. */
  readonly kept: Named;
};

export type Field = Argument & {
  readonly label: string;
  /** What stands in it when it opens. */
  readonly initial: string | null;
  /** Words for choices that say too little by themselves. */
  readonly says?: Readonly<Record<string, string>>;
};

/** What a filled form turned out to ask for; errors are sentences by the field's name. */
export type Submitted =
  | (Prepared & { readonly command: Command })
  | { readonly kind: 'misfilled'; readonly errors: Readonly<Record<string, string>> };

/** The shape of an `Args` schema: a strict object, so that a word too many is an error that names it. */
export type ArgsSchema = z.ZodObject;
