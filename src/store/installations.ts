/**
 * Where the app is installed: one row a workspace, or one for a whole organisation of Enterprise Grid. What is kept of
 * its tokens has been sealed before it comes here; the store never sees a token.
 */
export type Installations = {
  /** Puts it in the place of any earlier one of the same workspace, or of the same whole organisation. */
  put(installation: NewInstallation): Promise<void>;
  /** The workspace's own; else the one of its whole organisation. Of an organisation: the whole one's, else any in it. */
  find(place: InstalledAt): Promise<Installation | null>;
  /** Oldest first. */
  all(): Promise<readonly Installation[]>;
  /** Those whose tokens end within `ms`, and that nobody renews at this moment; the next to end first. */
  ending(ms: number, limit: number): Promise<readonly Installation[]>;
  /**
   * Takes the right to use its refresh token. False when somebody else has it, or when the installation was renewed,
   * installed anew or removed since it was read.
   */
  claim(installation: Installation, owner: string, leaseMs: number): Promise<boolean>;
  /** Puts new tokens in the place of those that were read; false when somebody else did so first, or it is gone. */
  renew(installation: Installation, sealed: Sealed, endsInMs: number | null): Promise<boolean>;
  /** The same tokens under another key. False as with `renew`. */
  reseal(installation: Installation, sealed: Sealed): Promise<boolean>;
  /** It cannot be renewed any more: it is left alone from now on, until it is installed anew. */
  giveUp(installation: Installation, because: string): Promise<void>;
  /** False when it was installed anew since it was read, or is gone already. */
  remove(installation: Installation): Promise<boolean>;
  /** Uses a one-time word up, and remembers that for `keepMs`. False when it was used before. */
  spend(word: string, keepMs: number): Promise<boolean>;
};

/** Both are Slack's ids. A whole organisation has no team, a workspace outside of Enterprise Grid no enterprise. */
export type InstalledAt = { readonly enterprise: string | null; readonly team: string | null };

/** What is kept of tokens: a ciphertext, and which key opens it. */
export type Sealed = { readonly keyId: string; readonly sealed: string };

export type NewInstallation = InstalledAt &
  Sealed & {
    readonly name: string;
    readonly botUser: string;
    readonly installedBy: string;
    readonly scopes: readonly string[];
    /** How long its access token is good for; null when it does not end. */
    readonly endsInMs: number | null;
  };

export type Installation = InstalledAt &
  Sealed & {
    readonly name: string;
    readonly botUser: string;
    readonly installedBy: string;
    readonly scopes: readonly string[];
    readonly installedAtMs: number;
    /** When its access token ends, by the database's clock; null when it does not. */
    readonly endsAtMs: number | null;
    /** Why its tokens cannot be renewed any more; null while they can. */
    readonly trouble: string | null;
    /** Goes up with everything that is put in the place of its tokens. */
    readonly revision: number;
  };
