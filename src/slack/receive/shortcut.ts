import { understand } from '../../command/index.ts';
import { refuse } from '../../core/refusal.ts';
import { type Asked, partsOf, type What } from '../asked.ts';
import { deploymentInThread } from '../handle/about.ts';
import { expired } from '../handle/carry-out.ts';
import { reply } from '../handle/reply.ts';
import { type Arrival, type Door, isHome, nameOf, openForm, takeInAndAck } from './door.ts';
import { deploymentOf, ShortcutPayload } from './payload.ts';

/** The ids are those of the manifest (`src/command/manifest.ts`). */
export async function receiveShortcut(door: Door, arrival: Arrival): Promise<void> {
  const read = ShortcutPayload.safeParse(arrival.body);
  if (!read.success) return arrival.ack();
  const payload = read.data;
  if (!isHome(door, payload.team?.id, payload.user.team_id)) return arrival.ack();
  const line = forms(door).get(payload.callback_id);
  if (line !== undefined) return openItsForm(door, arrival, payload, line);

  const what = await whatOf(door, payload);
  const asked = askedOf(door, payload, what ?? { kind: 'show', deploymentId: '' });
  if (what === null) {
    await arrival.ack();
    return reply(door.replying, asked, isKnown(payload.callback_id) ? notACard : expired, null);
  }
  const name = payload.trigger_id ?? arrival.fallbackKey ?? door.needs.newId();
  return takeInAndAck(door, arrival, `shortcut:${name}`, asked);
}

const notACard = refuse('not-found', ['This message is not about a deployment of Slipway.'], {
  next: ['Use it on a card, or on what is written below one.'],
});

function isKnown(callbackId: string): boolean {
  return callbackId === 'deploy-details' || callbackId === 'roll-back-deploy';
}

async function whatOf(door: Door, { callback_id, message, channel }: ShortcutPayload): Promise<What | null> {
  if (callback_id === 'pending-approvals') return { kind: 'run', line: 'deploy-approve' };
  if (!isKnown(callback_id)) return null;
  const deploymentId = deploymentOf(message) ?? (await inThread(door, message, channel?.id ?? null));
  if (deploymentId === null) return null;
  if (callback_id === 'deploy-details') return { kind: 'show', deploymentId };
  return { kind: 'act', action: 'rollBack', deploymentId };
}

/** What somebody wrote below a card is about its deployment too. */
function inThread(
  { needs, workspace }: Door,
  message: ShortcutPayload['message'],
  channel: string | null,
): Promise<string | null> {
  return deploymentInThread(needs, { workspace, channel, thread: message?.thread_ts ?? null }).catch(
    (error: unknown) => {
      needs.log.warn({ because: String(error) }, 'what a thread is about could not be looked up');
      return null;
    },
  );
}

/** Shortcuts that open a form, and the line whose form it is: to begin with, that of the first command that deploys. */
function forms({ needs: { commands } }: Door): ReadonlyMap<string, string> {
  const first =
    commands.find(({ name }) => name === 'deploy-staging') ??
    commands.find(({ permission }) => permission === 'deploy');
  return new Map([
    ...(first === undefined ? [] : [['start-deploy', first.name] as const]),
    ['emergency-freeze', 'deploy-emergency freeze'],
  ]);
}

async function openItsForm(
  door: Door,
  arrival: Arrival,
  payload: ShortcutPayload,
  line: string,
): Promise<void> {
  await arrival.ack();
  const { name, text } = partsOf(line);
  const understood = understand(door.needs.commands, name, text);
  if (understood.kind !== 'form' || payload.trigger_id === undefined) return;
  await openForm(door, askedOf(door, payload, { kind: 'run', line }), payload.trigger_id, understood);
}

function askedOf({ needs, workspace }: Door, payload: ShortcutPayload, what: What): Asked {
  return {
    atMs: needs.clock.nowMs(),
    actor: { id: payload.user.id, name: nameOf(payload.user) },
    workspace,
    channel: payload.channel?.id ?? null,
    thread: payload.message?.thread_ts ?? null,
    replyTo: payload.response_url ?? null,
    what,
  };
}
