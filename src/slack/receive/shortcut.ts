import { understand } from '../../command/index.ts';
import { refuse } from '../../core/refusal.ts';
import type { Asked, What } from '../asked.ts';
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
  if (payload.callback_id === 'start-deploy') return startDeploy(door, arrival, payload);

  const what = whatOf(payload);
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

function whatOf({ callback_id, message }: ShortcutPayload): What | null {
  const deploymentId = deploymentOf(message);
  if (deploymentId === null) return null;
  if (callback_id === 'deploy-details') return { kind: 'show', deploymentId };
  if (callback_id === 'roll-back-deploy') return { kind: 'act', action: 'rollBack', deploymentId };
  return null;
}

/** The form of the first command that deploys. */
async function startDeploy(door: Door, arrival: Arrival, payload: ShortcutPayload): Promise<void> {
  await arrival.ack();
  const { commands } = door.needs;
  const command =
    commands.find(({ name }) => name === 'deploy-staging') ??
    commands.find(({ permission }) => permission === 'deploy');
  if (command === undefined || payload.trigger_id === undefined) return;
  const understood = understand(commands, command.name, '');
  if (understood.kind !== 'form') return;
  await openForm(
    door,
    askedOf(door, payload, { kind: 'run', line: command.name }),
    payload.trigger_id,
    understood,
  );
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
