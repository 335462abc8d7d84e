import type { z } from 'zod';
import type { Answer, Reply } from '../core/answer.ts';
import type { Desk } from '../core/desk.ts';
import type { Role } from '../core/person.ts';
import type { Refusal } from '../core/refusal.ts';

/** Something that a person can type. Parser, help, modal, README and manifest are all read from this one declaration. */
export type Command = Facts & {
  readonly arguments: readonly Argument[];
  /** Judges named strings by the command's schema; what comes back is ready to run, or says what was wrong. */
  prepare(named: Readonly<Record<string, string>>): Prepared | Refusal;
};

export type Facts = {
  /** Without the slash. */
  readonly name: string;
  /** One sentence, imperative, no full stop: Slack shows it beside the command. */
  readonly summary: string;
  readonly examples: readonly string[];
  /** What a person needs; the Desk decides it, this only says so in help. */
  readonly role: Role;
};

export type Prepared = {
  readonly kind: 'prepared';
  /** What was understood, in the command's own canonical words: `api@v2`. */
  readonly echo: string;
  run(desk: Desk): Promise<Reply>;
};

export type Argument = {
  readonly name: string;
  readonly description: string;
  readonly isRequired: boolean;
  /** Whether it may stand without its name, in this order. */
  readonly isPositional: boolean;
  readonly kind:
    | 'service'
    | 'version'
    | 'environment'
    | 'choice'
    | 'text'
    | 'duration'
    | 'switch'
    | 'deployment';
  readonly choices: readonly string[];
  readonly fallback: string | null;
};

/** What one line of text turned out to ask for. */
export type Understood =
  | (Prepared & { readonly command: Command })
  | { readonly kind: 'help'; readonly command: Command; readonly answer: Answer }
  /** Nothing was given where something is needed: ask with a form. */
  | { readonly kind: 'form'; readonly command: Command; readonly filled: Readonly<Record<string, string>> }
  | Refusal;

/** The shape of an `Args` schema: a strict object, so that a word too many is an error that names it. */
export type ArgsSchema = z.ZodObject;
