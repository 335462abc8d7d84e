import type { z } from 'zod';
import type { Severity } from '../core/severity.ts';

/**
 * Where the code of a service comes from, as far as it takes to say what differs between two versions. One member a
 * folder; everybody else sees this contract. Every method rejects with `Failed` and with nothing else; what cannot be
 * known is null or `unknown`, which is never the same as nothing, or as good.
 */
export type Source = {
  /** `changelog`, `github`. */
  readonly kind: string;

  /** What a version's name, tag, branch or commit stands for now; null when there is no such thing here. */
  resolve(ref: string): Promise<SourceVersion | null>;

  /** Names that `resolve` knows, newest first, at most `limit`: for "did you mean". */
  names(limit: number): Promise<readonly string[]>;

  /**
   * What `head` has that `base` has not. Both may be whatever `resolve` takes.
   * @throws {Failed} `not-found` when either does not exist
   */
  compare(base: string, head: string): Promise<Comparison>;

  /** Whether what was checked of a commit is good. Nothing checked, or not readable, is `unknown`. */
  checks(commit: string): Promise<Checks>;

  /** Who has looked at the change that brought a commit. Left out where the source keeps no reviews. */
  reviews?(commit: string): Promise<Reviews>;

  /** What is known to be unsafe there now. Left out where the source looks for nothing of the kind. */
  alerts?(): Promise<Alerts>;

  /** Everything that was checked of a commit, the newest of each, and what has to be. Left out where nothing is. */
  checked?(commit: string): Promise<CheckList>;

  /** What brought a commit, with everything that was said of it; null when nothing is known that did. */
  change?(commit: string): Promise<Change | null>;

  /** What is demanded of whoever changes a branch; null asks for the one that counts. */
  protection?(branch: string | null): Promise<Protection>;

  /** Whether a commit is in one of these branches; in a name `*` is anything but a slash. */
  reaches?(branches: readonly string[], commit: string): Promise<Reached>;

  /** Who vouches for a commit with their key. */
  signature?(commit: string): Promise<Signature>;

  /** What is known to be unsafe in a commit, each kind for itself. */
  findings?(commit: string): Promise<readonly Findings[]>;

  /** The newest file of what a commit's checks have left behind under a name; null when there is none of that commit. */
  artefact?(commit: string, name: string, path: string): Promise<ArtefactFile | null>;

  /**
   * The files of a folder whose names end so, with paths below the folder; also those further down: at a commit, or at
   * what `resolve` calls a version where the source keeps no commits. Left out where the source keeps no files.
   * @throws {Failed} `not-found` where there is no such folder
   */
  files?(at: string, folder: string, endings: readonly string[]): Promise<readonly SourceFile[]>;

  /**
   * Keeps on record there where a commit is being deployed, and how it went. A desired state: asking twice is harmless.
   * Left out where nothing shall be, or can be.
   */
  record?(told: DeploymentRecord): Promise<void>;
};

/** A kind of source, as a configuration names it. */
export type SourceKind = {
  readonly id: string;
  readonly summary: string;
  /** What a service writes beside `kind` to say where. */
  readonly Settings: z.ZodType;
  /** Calls nobody yet. @throws {ZodError} when the settings are not what `Settings` takes */
  open(settings: unknown, around: Around): Source;
};

/** What a kind of source may need of the process that it is in. */
export type Around = {
  /** Where the services of this machine are kept; paths that are not absolute start there. */
  readonly folder: string;
  /** The way out for a client of somebody else's making; every call through it ends. */
  readonly fetch: typeof globalThis.fetch;
  /**
   * What a reference to a secret stands for now, to be opened at the moment of use and never kept. `again` looks it up
   * afresh, for when what was remembered has just been turned away. @throws {Failed}
   */
  secret(reference: string, how?: 'again'): Promise<{ open(): string }>;
  /** Hides secrets in what sources say. */
  redact(text: string): string;
  readonly clock: { nowMs(): number };
};

export type SourceFile = { readonly path: string; readonly text: string };

export type SourceVersion = {
  /** As the source calls it: `v2`, `main`. */
  readonly name: string;
  /** What it stands for and cannot change any more; null where the source keeps no commits. */
  readonly commit: string | null;
};

export type Comparison = {
  readonly base: SourceVersion;
  readonly head: SourceVersion;
  /**
   * Where `head` stands, seen from `base`. `behind`: everything of `head` is in `base` already, so that the range was
   * probably meant the other way round. `diverged`: each has something that the other has not; `commits` are then
   * those since they parted. `unrelated`: they have no common past, and nothing can be said about the way between them.
   */
  readonly relation: 'identical' | 'ahead' | 'behind' | 'diverged' | 'unrelated';
  /** In `head` and not in `base`, and the other way round; null where it is not known. */
  readonly aheadBy: number | null;
  readonly behindBy: number | null;
  /** In `head` and not in `base`, newest first. */
  readonly commits: readonly Commit[];
  /** Who wrote them, each once, who wrote most first. */
  readonly authors: readonly Author[];
  readonly filesChanged: number | null;
  /** In the order in which they run; null where the source does not know of migrations. */
  readonly migrations: readonly MigrationChange[] | null;
  /** Null where the source does not know of configuration. */
  readonly configurationKeys: ConfigurationKeys | null;
  /** The source gave less than there is; `aheadBy` still counts all of it where that is known. */
  readonly isTruncated: boolean;
  /** Where people can read it themselves. */
  readonly url: string | null;
};

