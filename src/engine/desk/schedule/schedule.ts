import type { Answer, Part, Reply } from '../../../core/answer.ts';
import type { DeployOrder, ScheduleOrder } from '../../../core/desk.ts';
import { isRefusal, type Offer } from '../../../core/refusal.ts';
import { strong, type Text } from '../../../core/text.ts';
import { deploy } from '../deploy.ts';
import { refuseUnlessAllowed } from '../place.ts';
import { typedOrder } from '../typed-order.ts';
import type { Visiting } from '../visitor.ts';
import { conflictsAt } from './conflicts.ts';
import { type Meant, readWhen } from './when.ts';

/**
 * `/deploy-schedule web@1.4.2 tomorrow 09:30 --env production`: an order that waits for a time. It is shown first, with
 * the time in words that leave nothing to reckon and with what will stand in its way then.
 */
export async function schedule(visiting: Visiting, { when, ...order }: ScheduleOrder): Promise<Reply> {
  const { service, environment } = order;
  const { actor } = visiting.visitor;
  const permission = { permission: 'deploy', service, environment } as const;
  const refused = refuseUnlessAllowed(visiting.parts.catalog(), actor, permission);
  if (refused !== null) return refused;
  const meant = await readWhen(visiting, when, (words) => offerAt(order, when.zone, words));
  if (isRefusal(meant)) return meant;
  const reply = await deploy(visiting, { ...order, atMs: meant.atMs, zone: meant.zone });
  if (isRefusal(reply)) return reply;
  if (order.plan !== null)
    return { ...reply, sentence: `${reply.sentence} ${startsWords(meant)}`, parts: withTime(reply, meant) };
  const slot = { service, environment, atMs: meant.atMs, zone: meant.zone, nowMs: meant.nowMs, except: null };
  return shown(reply, meant, await conflictsAt(visiting, slot));
}

/** The same order with other words for its time, as somebody would type it. */
function offerAt(order: Omit<DeployOrder, 'atMs' | 'zone'>, zone: string | null, words: string): Offer {
  const offer = typedOrder({ ...order, atMs: null, zone: null }, { plan: null }, words);
  const tz = zone === null ? '' : ` --tz ${zone}`;
  return { ...offer, text: `${offer.text} --at "${words}"${tz}` };
}

function startsWords({ echo }: Meant): string {
  return `It starts ${echo}.`;
}

function withTime({ parts }: Answer, meant: Meant): Part[] {
  return [...parts, { kind: 'text', text: [startsWords(meant)] }];
}

/** The plan, and above it when it would start and what stands in the way then. */
function shown(reply: Answer, meant: Meant, conflicts: readonly Text[]): Answer {
  const isApproved = reply.parts.some(
    (part) => part.kind === 'facts' && part.facts.some(({ name }) => name === 'Needs'),
  );
  const again: Text = [
    'Everything is looked at again at that time: who may, what is frozen, the checks, and the plan. ',
    isApproved
      ? 'It can be approved until then; an approval counts only for the plan that it was given to, so that a plan which has changed has to be approved again.'
      : 'If the plan has changed by then, the thread says how.',
  ];
  const before: Part[] = [
    { kind: 'text', text: [strong('Starts: '), meant.echo] },
    ...conflicts.map((text): Part => ({ kind: 'text', text })),
    { kind: 'note', text: again },
  ];
  return {
    ...reply,
    sentence: `${reply.sentence} ${startsWords(meant)}`,
    parts: [...before, ...reply.parts],
  };
}
