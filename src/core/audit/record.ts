import { z } from 'zod';

/** Longer texts are cut: the record says what was done and why, it is no place for what people paste. */
const TEXT_MAX = 2_000;

const Text = z.string().transform((text) => (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text));
const MaybeText = Text.nullable().default(null);

/**
 * One thing that somebody asked for, was refused or did, that no journal of a deployment tells. It is written in the
 * transaction of what it records, and can never be changed or taken back: it holds ids rather than names, and short
 * reasons. Whoever builds one has kept secrets out of it.
 */
export const AuditRecord = z.object({
  actor: z.object({
    /** As it was authenticated: a Slack user id, `os:<name>` of the host, or `slipway` itself. */
    id: Text,
    /** Whom the configuration says that this account belongs to; null when it says nothing. */
    person: MaybeText,
    kind: z.enum(['person', 'host', 'program']),
  }),
  /** Where it came from. The key is the one under which the delivery stands in the inbox. */
  origin: z.object({ channel: MaybeText, deliveryKey: MaybeText }),
  /** What it was, in words with hyphens, such as `approve` or `freeze-lift`. */
  action: z.string().regex(/^[a-z][a-z0-9]*(?:[-.][a-z0-9]+)*$/),
  /** What it was done to, as far as it was one thing. */
  object: z.object({ service: MaybeText, environment: MaybeText, deployment: MaybeText, sheet: MaybeText }),
  /** `asked` has been taken and decides nothing yet; `failed` was allowed and could not be done. */
  outcome: z.enum(['asked', 'done', 'refused', 'failed']),
  /** Of the refusal or the failure. */
  code: MaybeText,
  /** Whatever else makes it understandable: the reason, the hash of the plan, before and after. */
  detail: z.record(z.string(), z.json()),
});
export type AuditRecord = z.output<typeof AuditRecord>;
