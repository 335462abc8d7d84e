import type { Faults } from './page-contract.ts';

/** A JSON object as it came over the wire: nothing is known about it but that it is one. */
export type Json = { readonly [key: string]: unknown };

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The text at a path of keys and indices, or null when anything on the way is missing or not a string. */
export function textAt(value: unknown, ...path: readonly (string | number)[]): string | null {
  const found = path.reduce<unknown>((at, key) => {
    if (Array.isArray(at) && typeof key === 'number') return at[key];
    return isJson(at) ? at[key] : undefined;
  }, value);
  return typeof found === 'string' ? found : null;
}

/** Looks into every object of a tree of JSON, outer ones first. */
export function* objectsIn(value: unknown): Generator<Json> {
  if (Array.isArray(value)) for (const member of value) yield* objectsIn(member);
  if (!isJson(value)) return;
  yield value;
  for (const member of Object.values(value)) yield* objectsIn(member);
}

export type Person = {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly email: string;
  /** What this person is there for, in a few words. */
  readonly about: string;
  readonly isBot: boolean;
  readonly isGuest: boolean;
  /** IANA name, and what users.info says beside it. */
  readonly timeZone: string;
  readonly colour: string;
};

export type Channel = {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'private' | 'direct';
  readonly topic: string;
  readonly isArchived: boolean;
  readonly members: readonly string[];
};

export type UserGroup = {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly members: readonly string[];
};

export type Team = {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  /** The organisation of Enterprise Grid that it belongs to. */
  readonly enterprise?: { readonly id: string; readonly name: string };
};

export type Metadata = { readonly event_type: string; readonly event_payload: Json };

export type Message = {
  readonly channel: string;
  readonly ts: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly attachments: readonly Json[];
  readonly threadTs: string | null;
  readonly isBroadcast: boolean;
  /** Whom alone it is shown to; null for everybody in the channel. */
  readonly onlyFor: string | null;
  readonly metadata: Metadata | null;
  /** Milliseconds since 1970. */
  readonly editedAt: number | null;
  readonly files: readonly string[];
  readonly reactions: Readonly<Record<string, readonly string[]>>;
  readonly isPinned: boolean;
  /** What whoever asked for it calls what they did. */
  readonly answers?: string | undefined;
};

export type StoredFile = {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly altText: string;
  readonly user: string;
  readonly createdAt: number;
  readonly bytes: Buffer;
  /** When Slack would have looked at it: before that, files.info knows no `mimetype`. */
  readonly readyAt: number;
  readonly isSnippet: boolean;
  readonly channels: readonly string[];
};

export type View = {
  readonly id: string;
  readonly user: string;
  readonly type: 'modal' | 'home';
  /** Everything of the app's own view object, with ids filled in. */
  readonly content: Json;
  readonly blocks: readonly Json[];
  readonly hash: string;
  readonly rootId: string;
  readonly previousId: string | null;
  readonly errors: Readonly<Record<string, string>>;
  readonly isBusy: boolean;
  /** By block id, then action id: what the person has entered so far. */
  readonly values: Values;
};

export type Values = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export const noFaults: Faults = {
  latencyMs: 0,
  serverErrorPercent: 0,
  rateLimitPercent: 0,
  dropAfterPercent: 0,
  doubleDelivery: false,
};
