import { History } from './history.ts';

export type CheckRun = { readonly name: string; readonly status: string; readonly conclusion: string | null };

export type Pull = {
  readonly number: number;
  readonly commits: readonly string[];
  readonly headSha: string;
  readonly mergeSha: string | null;
  readonly reviews: readonly { readonly login: string; readonly state: string; readonly commit: string }[];
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
    code: [] as { readonly severity: string }[] | null,
    dependencies: [] as { readonly severity: string }[] | null,
    secrets: [] as { readonly secret: string }[] | null,
  };
  readonly deployments: Deployment[] = [];
  /** Files at commits: `sha path` to text. */
  readonly contents = new Map<string, string>();
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
