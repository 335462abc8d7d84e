import { closest } from '../core/closest.ts';
import { isSheetId } from '../core/names.ts';
import { code, type Text } from '../core/text.ts';
import { visible } from './code-points.ts';
import type { Argument, Command, Named } from './command.ts';
import { flagOf } from './explain.ts';
import { type Word, wordsOf } from './words.ts';

/** What a line says, before anybody judges the values. */
export type Parsed =
  | { readonly kind: 'named'; readonly named: Named }
  | { readonly kind: 'help' }
  /** Corrected lines are guesses: whether they can be run is for the caller to see. */
  | { readonly kind: 'unreadable'; readonly message: Text; readonly corrected: readonly string[] };

const CHARACTERS_MAX = 8_000;

/** Turns `api@v2 --reason "a fix"` into named strings. Judging them is the schema's work. */
export function parse(command: Pick<Command, 'arguments'>, text: string): Parsed {
  if (text.length > CHARACTERS_MAX) return unreadable([`That is longer than ${CHARACTERS_MAX} characters.`]);
  const read = wordsOf(text);
  if ('kind' in read) {
    return unreadable(['The quote before ', code(visible(read.rest.slice(1)) || ' '), ' is never closed.']);
  }
  return new Reader(command.arguments, read.line, read.words).read();
}

function unreadable(message: Text, corrected: readonly string[] = []): Parsed {
  return { kind: 'unreadable', message, corrected };
}

/** Goes over the words once and gives each to its argument. */
class Reader {
  readonly #declared: readonly Argument[];
  readonly #line: string;
  readonly #words: readonly Word[];
  readonly #named = new Map<string, string>();
  #position = 0;
  /** A time that is being said in several words. */
  #rest: Argument | null = null;

  constructor(declared: readonly Argument[], line: string, words: readonly Word[]) {
    this.#declared = declared;
    this.#line = line;
    this.#words = words;
  }

  read(): Parsed {
    // A request for help is heard wherever it stands, even after a mistake.
    if (this.#words.some((word, index) => asksForHelp(word) && !this.#isValue(index)))
      return { kind: 'help' };
    let wrong: Parsed | null = null;
    for (const [index, word] of this.#words.entries()) {
      if (this.#isValue(index)) continue;
      wrong ??= isFlag(word) ? this.#flag(word, this.#valueAfter(index)) : this.#positional(word);
    }
    return wrong ?? { kind: 'named', named: Object.fromEntries(this.#named) };
  }

  /** Whether a word belongs to the flag before it. */
  #isValue(index: number): boolean {
    return this.#valueAfter(index - 1) !== undefined;
  }

  /** The word that a flag takes along. An unknown flag takes one too, so that one mistake is told once. */
  #valueAfter(index: number): Word | undefined {
    const [word, next] = [this.#words[index], this.#words[index + 1]];
    if (word === undefined || next === undefined || !isFlag(word) || isFlag(next)) return undefined;
    if (word.valueAt !== null || asksForHelp(word)) return undefined;
    return this.#find(word.text)?.kind === 'switch' ? undefined : next;
  }

  #find(flag: string): Argument | undefined {
    const name = flag.replace(/^--/, '').toLowerCase();
    return this.#declared.find((argument) => argument.name === name || argument.aliases.includes(name));
  }

  #flag(word: Word, next: Word | undefined): Parsed | null {
    this.#rest = null;
    const flag = word.valueAt === null ? word.text : word.text.slice(0, word.valueAt - 1);
    const argument = flag.startsWith('--') ? this.#find(flag) : undefined;
    if (argument === undefined) return this.#unknownFlag(word, flag);
    const value = word.valueAt === null ? next?.text : word.text.slice(word.valueAt);
    if (argument.kind === 'switch') return this.#give(argument, value ?? 'yes');
    if (value === undefined) return unreadable([code(flagOf(argument)), ' needs a value after it.']);
    return this.#give(argument, value);
  }

  #unknownFlag(word: Word, flag: string): Parsed {
    const spellings = this.#declared.flatMap(({ name, aliases }) => [name, ...aliases]);
    const meant = closest(flag.replace(/^-+/, ''), spellings).map((name) => `--${name}`);
    const end = word.valueAt === null ? word.end : word.start + this.#line.slice(word.start).indexOf('=');
    return unreadable(
      ['There is no ', code(visible(flag) || ' '), ' here.', ...didYouMean(meant)],
      meant.map((name) => this.#replaced(word.start, end, name)),
    );
  }

  #positional(word: Word): Parsed | null {
    const equals = word.isQuoted ? -1 : word.text.indexOf('=');
    const named = equals === -1 ? undefined : this.#find(word.text.slice(0, equals));
    if (named !== undefined) return this.#bareAssignment(word, flagOf(named), equals);
    if (this.#rest !== null) return this.#continue(this.#rest, word);

    if (this.#isVerb(word)) return this.#giveVerb(word);
    const places = this.#declared.filter(({ isPositional, kind }) => isPositional && kind !== 'verb');
    const known = places.find((place) => isKnownBySight(place, word.text));
    if (known !== undefined) return this.#give(known, word.text);

    const next = places.filter(({ kind }) => !ids.has(kind))[this.#position];
    const place = this.#timeInstead(next) ?? next;
    this.#position += 1;
    if (place === undefined) return this.#oneTooMany(word);
    if (isTime(place)) this.#rest = place;
    return place.kind === 'service' ? this.#service(place, word) : this.#give(place, word.text);
  }

  /**
   * The time, where the place whose turn it is was filled already: by `web@1.4.2`, or by the id of what it is about.
   */
  #timeInstead(next: Argument | undefined): Argument | undefined {
    const isTaken = next === undefined || this.#named.has(next.name);
    const isAboutId = this.#declared.some(({ kind, name }) => ids.has(kind) && this.#named.has(name));
    if (!isTaken && !isAboutId) return undefined;
    return this.#declared.find((each) => isTime(each) && each.isPositional && !this.#named.has(each.name));
  }

  #continue(time: Argument, word: Word): null {
    this.#named.set(time.name, `${this.#named.get(time.name) ?? ''} ${word.text}`);
    return null;
  }

  /** Only the first word can be what to do, and only where it has to be there or is one of the words for it. */
  #isVerb(word: Word): boolean {
    const verb = this.#declared.find(({ kind }) => kind === 'verb');
    if (verb === undefined || word.isQuoted || this.#position > 0 || this.#named.has(verb.name)) return false;
    const isFirst = this.#words.find((each) => !isFlag(each)) === word;
    return isFirst && (verb.isRequired || verb.choices.includes(word.text.toLowerCase()));
  }

  #giveVerb(word: Word): Parsed | null {
    const verb = this.#declared.find(({ kind }) => kind === 'verb');
    return verb === undefined ? null : this.#give(verb, word.text.toLowerCase());
  }

