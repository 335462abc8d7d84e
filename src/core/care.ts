import { z } from 'zod';
import { hashOf } from './canonical.ts';
import type { Offer } from './refusal.ts';
import { Scope } from './scope.ts';
import { duration, person, sentence, type Text, time } from './text.ts';

/** How soon somebody has to look, gravest first. */
export const urgencies = ['critical', 'high', 'medium', 'low'] as const;
export type Urgent = (typeof urgencies)[number];

/** Who is told besides when nobody has taken an alert for so long; never where it is null. */
export type EscalationRule = {
  readonly afterMs: number | null;
  /** Channels, and user groups who are called in the thread of the alert. Empty: nobody. */
  readonly to: readonly string[];
};
export type Escalation = Readonly<Record<Urgent, EscalationRule>>;

const MINUTE_MS = 60_000;

export const escalationAtFirst: Escalation = {
  critical: { afterMs: 5 * MINUTE_MS, to: [] },
  high: { afterMs: 15 * MINUTE_MS, to: [] },
  medium: { afterMs: 60 * MINUTE_MS, to: [] },
  low: { afterMs: null, to: [] },
};

/** Who takes care of one alert, and what became of it. Each time that an alert fires has one of its own. */
export const Care = z.strictObject({
  of: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('deployment'), deploymentId: z.string(), environment: z.string() }),
    z.strictObject({ kind: z.literal('alert'), id: z.string(), round: z.int().positive() }),
  ]),
  /** What it is about, in a few words of ours or of whoever told it. */
  what: z.string(),
  scope: Scope,
  urgency: z.enum(urgencies),
  sinceMs: z.number(),
  owner: z.strictObject({ by: z.string(), atMs: z.number() }).nullable(),
  /** Since when those are told that come next; empty where nobody does. */
  escalated: z.strictObject({ atMs: z.number(), to: z.array(z.string()) }).nullable(),
  /** Since when a deployment is held until somebody decides, and how often that was said again. */
  undecided: z
    .strictObject({ sinceMs: z.number(), reminders: z.int().nonnegative() })
    .nullable()
    .default(null),
  over: z
    .strictObject({
      how: z.enum(['owner', 'source', 'unheard']),
      by: z.string().nullable(),
      why: z.string().nullable(),
      atMs: z.number(),
    })
    .nullable(),
});
export type Care = z.infer<typeof Care>;

/** `a-7f3a9k2m`, after `d-7f3a9k2m`. */
export function careIdOfDeployment(deploymentId: string): string {
  return deploymentId.replace(/^d-/, 'a-');
}

export function careIdOfAlert(alertId: string, round: number): string {
  return `a-${hashOf('slipway/care/v1', [alertId, round]).slice(0, 8)}`;
}

/** Words that alerting systems have for how grave something is. What nobody knows is not called mild. */
export function urgencyOf(severity: string | null): Urgent {
  const word = severity?.toLowerCase() ?? '';
  return urgencies.find((urgency) => spoken[urgency].includes(word)) ?? 'high';
}

const spoken: Record<Urgent, readonly string[]> = {
  critical: ['critical', 'page', 'fatal', 'emergency', 'disaster', 'p1', 'sev1'],
  high: ['high', 'error', 'major', 'p2', 'sev2'],
  medium: ['medium', 'warning', 'warn', 'minor', 'ticket', 'average', 'p3', 'sev3'],
  low: ['low', 'info', 'information', 'informational', 'notice', 'debug', 'none', 'p4', 'sev4', 'p5'],
};

/** When those who come next have to be told; null: never, or not any more. */
export function escalatesAtMs(care: Care, escalation: Escalation): number | null {
  const { afterMs } = escalation[care.urgency];
  if (care.owner !== null || care.escalated !== null || care.over !== null || afterMs === null) return null;
  return care.sinceMs + afterMs;
}

/** What is held for a decision keeps its places from everybody: that is said again until somebody decides. */
const REMIND_EVERY_MS = 60 * MINUTE_MS;

export function remindsAtMs({ undecided, over }: Care): number | null {
  if (undecided === null || over !== null) return null;
  return undecided.sinceMs + (undecided.reminders + 1) * REMIND_EVERY_MS;
}

/** When somebody has to look at it; null: not by the clock. */
export function careDueAtMs(care: Care, escalation: Escalation): number | null {
  const times = [escalatesAtMs(care, escalation), remindsAtMs(care)].filter((each) => each !== null);
  return times.length === 0 ? null : Math.min(...times);
}

/** Who has it, and what happens when nobody takes it. */
export function sayCare(care: Care, escalation: Escalation): Text {
  const { owner, over } = care;
  if (over?.how === 'owner') {
    const by = over.by === null ? [] : [' by ', person(over.by)];
    return ['Resolved', ...by, ', ', time(over.atMs), over.why === null ? '.' : `: ${sentence(over.why)}`];
  }
  const had: Text = owner === null ? ['Nobody took it.'] : [person(owner.by), ' had it.'];
  if (over !== null) return had;
  if (owner !== null) return [person(owner.by), ' has it, since ', time(owner.atMs), '.'];
  return ['Nobody has taken it yet. ', ...sayEscalation(care, escalation)];
}

const NOBODY = 'Nobody is told besides: slipway.yml names nobody for this under escalation.';

function sayEscalation(care: Care, escalation: Escalation): Text {
  const { afterMs, to } = escalation[care.urgency];
  if (care.escalated !== null) {
    const { atMs, to: told } = care.escalated;
    return told.length === 0 ? [NOBODY] : ['Those who come next were told, ', time(atMs), '.'];
  }
  if (afterMs === null) return [];
  return to.length === 0
    ? [NOBODY]
    : [`Those who come next are told ${duration(afterMs)} after it began, unless somebody takes it.`];
}

/** What can be done about it, as it stands in this version. */
export function careOffers(id: string, version: number, { what, owner, over }: Care): Offer[] {
  if (over !== null) return [];
  if (owner === null) return [{ label: 'I’ll take it', command: 'deploy-health', text: `take ${id}` }];
  return [{ label: 'Resolved', command: 'deploy-health', text: `close ${id}` }, takeOver(id, version, what)];
}

/** Names the version that was seen, so that nobody takes from Ben what Ada had when they looked. */
export function takeOver(id: string, version: number, what: string): Offer {
  return {
    label: 'Take it over',
    command: 'deploy-health',
    text: `take ${id} --seen ${version}`,
    confirm: {
      title: 'Take it over?',
      text: `${what}: somebody has it already. Everybody here reads that you have it then.`.slice(0, 300),
    },
  };
}
