/** One repository's commits, as git keeps them. */
export type GitCommit = {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly author: { readonly name: string; readonly login: string | null };
  readonly at: string;
  readonly files: readonly { readonly filename: string; readonly status: string }[];
  /** GitHub's word for who signed it; nobody, when left out. */
  readonly signature?: string;
};

export type Relation = {
  readonly status: 'identical' | 'ahead' | 'behind' | 'diverged';
  readonly ahead: readonly GitCommit[];
  readonly behind: readonly GitCommit[];
};

export class History {
  /** Oldest first. */
  readonly commits: GitCommit[] = [];
  /** What each stands for; an annotated tag stands for an object of its own, which stands for the commit. */
  readonly tags = new Map<string, { readonly commit: string; readonly isAnnotated: boolean }>();
  readonly branches = new Map<string, string>();

  /** `heads/main`, `tags/v1`, a sha or the first letters of one; a tag is meant before a branch. */
  resolve(ref: string): GitCommit | null {
    const named = this.tags.get(ref.replace(/^tags\//, ''))?.commit;
    const branch = this.branches.get(ref.replace(/^heads\//, ''));
    const sha = ref.startsWith('heads/') ? branch : ref.startsWith('tags/') ? named : (named ?? branch);
    if (sha !== undefined) return this.find(sha);
    if (!/^[0-9a-f]{4,40}$/.test(ref)) return null;
    const [only, ...others] = this.commits.filter((commit) => commit.sha.startsWith(ref));
    return others.length > 0 ? null : (only ?? null);
  }

  find(sha: string): GitCommit | null {
    return this.commits.find((commit) => commit.sha === sha) ?? null;
  }

  /** Null where they have no common past. */
  compare(base: GitCommit, head: GitCommit): Relation | null {
    const [ofBase, ofHead] = [this.#pastOf(base), this.#pastOf(head)];
    if (![...ofBase].some((sha) => ofHead.has(sha))) return null;
    const only = (these: Set<string>, others: Set<string>) =>
      this.commits.filter(({ sha }) => these.has(sha) && !others.has(sha));
    const [ahead, behind] = [only(ofHead, ofBase), only(ofBase, ofHead)];
    const status =
      ahead.length > 0 && behind.length > 0
        ? 'diverged'
        : ahead.length > 0
          ? 'ahead'
          : behind.length > 0
            ? 'behind'
            : 'identical';
    return { status, ahead, behind };
  }

  #pastOf({ sha }: GitCommit): Set<string> {
    const past = new Set<string>();
    const open = [sha];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (past.has(next)) continue;
      past.add(next);
      open.push(...(this.find(next)?.parents ?? []));
    }
    return past;
  }
}