  /** `api@v2` where the command takes a version; everywhere else the `@` is judged as part of the name. */
  #service(place: Argument, word: Word): Parsed | null {
    const version = this.#declared.find(({ kind, isPositional }) => kind === 'version' && isPositional);
    const at = version === undefined || word.isQuoted ? -1 : word.text.indexOf('@');
    if (version === undefined || at === -1) return this.#give(place, word.text);
    return this.#give(place, word.text.slice(0, at)) ?? this.#give(version, word.text.slice(at + 1));
  }

  #bareAssignment(word: Word, flag: string, equals: number): Parsed {
    const value = word.text.slice(equals + 1);
    return unreadable(
      [code(visible(word.text)), ' is missing its dashes: ', code(`${flag}=${visible(value)}`), '.'],
      [this.#replaced(word.start, word.start + this.#line.slice(word.start).indexOf('='), flag)],
    );
  }

  #oneTooMany(word: Word): Parsed {
    const spellings = this.#declared
      .filter((one) => !one.isPositional)
      .flatMap(({ name, aliases }) => [name, ...aliases]);
    const meant = word.isQuoted ? [] : closest(word.text, spellings).map((name) => `--${name}`);
    return unreadable(
      ['I do not know what to do with ', code(visible(word.text) || ' '), '.', ...didYouMean(meant)],
      meant.map((name) => this.#replaced(word.start, word.end, name)),
    );
  }

  #give(argument: Argument, value: string): Parsed | null {
    if (this.#named.has(argument.name)) {
      const called = argument.isPositional ? `The ${argument.name}` : flagOf(argument);
      return unreadable([`${called} is given twice.`]);
    }
    this.#named.set(argument.name, value);
    return null;
  }

  #replaced(start: number, end: number, word: string): string {
    return this.#line.slice(0, start) + word + this.#line.slice(end);
  }
}

/** What is named by an id of ours, wherever it stands. */
const ids = new Set<Argument['kind']>(['deployment', 'sheet']);

/**
 * Ids and ranges are taken for what they are wherever they stand. No service begins as deployments do; many may begin
 * as sheets do, and only what is wholly such an id is none.
 */
function isKnownBySight({ kind, choices }: Argument, text: string): boolean {
  if (kind === 'deployment') return text.startsWith('d-');
  if (kind === 'sheet') return text.startsWith(choices[0] ?? ' ') && isSheetId(text);
  return kind === 'range' && text.includes('..');
}

/** A time is said in as many words as it takes. */
function isTime({ kind }: Argument): boolean {
  return kind === 'moment' || kind === 'window';
}

/** Only flags take the word after them, and no flag is ever a value: quotes make one of it. A dash alone means "until". */
function isFlag({ text, isQuoted }: Word): boolean {
  return !isQuoted && text.startsWith('-') && text !== '-';
}

/** `help`, `?` and `--help` ask for help wherever they stand alone; a version of that name can be quoted. */
function asksForHelp({ text, isQuoted }: Word): boolean {
  return !isQuoted && /^(?:help|\?|--help|-h|--\?|-\?|\/help|\/\?)$/i.test(text);
}

function didYouMean(meant: readonly string[]): Text {
  return meant.length === 0
    ? []
    : [
        ' Did you mean ',
        ...meant.flatMap((name, index) => (index === 0 ? [code(name)] : [' or ', code(name)])),
        '?',
      ];
}
