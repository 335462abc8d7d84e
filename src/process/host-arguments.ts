import { hostCommands } from '../../commands/host.ts';
import { lineFrom } from '../command/index.ts';

/** One line for the desk, from the command line of the host. */
export type HostAsked = {
  readonly kind: 'host';
  readonly command: string;
  /** What comes after it, as it would be typed in Slack. */
  readonly text: string;
  /** Carry out what is shown, without asking. */
  readonly isConfirmed: boolean;
  readonly isJson: boolean;
};

export const hostWords: readonly string[] = hostCommands.map(({ name }) => name);

export const hostUsage = `  slipway status [service] [--env environment] [d-…]      What runs where, and what is on its way
  slipway abort d-… [--reason "…"]                        Stop a deployment and take back what it did
  slipway hold d-… [--reason "…"]                         Begin nothing new in it until somebody lets it go on
  slipway rollback service --env environment [--to …] [--reason "…"] [--yes]
      Shows what would be put back, and does it once that is confirmed.
  slipway freeze all|service [--env environment] [--for 2h] --reason "…"
  slipway unfreeze f-…|all|service [--env environment]     What somebody else put up is shown first, like a rollback
  slipway recover [status|start|approve|done|failed|skip|abort …]
      What /deploy-disaster-recovery does in Slack, in the same words.
      These need neither Slack nor Redis. They act as the user of the system that Slipway runs as, who needs the roles
      for it like everybody else: os:<name> under grants. With --json for programs.
      Exit code 0: done, 1: refused, 2: not understood, 3: nobody and nothing to ask.`;

/** Null where help is asked for. Everything but our own two flags is judged by the grammar of the command itself. */
export function readHostArguments(command: string, words: readonly string[]): HostAsked | null {
  if (words.some((word) => word === '--help' || word === '-h' || word === 'help')) return null;
  const isOurs = (word: string) => word === '--yes' || word === '--json';
  return {
    kind: 'host',
    command,
    text: lineFrom(words.filter((word) => !isOurs(word))),
    isConfirmed: words.includes('--yes'),
    isJson: words.includes('--json'),
  };
}
