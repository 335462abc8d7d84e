import { createInterface } from 'node:readline/promises';
import { hostCommands } from '../../commands/host.ts';
import { understand } from '../command/index.ts';
import { readEnvironment } from '../config/index.ts';
import { askControl, type CommandRequest, type Response, type Said } from '../control/index.ts';
import { plain } from '../core/text.ts';
import { FolderInUse } from '../store/index.ts';
import type { HostAsked } from './host-arguments.ts';
import { askAlone, type DoneAlone } from './host-desk.ts';
import { operator } from './operator.ts';
import { say, sayError, troubleOf } from './words.ts';

const exitCodes = { done: 0, refused: 1, usage: 2, unreachable: 3 } as const;
type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Whoever is asked may read a slow platform first. */
const ANSWER_WITHIN_MS = 120_000;

/** Carries out one line at the command line of the host; the exit code says how it went. */
export async function host(asked: HostAsked): Promise<ExitCode> {
  const first = await ask(asked.command, asked.text);
  if (typeof first === 'number') return first;
  const { said } = first;
  const isToBeConfirmed = said.go !== null && !asked.isConfirmed;
  if (said.go === null) return show(first, asked);
  if (!asked.isJson) for (const line of planLines(said, asked)) say(line);
  const { go } = said;
  if (isToBeConfirmed && !(await isConfirmedByHand(go.label))) return notConfirmed(first, asked);
  const second = await ask(go.command, go.text);
  return typeof second === 'number' ? second : show(second, asked);
}

/** What was shown, without the line that says what to type: it is done next, or asked about. */
function planLines({ lines, go }: Said, { isConfirmed }: HostAsked): readonly string[] {
  return isConfirmed ? lines.filter((line) => !line.startsWith(`${go?.label}: `)) : lines;
}

type Asked = { readonly said: Said; readonly note: string | null };

async function ask(command: string, text: string): Promise<Asked | ExitCode> {
  const environment = readEnvironment();
  if (environment.kind === 'broken') return trouble(environment.problems);
  const { home } = environment.environment;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const request: CommandRequest = { v: 1, kind: 'command', command, text, zone };
  const asked = await askControl({ home, uid: operator().uid }, request, ANSWER_WITHIN_MS);
  switch (asked.kind) {
    case 'answered':
      return heard(asked.response, null);
    case 'nobody':
      return alone(request);
    case 'forbidden':
      return trouble(forbiddenWords(asked.folder, asked.ownerUid));
    case 'silent':
      return trouble([
        'Slipway runs here and did not answer: it is not known whether this was done.',
        'Look with slipway status before you ask again.',
      ]);
  }
}

export function forbiddenWords(folder: string, ownerUid: number | null): string[] {
  const owner = ownerUid === null ? 'another user' : `the user with the number ${ownerUid}`;
  return [
    `${folder} belongs to ${owner}: only they, and root, may ask the Slipway that runs there.`,
    ownerUid === null ? 'Ask as the user that Slipway runs as.' : `Type: sudo -u "#${ownerUid}" slipway …`,
  ];
}

async function alone(request: CommandRequest): Promise<Asked | ExitCode> {
  try {
    const done = await askAlone(request);
    if (done.kind === 'no-records') {
      return (
        misunderstood(request) ??
        trouble([
          `No Slipway runs in ${done.home}, and there are no records in it.`,
          'Set SLIPWAY_HOME to its folder, or DATABASE_URL to where its records are.',
        ])
      );
    }
    return heard(done.response, noteAlone(request.command, done));
  } catch (error) {
    if (!(error instanceof FolderInUse)) return trouble(troubleOf(error));
    return trouble([error.message.split('. ')[0] ?? '', 'It does not answer the command line, though.']);
  }
}

/** What is wrong with a line is said even where there is nothing to ask; null when nothing is. */
function misunderstood({ command, text }: CommandRequest): ExitCode | null {
  const understood = understand(hostCommands, command, text);
  if (understood.kind === 'prepared' || understood.kind === 'help') return null;
  const { message } = understood.kind === 'form' ? understood.refusal : understood;
  sayError(plain(message));
  return exitCodes.usage;
}

/** Nobody was there to be asked: how old the answer is, or who carries it out then. */
function noteAlone(command: string, { response, isShared }: Extract<DoneAlone, { kind: 'done' }>): string {
  if (response.kind !== 'said' || response.outcome !== 'done') return 'No Slipway runs here.';
  if (command === 'status') return 'No Slipway runs here: this is what is on record.';
  return isShared
    ? 'No Slipway runs in this home folder: any other one on the same database carries it out, within seconds.'
    : 'No Slipway runs here: what was asked is written down, and carried out as soon as one is started.';
}

function heard(response: Response, note: string | null): Asked | ExitCode {
  if (response.kind === 'said') return { said: response, note };
  return trouble([response.kind === 'broken' ? response.because : 'The answer was to something else.']);
}

function show({ said, note }: Asked, { isJson }: HostAsked): ExitCode {
  const { as, outcome, reply, lines } = said;
  const code = exitCodes[outcome];
  if (isJson) say(JSON.stringify({ as, outcome, note, reply }, null, 2));
  else for (const line of lines) code === 0 ? say(line) : sayError(line);
  // To standard error, so that what was asked for can be read by programs as it is.
  if (!isJson) sayError(`(Asked as ${as}, the user that Slipway runs as.${note === null ? '' : ` ${note}`})`);
  return code;
}

async function isConfirmedByHand(label: string): Promise<boolean> {
  if (!(process.stdin.isTTY && process.stdout.isTTY)) return false;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const typed = await lines.question(`${label}? Type yes to do it: `);
  lines.close();
  return typed.trim().toLowerCase() === 'yes';
}

function notConfirmed({ said, note }: Asked, { isJson }: HostAsked): ExitCode {
  const words = 'Nothing was changed. Add --yes to do it.';
  if (isJson) say(JSON.stringify({ as: said.as, outcome: 'refused', note, reply: said.reply }, null, 2));
  sayError(words);
  return exitCodes.refused;
}

function trouble(words: readonly string[]): ExitCode {
  for (const word of words) sayError(word);
  return exitCodes.unreachable;
}
