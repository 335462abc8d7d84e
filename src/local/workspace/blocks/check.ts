import { isJson, type Json } from '../model.ts';

export type Surface = 'message' | 'modal' | 'home';

/** What is wrong, in Slack's words, and where: a JSON pointer from the root of the arguments. */
export type Problem = { readonly message: string; readonly at: string };

export type Findings = {
  readonly surface: Surface;
  readonly problems: Problem[];
  /** Whether an uploaded file may be shown as an image: it exists, is an image, and Slack has looked at it. */
  readonly isReadyImage: (fileId: string) => boolean;
};

/** Looks at one value and writes down what is wrong with it. */
export type Check = (value: unknown, at: string, findings: Findings) => void;

export function say(findings: Findings, at: string, message: string): void {
  findings.problems.push({ message, at });
}

/** `[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]`, as in `response_metadata.messages`. */
export function inSlacksWords(problem: Problem): string {
  return problem.at === ''
    ? `[ERROR] ${problem.message}`
    : `[ERROR] ${problem.message} [json-pointer:${problem.at}]`;
}

export function lengthOf(text: string): number {
  return [...text].length;
}

export function string(limits: { min?: number; max?: number } = {}): Check {
  const { min = 0, max = Number.POSITIVE_INFINITY } = limits;
  return (value, at, findings) => {
    if (typeof value !== 'string') return say(findings, at, 'must provide a string');
    const length = lengthOf(value);
    if (length < min) say(findings, at, `must be more than ${min - 1} characters`);
    if (length > max) say(findings, at, `must be less than ${max + 1} characters`);
  };
}

export const boolean: Check = (value, at, findings) => {
  if (typeof value !== 'boolean') say(findings, at, 'must provide a boolean');
};

export function integer(min: number, max: number): Check {
  return (value, at, findings) => {
    if (typeof value !== 'number' || !Number.isInteger(value))
      return say(findings, at, 'must provide an integer');
    if (value < min) say(findings, at, `must be at least ${min}`);
    if (value > max) say(findings, at, `must be at most ${max}`);
  };
}

export const number: Check = (value, at, findings) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) say(findings, at, 'must provide a number');
};

export function oneOf(...allowed: readonly string[]): Check {
  return (value, at, findings) => {
    if (typeof value !== 'string' || !allowed.includes(value))
      say(findings, at, `value is not allowed: ${String(value)}; it must be one of ${allowed.join(', ')}`);
  };
}

export function matching(pattern: RegExp, what: string): Check {
  return (value, at, findings) => {
    if (typeof value !== 'string' || !pattern.test(value)) say(findings, at, `must be ${what}`);
  };
}

/** Slack takes what a link may start with; `javascript:` and its like are never one. */
export function url(max: number): Check {
  return (value, at, findings) => {
    string({ min: 1, max })(value, at, findings);
    if (typeof value === 'string' && !/^(https?:\/\/|mailto:|slack:\/\/)/.test(value))
      say(findings, at, 'must be a valid URL');
  };
}

export function list(each: Check, limits: { min?: number; max: number }): Check {
  const { min = 0, max } = limits;
  return (value, at, findings) => {
    if (!Array.isArray(value)) return say(findings, at, 'must provide an array');
    if (value.length < min) say(findings, at, `must provide at least ${min} items`);
    if (value.length > max) say(findings, at, `no more than ${max} items allowed`);
    for (const [index, member] of value.entries()) each(member, `${at}/${index}`, findings);
  };
}

type Fields = Readonly<Record<string, Check>>;

/** An object with these fields and no others: Slack refuses what it does not know. */
export function object(required: Fields, optional: Fields = {}): Check {
  const known = new Map(Object.entries({ ...optional, ...required }));
  return (value, at, findings) => {
    if (!isJson(value)) return say(findings, at, 'must provide an object');
    for (const name of Object.keys(required).filter((each) => value[each] === undefined))
      say(findings, at, `missing required field: ${name}`);
    const given = Object.entries(value).filter(([name, member]) => name !== 'type' && member !== undefined);
    for (const [name, member] of given) {
      const check = known.get(name) ?? unwelcome(name, at);
      check(member, `${at}/${name}`, findings);
    }
  };
}

function unwelcome(name: string, at: string): Check {
  return (_value, _at, findings) => say(findings, at, `invalid additional property: ${name}`);
}

/** Chooses by `type`. `allowed` narrows what is known to what fits in this place. */
export function byType(known: () => Fields, allowed?: readonly string[]): Check {
  return (value, at, findings) => {
    if (!isJson(value)) return say(findings, at, 'must provide an object');
    const type = value['type'];
    if (typeof type !== 'string') return say(findings, at, 'missing required field: type');
    const check = Object.hasOwn(known(), type) ? known()[type] : undefined;
    if (check === undefined || (allowed !== undefined && !allowed.includes(type)))
      return say(findings, `${at}/type`, `unsupported type: ${type}`);
    check(value, at, findings);
  };
}

export function all(...checks: readonly Check[]): Check {
  return (value, at, findings) => {
    for (const check of checks) check(value, at, findings);
  };
}

/** A rule over a whole object; it is asked only about objects. */
export function rule(judge: (value: Json) => string | null): Check {
  return (value, at, findings) => {
    const message = isJson(value) ? judge(value) : null;
    if (message !== null) say(findings, at, message);
  };
}
