import { z } from 'zod';
import { zoneNamed } from '../core/calendar/zone.ts';
import { FlagKey } from '../core/flag.ts';
import { DeploymentId, EnvironmentName, isSheetId, Ref, SpokenServiceName } from '../core/names.ts';
import { parseDuration } from '../core/parse-duration.ts';
import { unseen } from './code-points.ts';
import type { ArgsSchema, Argument } from './command.ts';

/** What a schema cannot say about itself: everything of an Argument but its name and whether it is required. */
type Facts = Omit<Argument, 'name' | 'isRequired'>;
type More = Partial<Pick<Facts, 'description' | 'aliases' | 'isPositional' | 'isAsked'>>;

const known = z.registry<Facts>();

function declare<Schema extends z.ZodType>(
  schema: Schema,
  facts: Pick<Facts, 'kind' | 'description'> & Partial<Facts>,
  more: More = {},
): Schema {
  known.add(schema, {
    aliases: [],
    isPositional: false,
    isAsked: true,
    choices: [],
    fallback: null,
    ...facts,
    ...more,
  });
  return schema;
}

// ---- The kinds of argument. Each call makes a schema of its own: the registry knows schemas by identity.

/** May stand first without its name. */
export function service(more?: More) {
  const facts = { kind: 'service', description: 'service to act on', isPositional: true } as const;
  return declare(SpokenServiceName.clone(), facts, more);
}

/** A branch, tag, commit or version; may stand without its name, or after the service and an `@`. */
export function ref(more?: More) {
  const facts = {
    kind: 'version',
    description: 'version, tag, branch or commit',
    isPositional: true,
  } as const;
  return declare(Ref.clone(), facts, more);
}

/** Always named, so that it is never guessed from where a word stands. */
export function environment(more?: More) {
  const facts = { kind: 'environment', description: 'where', aliases: ['env'] } as const;
  return declare(EnvironmentName.clone(), facts, more);
}

/** A word that begins with `d-` stands for it wherever it stands. */
export function deployment(more?: More) {
  const facts = { kind: 'deployment', description: 'a deployment', isPositional: true } as const;
  return declare(DeploymentId.clone(), facts, more);
}

export function choice<const Values extends readonly string[]>(values: Values, more?: More) {
  const facts = { kind: 'choice', description: `one of ${values.join(', ')}`, choices: values } as const;
  return declare(z.enum(values), facts, more);
}

/**
 * What to do, as the first word: `promote d-7f3a9k2m`. Where it may be left out, only these very words are taken for it,
 * and a service of the same name has to be named with its flag.
 */
export function verb<const Values extends readonly string[]>(values: Values, more?: More) {
  const facts = {
    kind: 'verb',
    description: `one of ${values.join(', ')}`,
    choices: values,
    isPositional: true,
  } as const;
  return declare(z.enum(values), facts, more);
}

/** Something on the board, by its id; a word that is such an id stands for it wherever it stands. */
export function sheet(prefix: string, more?: More) {
  const facts = {
    kind: 'sheet',
    description: `something on the board, such as ${prefix}7f3a9k2m`,
    choices: [prefix],
    isPositional: true,
  } as const;
  return declare(
    z.string().refine((id) => id.startsWith(prefix) && isSheetId(id), `looks like ${prefix}7f3a9k2m`),
    facts,
    more,
  );
}

/** Somebody of the workspace, as a mention or by their id; comes out as the id. */
export function person(more?: More) {
  const schema = z
    .string()
    .regex(/^@?[UW][A-Z0-9]{2,30}$/, 'must be a person, chosen after typing @')
    .transform((mention) => mention.replace('@', ''));
  return declare(schema, { kind: 'text', description: 'a person, such as @ada' }, more);
}

const WHEN_MAX = 1_000;

/** Words about a time, which only whoever knows the asker's zone and the clock can read. */
function timeWords(charactersMax: number) {
  return z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(charactersMax, `must be at most ${charactersMax} characters`)
    .refine((value) => unseen(value).length === 0, 'must not contain invisible characters');
}

/**
 * When something is to happen, in the words of `readMoment`: `tomorrow 09:30`. Where it may stand without its name it
 * takes every word that follows, up to the first flag.
 */
export function moment(more?: More) {
  const facts = { kind: 'moment', description: 'when, such as tomorrow 09:30', isPositional: true } as const;
  return declare(timeWords(WHEN_MAX), facts, more);
}

/** From when until when, in the words of `readWindow`: `sat 02:00 3h`. Takes the rest of the line as a moment does. */
export function window(more?: More) {
  const facts = {
    kind: 'window',
    description: 'from when until when, such as sat 02:00 3h',
    isPositional: true,
  } as const;
  return declare(timeWords(WHEN_MAX), facts, more);
}

/** Comes out as the zone's own name, whichever case it was typed in. */
export function zone(more?: More) {
  const schema = z.string().transform((value, context) => {
    const name = zoneNamed(value);
    if (name !== null) return name;
    context.issues.push({
      code: 'custom',
      message: 'must be a place such as Europe/Berlin, or UTC',
      input: value,
    });
    return z.NEVER;
  });
  return declare(schema, { kind: 'zone', description: 'zone of the time', aliases: ['tz'] }, more);
}

/** Words for people: one line, nothing invisible, at most `charactersMax` characters. */
export function text(charactersMax: number, more?: More) {
  const schema = z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(charactersMax, `must be at most ${charactersMax} characters`)
    .refine((value) => unseen(value).length === 0, 'must not contain invisible characters');
  return declare(schema, { kind: 'text', description: 'a few words' }, more);
}

