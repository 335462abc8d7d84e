import { History } from './history.ts';

export type CheckRun = {
  readonly name: string;
  readonly status: string;
  readonly conclusion: string | null;
  /** Of another app than the workflows. */
  readonly app?: { readonly id: number; readonly slug: string };
  /** One name may run in several: on the push, and for the pull request. */
  readonly suite?: number;
};

/** A rule of a ruleset. */
export type Rule = { readonly type: string; readonly parameters?: Readonly<Record<string, unknown>> };

export type CodeAlert = {
  readonly severity: string;
  /** The rule is about quality, and has a severity of that kind alone. */
  readonly level?: string;
  readonly fixedAt?: string;
};

/** One look of a tool at one commit. */
export type Analysis = {
  readonly commit: string;
  readonly tool: string;
  readonly category?: string;
  readonly error?: string;
  readonly at: string;
};

export type Artefact = {
  readonly id: number;
  readonly name: string;
  readonly commit: string;
  readonly isOfFork?: boolean;
  readonly expired?: boolean;
  readonly size?: number;
  readonly zip: Buffer;
};

export type Pull = {
  readonly number: number;
  readonly commits: readonly string[];
  readonly headSha: string;
  readonly mergeSha: string | null;
  /** Who opened it; nobody that is still there, when left out. */
  readonly author?: string;
  readonly reviews: readonly {
    readonly login: string;
    readonly state: string;
    readonly commit: string;
    /** What they are to the repository; a member, when left out. */
    readonly association?: string;
  }[];
};

export type Deployment = {
  readonly id: number;
  readonly sha: string;
  readonly environment: string;
  readonly task: string;
  readonly payload: unknown;
  readonly description: string;
  /** Newest first. */
  readonly statuses: { readonly state: string; readonly description: string }[];
};

/** One repository at GitHub, acme/shop, as GitHub keeps it: nothing here knows of us. */
export class GitHubState {
  readonly history = new History();
  readonly statuses = new Map<string, { readonly context: string; readonly state: string }[]>();
  readonly runs = new Map<string, CheckRun[]>();
  /** By rulesets, and by the older protection; null: the token must not see it. */
  required: { rules: readonly string[] | null; classic: readonly string[] | null } = {
    rules: [],
    classic: [],
  };
  readonly pulls: Pull[] = [];
  readonly alerts = {
    code: [] as CodeAlert[] | null,
    dependencies: [] as { readonly severity: string }[] | null,
    secrets: [] as { readonly secret: string }[] | null,
  };
  /** Newest first. */
  readonly analyses: Analysis[] = [];
  /** What a dependency that was changed between two commits was known for: `base...head` to it. Null: switched off. */
  dependencyChanges: Map<string, { readonly change: string; readonly severity: string }[]> | null = new Map();
  readonly rules: Rule[] = [];
  /** Whether the token may know so little of the older protection that it is told of nothing there. */
  hidesProtection = false;
  /** The older protection as a whole; null: the branch is not protected by it. */
  protection: Readonly<Record<string, unknown>> | null = null;
  readonly artefacts: Artefact[] = [];
  readonly deployments: Deployment[] = [];
  /** Files at commits: `sha path` to text. */
  readonly contents = new Map<string, string>();
  /** Those of them that are links to somewhere else. */
  readonly links = new Set<string>();
  /** Whether the token sees the repository at all. */
  isVisible = true;
  /** Paths below the repository that answer 403 to this token. */
  forbidden: RegExp | null = null;
  #count = 1_000;

  id(): number {
    this.#count += 1;
    return this.#count;
  }
}