export type Commit = {
  readonly id: string;
  readonly author: Author;
  /** The first line of its message. */
  readonly title: string;
  /** When it was written; null where that is not kept. */
  readonly atMs: number | null;
  /** Left out where nobody says whether anybody vouches for it. */
  readonly signature?: Signature;
};

export type Author = {
  readonly name: string;
  /** The account by which this source knows the person: a login, or what a changelog says. Null: a name alone. */
  readonly account: string | null;
};

export type MigrationChange = {
  readonly id: string;
  /** `expand` leaves what runs before it alive; `contract` does not. Null: not said. */
  readonly phase: 'expand' | 'contract' | null;
  readonly isReversible: boolean | null;
};

/** Names alone, never values. */
export type ConfigurationKeys = {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
};

export type Checks = {
  readonly state: 'pass' | 'fail' | 'unknown';
  /** Names of those that failed. */
  readonly failing: readonly string[];
  /** Why it is so, in one sentence without a full stop. */
  readonly because: string;
};

export type Reviews = {
  /** `unknown`: it could not be read, or no change is known that brought the commit. */
  readonly state: 'approved' | 'changes-requested' | 'not-approved' | 'unknown';
  /** Of exactly what was merged: a yes to something older does not count. */
  readonly approvedBy: readonly Author[];
  /** Why it is so, in one sentence without a full stop. */
  readonly because: string;
  /** Where people can read it themselves. */
  readonly url: string | null;
};

export type Alerts = {
  /** `unknown` where anything that was to be looked for could not be: that is never `clean`. */
  readonly state: 'clean' | 'open' | 'unknown';
  /** Open ones of each kind; null where it is not available, which is not none. */
  readonly kinds: readonly { readonly name: string; readonly open: number | null; readonly say: string }[];
  /** All of it in one sentence without a full stop. */
  readonly say: string;
};

export type CheckList = {
  readonly checks: readonly Check[];
  /** What has to have passed before anything is merged; null where nobody may know. */
  readonly required: readonly { readonly name: string; readonly appId: string | null }[] | null;
  /** Not everything that requires something could be read. */
  readonly mayRequireMore?: boolean;
  /** What could not be read, each in a few words. */
  readonly unread: readonly string[];
};

export type Check = {
  readonly name: string;
  /** Who says so; null for whoever may write a status. */
  readonly app: { readonly id: string; readonly name: string } | null;
  readonly how: 'pass' | 'fail' | 'pending' | 'unknown';
};

export type Change = {
  /** As people call it: `#12`. */
  readonly name: string;
  /** Who opened it, and who wrote any of it, as accounts. */
  readonly authors: readonly string[];
  /** Commits whose author has no account that is known: who approves may have written them. */
  readonly anonymous: readonly string[];
  /** Where it ended: what was said of anything older does not count. */
  readonly head: string;
  /** Oldest first; what takes nothing back is left out. */
  readonly reviews: readonly ChangeReview[];
  /** There were more authors or reviews than are read. */
  readonly isTruncated: boolean;
};

export type ChangeReview = {
  readonly by: string;
  readonly says: 'approved' | 'changes-requested' | 'dismissed';
  /** Of which commit; null where that is not kept. */
  readonly of: string | null;
};

/** Null is not known, and never a no. */
export type Protection = {
  readonly branch: string;
  /** How many have to approve. */
  readonly approvals: number | null;
  /** Whether an approval is forgotten when anything is changed after it. */
  readonly forgetsStale: boolean | null;
  readonly requiredChecks: readonly string[] | null;
  readonly forbidsForce: boolean | null;
  readonly forbidsDeletion: boolean | null;
  readonly demandsSignatures: boolean | null;
  /** What could not be read, each in a few words. */
  readonly unread: readonly string[];
};

export type Reached = {
  /** The branch that has it; null when none of those that were looked at has. */
  readonly branch: string | null;
  readonly looked: readonly string[];
  /** What could not be looked at, each in a few words. */
  readonly unread: readonly string[];
};

export type Signature = {
  readonly isVerified: boolean;
  /** The source's own word for it, such as `valid`, `unsigned` or `unknown_key`. */
  readonly because: string;
};

export type Findings = {
  readonly kind: 'code' | 'dependencies' | 'secrets';
  /** What is open; null where it could not be looked at, which is not none. */
  readonly open: readonly Severity[] | null;
  /** Why that is not all there is to know of this very commit; null when it is. */
  readonly doubt: string | null;
};

export type ArtefactFile = { readonly text: string; readonly madeAtMs: number };

export type DeploymentRecord = {
  /** Names it for ever: one deployment of one service. */
  readonly intent: string;
  readonly commit: string;
  readonly environment: string;
  /** `inactive`: it was called off before anything was changed. */
  readonly state: 'in-progress' | 'success' | 'failure' | 'inactive';
  /** What people read there: one line. */
  readonly say: string;
};