/** Comes out in milliseconds, between one second and `maxMs`. Without a fallback it has to be given. */
export function duration(fallback: string | null, maxMs: number, more?: More) {
  const schema = z.string().transform((value, context) => {
    const ms = parseDuration(value);
    if (ms !== null && ms >= 1_000 && ms <= maxMs) return ms;
    const message = `must be a time between 1s and ${maxMs / 3_600_000}h, such as 90s, 15m or 1h30m`;
    context.issues.push({ code: 'custom', message, input: value });
    return z.NEVER;
  });
  const facts = { kind: 'duration', description: 'how long', fallback } as const;
  return fallback === null ? declare(schema, facts, more) : declare(schema.prefault(fallback), facts, more);
}

const SHARES_MAX = 20;

/** `5,25,50`: shares of the traffic in percent, rising; a 100 at the end goes without saying. */
export function shares(more?: More) {
  const rule = 'must be rising percentages such as 5,25,50';
  const schema = z
    .string()
    .regex(/^[0-9]{1,3}(?:\.[0-9]{1,2})?%?(?:,[0-9]{1,3}(?:\.[0-9]{1,2})?%?)*$/, rule)
    .transform((value, context) => {
      const given = value.split(',').map((each) => Number(each.replace('%', '')));
      const stops = given.at(-1) === 100 ? given.slice(0, -1) : given;
      const isRising = stops.every((stop, at) => stop > (stops[at - 1] ?? 0) && stop < 100);
      if (isRising && stops.length <= SHARES_MAX) return stops;
      context.issues.push({ code: 'custom', message: rule, input: value });
      return z.NEVER;
    });
  return declare(schema, { kind: 'shares', description: 'shares of the traffic to stop at' }, more);
}

const NAMES_MAX = 20;

/** `no-alerts,reviewed`: names of what there may be several of; each counts once. */
export function names(more?: More) {
  const rule = 'must be names such as no-alerts,reviewed';
  const schema = z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}(?:,[a-z][a-z0-9-]{0,39})*$/, rule)
    .transform((value) => [...new Set(value.split(','))])
    .refine((all) => all.length <= NAMES_MAX, `must be at most ${NAMES_MAX} names`);
  return declare(schema, { kind: 'text', description: 'names' }, more);
}

const FLAGS_MAX = 5;

/** `new-checkout=25,dark-mode=100`: feature flags with the share, in percent, that each shall have. */
export function flagShares(more?: More) {
  const rule = 'must be flags with a share from 1 to 100, such as new-checkout=25';
  const schema = z
    .string()
    .regex(/^[^=,]{1,100}=[0-9]{1,3}%?(?:,[^=,]{1,100}=[0-9]{1,3}%?)*$/, rule)
    .transform((value, context) => {
      const flags = value.split(',').map((each) => {
        const [key = '', share = ''] = each.split('=');
        return { key, percent: Number(share.replace('%', '')) };
      });
      const isRight = flags.every(
        ({ key, percent }) => FlagKey.safeParse(key).success && percent >= 1 && percent <= 100,
      );
      const isOnce = new Set(flags.map(({ key }) => key)).size === flags.length;
      if (isRight && isOnce && flags.length <= FLAGS_MAX) return flags;
      context.issues.push({ code: 'custom', message: rule, input: value });
      return z.NEVER;
    });
  return declare(schema, { kind: 'text', description: 'flags with their shares' }, more);
}

/** `--again` alone, or `--again=no`. */
export function switchFlag(more?: More) {
  const schema = z
    .enum(['yes', 'no'], 'is either there or not; it takes no value')
    .transform((value) => value === 'yes')
    .prefault('no');
  return declare(schema, { kind: 'switch', description: 'yes or no', choices: ['yes', 'no'] }, more);
}

/** A whole number. */
export function count(fallback: number, max: number, more?: More) {
  const rule = `must be a whole number from 1 to ${max}`;
  const schema = z
    .string()
    .regex(/^[0-9]{1,6}$/, rule)
    .transform(Number)
    .refine((value) => value >= 1 && value <= max, rule)
    .prefault(String(fallback));
  return declare(schema, { kind: 'count', description: 'how many', fallback: String(fallback) }, more);
}

/** `v1..v2` or `staging..production`, with two dots or git's three; comes out as its two ends. */
export function range(more?: More) {
  const schema = z.string().transform((value, context) => {
    const at = value.indexOf('..');
    const rest = value.slice(at + 2);
    const ends = [value.slice(0, at), rest.startsWith('.') ? rest.slice(1) : rest];
    const [base, head] = ends.map((end) => Ref.safeParse(end).data);
    if (at !== -1 && base !== undefined && head !== undefined) return { base, head };
    const message = 'must be two versions or environments with two dots between them, such as v1..v2';
    context.issues.push({ code: 'custom', message, input: value });
    return z.NEVER;
  });
  return declare(schema, { kind: 'range', description: 'from..to', isPositional: true }, more);
}

/** May be left out, and is null then. */
export function maybe<Schema extends z.ZodType>(schema: Schema) {
  return schema.nullable().default(null);
}

/** Reads the arguments out of a command's schema; parser, forms, help, README and manifest are all written from this. */
export function argumentsOf(Args: ArgsSchema): Argument[] {
  return Object.entries(Args.shape).map(([name, schema]) => {
    const facts = factsOf(schema);
    if (facts === null) throw new TypeError(`${name} is not declared with one of the kinds of argument`);
    return { name, isRequired: !z.safeParse(schema, undefined).success, ...facts };
  });
}

/** Looks through "may be left out" and its like for what was declared. */
function factsOf(schema: z.core.$ZodType): Facts | null {
  const facts = known.get(schema as z.ZodType);
  if (facts !== undefined) return facts;
  const { innerType } = schema._zod.def as { innerType?: z.core.$ZodType };
  return innerType === undefined ? null : factsOf(innerType);
}
