import type { Deployment } from '../core/deployment.ts';
import {
  approversOf,
  channelsFor,
  isUserGroup,
  type NotifyRule,
  type Occasion,
  occasionOf,
} from '../core/notify.ts';
import type { Plan } from '../core/plan.ts';
import { wantsDirect } from '../core/preference.ts';
import type { Offer } from '../core/refusal.ts';
import { phaseOf, reportOf } from '../core/report-of.ts';
import { group, person, type Span, strong, type Text } from '../core/text.ts';
import { titleOf } from '../core/titles.ts';
import type { Destination, Lane, Notice } from '../store/store.ts';
import { preferenceOf } from './board/preference.ts';
import type { EngineParts } from './parts.ts';

/** Who hears of a deployment besides its card: looked up before anything is written, judged by pure functions. */
export type Listeners = {
  readonly rules: readonly NotifyRule[];
  /** Who is called when it begins to wait for its approval. */
  readonly approvers: readonly string[];
  /** Whether whoever asked for it wants to be written to. */
  wants(occasion: Occasion): boolean;
};

/** Where what was chosen cannot be read nobody is written to: what has happened has to be written down all the same. */
export async function listenersOf(parts: EngineParts, plan: Plan): Promise<Listeners> {
  const { store, log } = parts;
  const catalog = parts.catalog();
  const { notify: rules = [] } = catalog;
  const approvers = approversOf(catalog, plan);
  try {
    const preference = await preferenceOf(store, plan.requestedBy);
    const isOff = preference.direct === 'off';
    const nowMs = isOff || preference.quiet === null ? 0 : await store.nowMs();
    return { rules, approvers, wants: (occasion) => wantsDirect(preference, occasion, nowMs) };
  } catch (error) {
    log.warn(
      { person: plan.requestedBy, error: String(error) },
      'what somebody wants to be told is not known',
    );
    return { rules, approvers, wants: () => false };
  }
}

/** Whether a deployment has come to another phase, which is all that is news of it. */
export function hasTurned(before: Deployment | null, after: Deployment): boolean {
  return before === null || phaseOf(before) !== phaseOf(after);
}

/** The words to channels, to who asked for it and to its approvers; nothing unless it has come to another phase. */
export function newsOf(
  deploymentId: string,
  before: Deployment | null,
  after: Deployment,
  { rules, approvers, wants }: Listeners,
): Notice[] {
  const occasion = occasionOf(before === null ? null : phaseOf(before), phaseOf(after));
  if (occasion === null) return [];
  const { requestedBy, targets: places, approval } = after.plan;
  const { problem, sentence } = reportOf(deploymentId, after);
  const lane = problem === null ? 'progress' : 'critical';
  const text = [sentence];
  const offers = [{ label: `Show ${deploymentId}`, command: 'deploy-status', text: deploymentId }];
  const name = `news/${deploymentId}/${after.seq}`;
  const channels = channelsFor(rules, { occasion, places, severity: problem?.severity ?? null });
  const isDirect = !requestedBy.startsWith('os:') && wants(occasion);
  const isAsking = before === null && approval !== undefined && approvers.length > 0;
  return [
    ...channels.map((id) => word(`${name}/${id}`, { kind: 'channel', id }, lane, { text, offers })),
    ...(isDirect
      ? [word(`${name}/direct`, { kind: 'person', id: requestedBy }, lane, { text, offers })]
      : []),
    ...(isAsking ? [call(deploymentId, after, approvers)] : []),
  ];
}

type Said = { readonly text: Text; readonly offers: readonly Offer[] };

function word(key: string, to: Destination, lane: Lane, said: Said, under: string | null = null): Notice {
  return { key, stream: key, lane, content: { kind: 'word', to, ...said, under } };
}

/** Once, in the thread of the card: whoever is called finds the plan above it. */
function call(deploymentId: string, deployment: Deployment, approvers: readonly string[]): Notice {
  const called = approvers.flatMap((id): Span[] => [isUserGroup(id) ? group(id) : person(id), ' ']);
  const text = [...called, strong(titleOf(deployment)), ' waits for approval.'];
  const offers = [{ label: 'Look at the plan', command: 'deploy-approve', text: deploymentId }];
  const to: Destination = { kind: 'environment', name: deployment.plan.environment };
  return word(`approvers/${deploymentId}`, to, 'critical', { text, offers }, `card/${deploymentId}`);
}
