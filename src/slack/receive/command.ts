import { type Understood, understand } from '../../command/index.ts';
import type { Asked } from '../asked.ts';
import { send } from '../handle/reply.ts';
import { renderAnswer, renderRefusal } from '../render/answer.ts';
import { clean, escaped } from '../render/clean.ts';
import { type Arrival, type Door, ephemeral, isHome, notWrittenDown, openForm, takeIn } from './door.ts';
import { CommandPayload } from './payload.ts';
import { notServed, unreadable } from './refused.ts';

/** A slash command. What needs no record is answered at once; the rest is written down first. */
export async function receiveCommand(door: Door, arrival: Arrival): Promise<void> {
  const read = CommandPayload.safeParse(arrival.body);
  if (!read.success) return arrival.ack(ephemeral(unreadable));
  const payload = read.data;
  const { needs } = door;
  if (!isHome(door, payload.team_id, undefined)) return arrival.ack(ephemeral(notServed));

  const understood = understand(needs.commands, payload.command, payload.text);
  switch (understood.kind) {
    case 'prepared':
      return takeCommand(door, arrival, payload, understood);
    case 'help':
      return arrival.ack(ephemeral(renderAnswer(understood.answer)));
    case 'form':
      await arrival.ack();
      return openForm(door, askedOf(door, payload), payload.trigger_id, understood);
    default:
      return arrival.ack(ephemeral(renderRefusal(understood)));
  }
}

async function takeCommand(
  door: Door,
  arrival: Arrival,
  payload: CommandPayload,
  understood: Extract<Understood, { kind: 'prepared' }>,
): Promise<void> {
  const asked = askedOf(door, payload);
  const key = `command:${payload.trigger_id}`;
  const taken = await takeIn(door, key, asked);
  if (taken === 'failed') {
    if (arrival.isAcked()) return send(door.replying, asked, notWrittenDown, 'new');
    return arrival.ack(ephemeral(notWrittenDown));
  }
  if (taken === 'repeated')
    return arrival.ack('This very request was received before; it is carried out once.');
  await arrival.ack(taking(understood.command.name, understood.echo));
  door.handling.soon(key, asked, understood);
}

/** What was taken, in the words it was understood as. Text alone: it is on its way before anything is drawn. */
function taking(name: string, echo: string): string {
  const line = clean(`/${name} ${echo}`.trim(), 300).replaceAll('`', "'");
  return `Taking \`${escaped(line)}\` to the desk…`;
}

function askedOf({ needs, workspace }: Door, payload: CommandPayload): Asked {
  return {
    atMs: needs.clock.nowMs(),
    actor: { id: payload.user_id, name: payload.user_name },
    workspace,
    channel: payload.channel_id,
    thread: null,
    replyTo: payload.response_url,
    what: { kind: 'command', name: payload.command, text: payload.text },
  };
}
