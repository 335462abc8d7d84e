import { z } from 'zod';
import { parseDuration } from '../core/parse-duration.ts';

// What is written in several places of slipway.yml.

/** Text that may have been typed without quotes: `1.10` is what was typed, never a number made of it. */
export const Words = z.union([z.string(), z.number()], 'must be text').transform(String);

/** Comes out in milliseconds. */
export function Time(minMs: number, maxMs: number) {
  const rule = `must be a time from ${minMs / 1_000}s to ${Math.round(maxMs / 60_000)}m, such as 90s or 5m`;
  return Words.transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== null && ms >= minMs && ms <= maxMs) return ms;
    context.issues.push({ code: 'custom', message: rule, input: text });
    return z.NEVER;
  });
}

/** Of another workspace than the home one it is written with it: T0OTHER/C0DEPLOYS. */
export const Channel = Words.pipe(
  z
    .string()
    .regex(
      /^(?:[TE][A-Z0-9]{2,30}\/)?[CGD][A-Z0-9]{2,30}$/,
      "must be a channel's id such as C0DEPLOYS: names can be changed, ids cannot",
    ),
);
/** As Channel: T0OTHER/U0ADA, or E0ORG/W0ADA. */
export const Person = Words.pipe(
  z
    .string()
    .regex(
      /^(?:(?:[TE][A-Z0-9]{2,30}\/)?[UW][A-Z0-9]{2,30}|os:[a-z_][a-z0-9_-]{0,31})$/,
      "must be a person's id such as U0ADA, or os:name from this host's command line: names can be changed, ids cannot",
    ),
);
export const GroupName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be a-z, 0-9 and -, starting with a letter');
export const UserGroup = z
  .string()
  .regex(/^(?:[TE][A-Z0-9]{2,30}\/)?S[A-Z0-9]{2,30}$/, "must be a user group's id such as S0RELEASE");
export const PersonOrGroup = Words.pipe(
  z
    .string()
    .regex(
      /^(?:(?:[TE][A-Z0-9]{2,30}\/)?[UWS][A-Z0-9]{2,30}|os:[a-z_][a-z0-9_-]{0,31}|[a-z][a-z0-9-]{0,39})$/,
      "must be a person's id such as U0ADA, a user group's id such as S0RELEASE, os:name from this host's command line, or the name of one of the groups: names of accounts can be changed, ids cannot",
    ),
);
export const Account = Words.pipe(
  z
    .string()
    .regex(
      /^(?:(?:[TE][A-Z0-9]{2,30}\/)?[UW][A-Z0-9]{2,30}|os:[a-z_][a-z0-9_-]{0,31}|github:[A-Za-z0-9-]{1,39})$/,
      'must be an account: U0ADA, github:ada or os:ada',
    ),
);

export const Names = z.union(
  [z.literal('all'), z.array(Words).max(1_000)],
  'must be all, or a list of names',
);

export const WorkspaceId = Words.pipe(
  z.string().regex(/^[TE][A-Z0-9]{2,30}$/, "must be a workspace's id such as T0LOCAL"),
);
