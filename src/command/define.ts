import type { z } from 'zod';
import type { Reply } from '../core/answer.ts';
import type { Desk } from '../core/desk.ts';
import { refuse } from '../core/refusal.ts';
import { argumentsOf } from './argument.ts';
import type { ArgsSchema, Command, Facts } from './command.ts';
import { problemsFrom, sayProblems } from './explain.ts';
import { tryThis } from './help.ts';
import { lineOf } from './line.ts';

/** Declares one command: what it is called, what it takes, and what it asks of the Desk. */
export function defineCommand<Args extends ArgsSchema>(
  definition: Facts & {
    readonly Args: Args;
    run(args: z.output<Args>, desk: Desk): Promise<Reply>;
  },
): Command {
  const { Args, run, ...facts } = definition;
  const declared = argumentsOf(Args);
  return {
    ...facts,
    arguments: declared,
    check(named) {
      const args = Args.safeParse(named);
      return args.success ? [] : problemsFrom(args.error.issues, named, declared);
    },
    prepare(named) {
      const args = Args.safeParse(named);
      if (!args.success) {
        const problems = problemsFrom(args.error.issues, named, declared);
        return refuse('bad-arguments', sayProblems(problems, declared), { next: tryThis(facts) });
      }
      return { kind: 'prepared', echo: lineOf(declared, named), run: (desk) => run(args.data, desk) };
    },
  };
}
