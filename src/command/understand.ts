import { closest } from '../core/closest.ts';
import { type Offer, type Refusal, refuse } from '../core/refusal.ts';
import { code, type Text } from '../core/text.ts';
import { visible } from './code-points.ts';
import type { Argument, Command, Named, Problem, Understood } from './command.ts';
import { sayProblems } from './explain.ts';
import { helpAnswer, tryThis } from './help.ts';
import { lineOf } from './line.ts';
import { parse } from './parse.ts';

/**
 * What one slash command asks for. Only a line that says everything, and nothing else, comes back prepared.
 * @param name with or without its slash
 * @param text what stood after it, as Slack delivers it with `should_escape`
 */
export function understand(commands: readonly Command[], name: string, text: string): Understood {
  const wanted = name.replace(/^\//, '').toLowerCase();
  const command = commands.find((each) => each.name === wanted);
  return command === undefined ? unknownCommand(commands, wanted, text) : understandLine(command, text);
}

/**
 * The same after a mention, where the command is the first word and its slash and `deploy-` may be left out:
 * `@slipway staging api@v2`. What is done to a deployment may stand alone: `@slipway hold d-7f3a9k2m`.
 * @param about the deployment in whose thread it is said: where neither it nor a place is named, it is meant
 */
export function understandMention(
  commands: readonly Command[],
  text: string,
  about: string | null = null,
): Understood {
  const line = withoutMentions(text);
  const [first = ''] = line.split(/\s/, 1);
  const rest = line.slice(first.length);
  const wanted = first.replace(/^\//, '').toLowerCase();
  const byName = commands.find(({ name }) => name === wanted || name === `deploy-${wanted}`);
  const byVerb = byName ?? commands.find((command) => steersWith(command, wanted));
  if (byVerb === undefined) return unknownCommand(commands, wanted, rest);
  const words = byName === undefined ? `${wanted}${rest}` : rest;
  return understandAbout(byVerb, words, about) ?? understandLine(byVerb, words);
}

/** What was said after the mention, for whoever looks for a word of their own. */
export function withoutMentions(text: string): string {
  let line = text.trim();
  while (line.startsWith('<@') && line.includes('>')) line = line.slice(line.indexOf('>') + 1).trimStart();
  return line;
}

/** Whether a word says what to do with a deployment: the first command that knows it is meant. */
function steersWith({ arguments: declared }: Command, word: string): boolean {
  const isSteering = declared.some(({ kind, isPositional }) => kind === 'deployment' && isPositional);
  return isSteering && declared.some(({ kind, choices }) => kind === 'verb' && choices.includes(word));
}

/** The line as said about one deployment; null where it says something else, or would not make sense of it. */
function understandAbout(command: Command, words: string, about: string | null): Understood | null {
  const place = command.arguments.find(({ kind, isPositional }) => kind === 'deployment' && isPositional);
  const parsed = parse(command, words);
  if (about === null || place === undefined || parsed.kind !== 'named') return null;
  const isElsewhere = command.arguments.some(
    ({ kind, name }) => elsewhere.has(kind) && Object.hasOwn(parsed.named, name),
  );
  const named = { ...parsed.named, [place.name]: about };
  const isWrong = command.check(named).some(({ kind }) => kind === 'wrong');
  return isElsewhere || isWrong ? null : understandNamed(command, named);
}

/** What names something of its own. */
const elsewhere = new Set<Argument['kind']>(['deployment', 'service', 'environment', 'sheet']);

function understandLine(command: Command, text: string): Understood {
  const parsed = parse(command, text);
  if (parsed.kind === 'help') return { kind: 'help', command, answer: helpAnswer(command) };
  if (parsed.kind === 'unreadable') return refused(command, parsed.message, parsed.corrected);
  return understandNamed(command, parsed.named);
}

function understandNamed(command: Command, named: Named): Understood {
  const problems = command.check(named);
  if (problems.some(({ kind }) => kind === 'wrong')) {
    const wrong = problems.filter(({ kind }) => kind === 'wrong');
    const message = sayProblems(wrong, command.arguments);
    return refused(command, message, corrections(command, named, wrong));
  }
  if (problems.length > 0) {
    const refusal = refused(command, sayProblems(problems, command.arguments), []);
    return { kind: 'form', command, filled: named, refusal };
  }
  const prepared = command.prepare(named);
  return prepared.kind === 'prepared' ? { ...prepared, command } : prepared;
}

/** Each guess at each wrong value, alone: two mistakes at once are told, not guessed at. */
function corrections(command: Command, named: Named, problems: readonly Problem[]): string[] {
  return problems.flatMap(({ argument, meant }) =>
    argument === null ? [] : meant.map((value) => lineOf(command.arguments, { ...named, [argument]: value })),
  );
}

function refused(command: Command, message: Text, corrected: readonly string[]): Refusal {
  const offers = corrected.filter((text) => isSound(command, text)).slice(0, OFFERS_MAX);
  return refuse('bad-arguments', message, {
    next: tryThis(command),
    ...(offers.length === 0 ? {} : { offers: offers.map((text) => offer(command.name, text)) }),
  });
}

/** Whether there is nothing wrong with a line, though something may be missing. */
function isSound(command: Command, text: string): boolean {
  const parsed = parse(command, text);
  return parsed.kind === 'named' && command.check(parsed.named).every(({ kind }) => kind === 'missing');
}

const OFFERS_MAX = 3;
const LABEL_MAX = 75;

function offer(command: string, text: string): Offer {
  const letters = Array.from(`/${command} ${text}`.trim());
  const label =
    letters.length > LABEL_MAX ? `${letters.slice(0, LABEL_MAX - 1).join('')}…` : letters.join('');
  return { label, command, text };
}

function unknownCommand(commands: readonly Command[], wanted: string, text: string): Understood {
  const spellings = commands.flatMap(({ name }) => [name, name.replace(/^deploy-/, '')]);
  const meant = closest(wanted, spellings, commands.length).map((spelling) =>
    commands.find(({ name }) => name === spelling || name === `deploy-${spelling}`),
  );
  const candidates = [...new Set(meant)].filter((command) => command !== undefined).slice(0, OFFERS_MAX);
  const all = commands.flatMap(({ name }, index) =>
    index === 0 ? [code(`/${name}`)] : [', ', code(`/${name}`)],
  );
  const message: Text =
    wanted === '' ? ['Say what to do.'] : ['There is no command ', code(`/${visible(wanted)}`), '.'];
  return refuse('not-found', message, {
    next: ['There are ', ...all, '. Each answers to ', code('help'), '.'],
    ...(candidates.length === 0 ? {} : { offers: candidates.map(({ name }) => offer(name, text.trim())) }),
  });
}
