import { z } from 'zod';
import type { Tier } from '../limits.ts';
import type { Json } from '../model.ts';
import type { World } from '../world.ts';

/** Slack's no: `{ok: false, error, …}` with HTTP 200. */
export class MethodError extends Error {
  override readonly name = 'MethodError';
  readonly code: string;
  readonly more: Json;

  constructor(code: string, more: Json = {}) {
    super(code);
    this.code = code;
    this.more = more;
  }
}

/** `invalid_arguments` and the like, with their reasons where SDKs look for them. */
export function refuse(code: string, messages: readonly string[]): never {
  throw new MethodError(code, { response_metadata: { messages } });
}

/** HTTP 429. */
export class RateLimited extends Error {
  override readonly name = 'RateLimited';
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('ratelimited');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export type Method = {
  readonly tier: Tier;
  /** `any` takes a bot's and a refresh token, and hands it on as an argument. */
  readonly token: 'bot' | 'app' | 'none' | 'any';
  /** Whether what it is asked and what it answers are shown to nobody. */
  readonly isSecret: boolean;
  /** Any one of them is enough; empty for none at all. */
  readonly scopes: readonly string[];
  readonly run: (world: World, args: Json) => Json;
};

/** A method whose arguments are judged by a schema before it runs. @throws {MethodError} from `run`. */
export function method<Args extends z.ZodType>(facts: {
  readonly tier: Tier;
  readonly token?: Method['token'];
  readonly scopes?: readonly string[];
  readonly isSecret?: boolean;
  readonly args: Args;
  readonly run: (world: World, args: z.output<Args>) => Json;
}): Method {
  return {
    tier: facts.tier,
    token: facts.token ?? 'bot',
    scopes: facts.scopes ?? [],
    isSecret: facts.isSecret ?? false,
    run: (world, raw) => {
      const judged = facts.args.safeParse(raw);
      if (!judged.success) refuse('invalid_arguments', judged.error.issues.map(inSlacksWords));
      return facts.run(world, judged.data);
    },
  };
}

function inSlacksWords(issue: z.core.$ZodIssue): string {
  const name = issue.path.map(String).join('/');
  const isMissing = issue.code === 'invalid_type' && 'input' in issue ? issue.input === undefined : false;
  const says = issue.message.toLowerCase();
  if (isMissing || says.includes('received undefined')) return `[ERROR] missing required field: ${name}`;
  return `[ERROR] ${says} [json-pointer:/${name}]`;
}

/** Form fields are text; JSON bodies are typed. Slack takes both. */
export const text = z.union([z.string(), z.number().transform(String)]);
export const channelId = text.pipe(z.string().min(1));

export const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0', '']), z.literal(1), z.literal(0)])
  .transform((value) => value === true || value === 'true' || value === '1' || value === 1);

export const count = z
  .union([z.number(), z.string().regex(/^\d+$/, 'must provide an integer').transform(Number)])
  .pipe(z.number().int());

/** Objects and arrays, which are JSON text in a form. What is no JSON stays text, for the method to refuse. */
export const json = z.unknown().transform((value) => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
});

/** A page of a list, and the cursor of the next one (docs.slack.dev, "Pagination"). */
export function paged<Item>(
  items: readonly Item[],
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): { readonly page: readonly Item[]; readonly next: string } {
  const from = cursor === undefined || cursor === '' ? 0 : offsetOf(cursor);
  const next = from + limit < items.length ? Buffer.from(`next:${from + limit}`).toString('base64') : '';
  return { page: items.slice(from, from + limit), next };
}

function offsetOf(cursor: string): number {
  const offset = /^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'))?.[1];
  if (offset === undefined) throw new MethodError('invalid_cursor');
  return Number(offset);
}
