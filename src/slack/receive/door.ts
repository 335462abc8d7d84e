import { formOf, type Named, type Understood } from '../../command/index.ts';
import { refuse } from '../../core/refusal.ts';
import type { Text } from '../../core/text.ts';
import { type Asked, deliveryKind } from '../asked.ts';
import type { Handling } from '../handle/handle.ts';
import { type Replying, replyingIn, send } from '../handle/reply.ts';
import type { Installing } from '../install/index.ts';
import type { SlackNeeds } from '../needs.ts';
import { renderRefusal } from '../render/answer.ts';
import type { Message } from '../render/block.ts';
import { renderModal } from '../render/modal.ts';
import { principalOf, type Workspace, workspaceOf } from '../workspace.ts';

/** Where deliveries come in. */
export type House = {
  readonly needs: SlackNeeds;
  readonly replying: Replying;
  readonly handling: Handling;
  /** Null where one bot token is all there is. */
  readonly installing: Installing | null;
};

/** As one delivery sees it: what every kind of them needs. */
export type Door = House & {
  /** Which workspace it is for. */
  readonly workspace: Workspace;
  /** Whether that workspace is installed here, and let in. */
  readonly isInstalled: boolean;
};

/** @throws when it cannot be looked up whether the workspace is installed */
export async function doorFor(house: House, body: unknown): Promise<Door> {
  const workspace = workspaceOf(body);
  const replying = replyingIn(house.replying, { workspace });
  const isInstalled = house.installing === null || (await house.installing.read(workspace)) !== null;
  return { ...house, replying, workspace, isInstalled };
}

/** One delivery that has been authenticated, and the one answer that Slack waits for. */
export type Arrival = {
  readonly body: unknown;
  /** What names this delivery where the payload has no name of its own. */
  readonly fallbackKey: string | null;
  /** Answers Slack; only the first counts. */
  ack(answer?: object | string): Promise<void>;
  /** Whether Slack has been answered already, by us or by the clock. */
  isAcked(): boolean;
};

export type Receive = (door: Door, arrival: Arrival) => Promise<void>;

/**
 * Writes a delivery down, which is all that stands between it and its ack.
 * @returns `new`, `repeated` when it came before, or `failed` when it could not be written
 */
export async function takeIn(
  { needs }: Door,
  key: string,
  asked: Asked,
): Promise<'new' | 'repeated' | 'failed'> {
  try {
    const isNew = await needs.store.inbox.receive({ key, kind: deliveryKind[asked.what.kind], body: asked });
    return isNew ? 'new' : 'repeated';
  } catch (error) {
    needs.log.error({ key, because: String(error) }, 'a delivery could not be written down');
    return 'failed';
  }
}

/** Written down, answered, handled: the way of every press that is answered with nothing but an ack. */
export async function takeInAndAck(
  door: Door,
  arrival: Arrival,
  key: string,
  asked: Asked,
  understood: Understood | null = null,
): Promise<void> {
  const taken = await takeIn(door, key, asked);
  await arrival.ack();
  if (taken === 'new') door.handling.soon(key, asked, understood);
  if (taken === 'failed') await send(door.replying, asked, notWrittenDown, 'new');
}

const nothingDone: Text = ['This could not be written down, so nothing was started.'];

export const notWrittenDown: Message = renderRefusal(
  refuse('unavailable', nothingDone, {
    next: ['Try again in a moment. Should an answer to this one still come, it was taken after all.'],
  }),
);

/** The words of a message as an ephemeral answer to a slash command. */
export function ephemeral({ text, blocks }: Message): object {
  return { response_type: 'ephemeral', text, blocks };
}

/** Slack opens a form only within three seconds of a press, so it is opened before anything else happens. */
export async function openForm(
  door: Door,
  asked: Asked,
  trigger: string,
  form: Extract<Understood, { kind: 'form' }>,
): Promise<void> {
  const { replying, needs } = door;
  const filled = { ...(await recalled(door, asked, form)), ...form.filled };
  const view = renderModal(formOf(form.command, filled), asked.channel);
  const called = await replying.client.call('views.open', { trigger_id: trigger, view });
  if (called.kind === 'ok') return;
  needs.log.warn({ called }, 'a form could not be opened');
  await send(replying, asked, renderRefusal(form.refusal), 'new');
}

/** What has to be looked up first stands in the form; without it the form is empty, and changes only what is filled in. */
async function recalled(
  { needs, workspace }: Door,
  { actor: caller, channel }: Asked,
  { command, filled }: Extract<Understood, { kind: 'form' }>,
): Promise<Named> {
  if (command.recall === undefined) return {};
  try {
    const id = principalOf(needs.configuration, workspace, caller.id);
    const actor = await needs.directory.look({ ...caller, id }, 'recent', 'at-once');
    return await command.recall(filled, needs.deskFor({ actor, channel, key: 'form' }));
  } catch (error) {
    needs.log.warn({ command: command.name, because: String(error) }, 'a form could not be filled in');
    return {};
  }
}

/** A name for logs alone. */
export function nameOf({
  name,
  username,
}: {
  name?: string | undefined;
  username?: string | undefined;
}): string {
  return name ?? username ?? '';
}

/** Whether a delivery comes from where we serve; people of other workspaces in shared channels are not served. */
export function isHome(
  { needs, installing, workspace, isInstalled }: Door,
  team: string | null | undefined,
  personTeam: string | undefined,
): boolean {
  if (installing !== null) {
    const here = [workspace.team, workspace.enterprise];
    return (
      isInstalled &&
      (team == null || here.includes(team)) &&
      (personTeam === undefined || here.includes(personTeam))
    );
  }
  const { homeTeam } = needs.configuration;
  const home = homeTeam ?? team ?? null;
  if (homeTeam !== null && team != null && team !== homeTeam) return false;
  return personTeam === undefined || home === null || personTeam === home;
}
