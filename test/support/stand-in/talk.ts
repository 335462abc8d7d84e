/** One request, as a stand-in's handler gets it. */
export type Call = {
  readonly method: string;
  /** Below the base path, still escaped: `/services/srv-1/deploys`. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The media type, as it was sent; empty without a body. */
  readonly type: string;
  readonly isJson: boolean;
  /** Parsed where it is JSON; the text otherwise; undefined without one. */
  readonly body: unknown;
  readonly raw: Buffer;
  /** By the stand-in's clock. */
  readonly atMs: number;
};

/** What a stand-in says: JSON, or text of a type, or nothing. */
export type Answer = {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string | Buffer;
  /** Of `text`. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** How the next call goes wrong. */
export type Fault =
  /** Carried out, and the connection is cut before the answer. */
  | 'lose-answer'
  /** The connection is cut before anything is done. */
  | 'lose-call'
  /** Nothing is done, and nothing is said. */
  | 'hang'
  /** Carried out; half of the answer arrives. */
  | 'truncate'
  /** Carried out; a page of HTML says 200. */
  | 'nonsense'
  /** Not carried out; the status alone. 429 says to wait for a second. */
  | 429
  | 500
  | 503
  /** Any status; `isCarriedOut`: after it was done. */
  | {
      readonly status: number;
      readonly isCarriedOut?: boolean;
      readonly retryAfter?: string;
      readonly json?: unknown;
    }
  /** Carried out; the JSON of the answer is changed, and no longer held against the description. */
  | { readonly mutate: (json: unknown) => unknown };

/** Which calls are meant. Left out: all. */
export type Match = {
  readonly method?: string | readonly string[];
  readonly path?: string | RegExp;
  /** Where every operation has the same path, and is named in a header or in what is sent. */
  readonly operation?: (call: Call) => boolean;
};

export function isMeant(match: Match, call: Call): boolean {
  const { method, path } = call;
  const isMethod = match.method === undefined || [match.method].flat().includes(method);
  const isPath =
    match.path === undefined ||
    (typeof match.path === 'string' ? match.path === path : match.path.test(path));
  return isMethod && isPath && (match.operation?.(call) ?? true);
}

/** The most calls that any sixty seconds held, both ends counted once. */
export function busiestMinute(calls: readonly Pick<Call, 'atMs'>[]): number {
  const times = calls.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
  let first = 0;
  return times.reduce((most, atMs, index) => {
    while ((times[first] ?? atMs) <= atMs - 60_000) first += 1;
    return Math.max(most, index - first + 1);
  }, 0);
}
