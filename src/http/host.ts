/** One server that we talk to. */
export type Host = {
  /** With its path, when everything lies below one: `https://api.example.com/v1`. */
  readonly baseUrl: string;
  /** Headers that say who we are, read for every request. `isAgain`: what it said before was just turned away. */
  authorize?(isAgain: boolean): Promise<Readonly<Record<string, string>>>;
  /** For one call with everything in it: waiting for its turn, retries and reading. */
  readonly deadlineMs?: number;
  /** Where the way there is not the usual one. Read for every call, so that certificates may change. */
  readonly connect?: Connect | (() => Promise<Connect>);
  /** How much of it is ours to use. Left out: as much as the server says by itself. */
  readonly limit?: Limit;
};

/** A socket of this machine (Docker), or TLS with its own authority or our own certificate (Kubernetes). PEM. */
export type Connect =
  | { readonly socketPath: string }
  | {
      readonly ca?: string | undefined;
      readonly cert?: string | undefined;
      readonly key?: string | undefined;
      /** The name that its certificate must carry, where it is not that of the address. */
      readonly serverName?: string | undefined;
    };

export type Limit = {
  /** In any sixty seconds, everything counted: retries, and what was turned away. */
  readonly perMinute: number;
  /** Of these, how many only `urgent` calls may use. */
  readonly reserved: number;
};
