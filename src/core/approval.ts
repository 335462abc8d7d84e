import { z } from 'zod';

/** Who has to say yes before a plan is carried out; a part of the plan, so that its hash binds it. */
export const ApprovalRule = z.object({
  requirements: z
    .array(
      z.object({
        /** So many different people. */
        needed: z.number().int().positive(),
        /** A named group that they have to be in; null: the approver role is enough. */
        group: z.string().nullable(),
      }),
    )
    .min(1),
  /** Counted from when it was asked for, or from when the plan last changed. */
  expiresAfterMs: z.number().positive(),
  /** Whoever wrote one of the commits does not count. */
  isAuthorExcluded: z.boolean(),
});
export type ApprovalRule = z.infer<typeof ApprovalRule>;

/** One person's yes to one plan. */
export type Approval = {
  readonly by: string;
  /** The human being behind the account: several accounts are one person. */
  readonly person: string;
  /** The named groups that they were in. */
  readonly groups: readonly string[];
  readonly hash: string;
  readonly comment: string | null;
  readonly atMs: number;
};

/** How far the approvals of a plan have come: `1 of 2`. */
export type Quorum = {
  readonly isMet: boolean;
  readonly requirements: readonly {
    readonly needed: number;
    readonly group: string | null;
    readonly given: number;
  }[];
};

/** Counts people, not presses; only those who said yes to this very plan. One person may serve several requirements. */
export function quorumOf(rule: ApprovalRule, hash: string, approvals: readonly Approval[]): Quorum {
  const valid = approvals.filter((approval) => approval.hash === hash);
  const requirements = rule.requirements.map(({ needed, group }) => {
    const fitting = valid.filter(({ groups }) => group === null || groups.includes(group));
    return { needed, group, given: new Set(fitting.map(({ person }) => person)).size };
  });
  return { isMet: requirements.every(({ needed, given }) => given >= needed), requirements };
}

export type ApprovalAsked = {
  readonly rule: ApprovalRule;
  readonly approvals: readonly Approval[];
  readonly hash: string;
  /** The person who asked for it. */
  readonly requester: string;
  /** Everybody who wrote some of what it brings; null where nobody can say who did. */
  readonly authors: readonly string[] | null;
};

/** Why this person's yes does not count; null when it does. */
export function objectionTo(
  { rule, approvals, hash, requester, authors }: ApprovalAsked,
  person: string,
): 'own' | 'author' | 'authors-unknown' | 'twice' | null {
  if (person === requester) return 'own';
  if (rule.isAuthorExcluded && authors === null) return 'authors-unknown';
  if (rule.isAuthorExcluded && authors?.includes(person) === true) return 'author';
  const isTwice = approvals.some((approval) => approval.person === person && approval.hash === hash);
  return isTwice ? 'twice' : null;
}
