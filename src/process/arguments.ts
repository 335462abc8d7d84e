import { parseArgs } from 'node:util';
import { closest } from '../core/closest.ts';
import { type AuditAsked, auditOptions, readAuditArguments, strayAuditOption } from './audit-arguments.ts';
import { type HostAsked, hostUsage, hostWords, readHostArguments } from './host-arguments.ts';

export type Asked =
  | { readonly kind: 'start'; readonly role: string | null; readonly config: string | null }
  | { readonly kind: 'check'; readonly file: string | null }
  | { readonly kind: 'healthcheck' }
  | AuditAsked
  | HostAsked
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'refused'; readonly message: string };

const words = ['start', 'check', 'healthcheck', 'audit', 'help', ...hostWords];

export const usage = `Slipway, the deploy desk in Slack

  slipway [start] [--role bot|worker|all] [--config slipway.yml]
      Starts the desk. Without any Slack credentials: with a chat window of its own, on this machine.
  slipway check [slipway.yml]
      Says what is wrong with a configuration, by file, line and key. Starts nothing.
  slipway healthcheck
      Whether the Slipway of this home folder is well. Exit code 0 or 1.
  slipway audit verify [folder of an export] [--anchors file] [--public-key file]
      Whether the record of who did what is as it was written. Exit code 0: whole, 1: broken, 2: not to be decided.
  slipway audit export [--format jsonl|csv] [--to folder]
      Writes the record into a new folder: JSON Lines that can be verified without Slipway, or a table for people.

${hostUsage}

  PORT           where the chat window, or Slack's deliveries, are served (3000)
  SLIPWAY_HOME   where records are kept without a database (.slipway)
  DATABASE_URL   records in Postgres        REDIS_URL   bells over Redis or Valkey
  SLIPWAY_SERVICES   the folder of the services that the platform local runs (the samples)
  SLIPWAY_PROCESSES   how many of these share what each platform allows (1)
  SLACK_BOT_TOKEN with SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN (Socket Mode): the real Slack
  SLACK_API_URL  where its Web API is (https://slack.com/api/)`;

/** What was asked for on the command line. Anything that is not known is refused with what was probably meant. */
export function readArguments(argv: readonly string[]): Asked {
  const [first = '', ...rest] = argv;
  return hostWords.includes(first)
    ? (readHostArguments(first, rest) ?? { kind: 'help' })
    : readProgramArguments(argv);
}

function readProgramArguments(argv: readonly string[]): Asked {
  const parsed = parse(argv);
  if (parsed instanceof Error) return { kind: 'refused', message: `${parsed.message.split('. ')[0]}.` };
  const { values, positionals } = parsed;
  const [word = 'start', file, ...more] = positionals;
  if (values.help === true || word === 'help') return { kind: 'help' };
  if (values.version === true) return { kind: 'version' };
  if (!words.includes(word)) return unknownWord(word);
  if (word === 'audit') {
    const audit = readAuditArguments(positionals.slice(1), values);
    return typeof audit === 'string' ? { kind: 'refused', message: audit } : audit;
  }
  const tooMuch = (word === 'check' ? more[0] : file) ?? strayAuditOption(values, []);
  if (tooMuch !== null) return { kind: 'refused', message: `${word} takes no ${tooMuch}.` };
  return asked(word, file, values);
}

function asked(
  word: string,
  file: string | undefined,
  { config, role }: { config?: string | undefined; role?: string | undefined },
): Asked {
  switch (word) {
    case 'check':
      return { kind: 'check', file: file ?? config ?? null };
    case 'healthcheck':
      return { kind: 'healthcheck' };
    default:
      return { kind: 'start', role: role ?? null, config: config ?? null };
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...auditOptions,
        role: { type: 'string' },
        config: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function unknownWord(word: string): Asked {
  const [meant] = closest(word, words, 1);
  const hint = meant === undefined ? 'Type slipway help.' : `Did you mean ${meant}?`;
  return { kind: 'refused', message: `There is no ${word}. ${hint}` };
}
