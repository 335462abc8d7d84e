import { understand } from '../../command/index.ts';
import { type Asked, partsOf, type What } from '../asked.ts';
import { askWithForm, expired } from '../handle/carry-out.ts';
import { reply, send } from '../handle/reply.ts';
import { VERSION } from '../render/button.ts';
import { type Arrival, type Door, isHome, nameOf, openForm, takeInAndAck } from './door.ts';
import { ClickPayload } from './payload.ts';
import { notServed } from './refused.ts';

/** A press on a button or a choice from a menu. */
export async function receiveClick(door: Door, arrival: Arrival): Promise<void> {
  const read = ClickPayload.safeParse(arrival.body);
  if (!read.success) {
    door.needs.log.warn({}, 'a press could not be read');
    return arrival.ack();
  }
  const payload = read.data;
  const [action] = payload.actions;
  if (action === undefined || action.action_id === `${VERSION}:link`) return arrival.ack();
  // Choosing in a form is no press: it is read when the form is sent.
  if (formFields.has(action.action_id)) return arrival.ack();

  const what = whatOf(action.action_id, action.value ?? action.selected_option?.value ?? '');
  const asked = askedOf(door, payload, what ?? { kind: 'run', line: '' });
  if (!isHome(door, payload.team?.id, payload.user.team_id)) {
    await arrival.ack();
    return send(door.replying, asked, notServed, 'new');
  }
  if (what === null) {
    await arrival.ack();
    return reply(door.replying, asked, expired, null);
  }
  const name = payload.trigger_id ?? action.action_ts ?? arrival.fallbackKey ?? door.needs.newId();
  if (what.kind === 'run') return receiveRun(door, arrival, payload, asked, `click:${name}`, what.line);
  return takeInAndAck(door, arrival, `click:${name}`, asked);
}

/** A command on a button: parsed again, as if it had been typed by whoever pressed. */
async function receiveRun(
  door: Door,
  arrival: Arrival,
  { trigger_id }: ClickPayload,
  asked: Asked,
  key: string,
  line: string,
): Promise<void> {
  const { name, text } = partsOf(line);
  const understood = understand(door.needs.commands, name, text);
  if (understood.kind === 'prepared') return takeInAndAck(door, arrival, key, asked, understood);
  await arrival.ack();
  switch (understood.kind) {
    case 'form':
      if (trigger_id !== undefined) return openForm(door, asked, trigger_id, understood);
      return reply(door.replying, asked, askWithForm(understood), null);
    case 'help':
      return reply(door.replying, asked, understood.answer, null);
    default:
      return reply(door.replying, asked, understood, null);
  }
}

type Read = (value: string) => What | null;

/** What each button asks for. A button that is not here belongs to another version of the program. */
const buttons = new Map<string, Read>([
  ['run', (line) => ({ kind: 'run', line })],
  ['refresh', (line) => ({ kind: 'refresh', line })],
  ['share', (line) => ({ kind: 'share', line })],
  ['abort', (deploymentId) => ({ kind: 'act', action: 'abort', deploymentId })],
  ['hold', (deploymentId) => ({ kind: 'act', action: 'hold', deploymentId })],
  ['goOn', (deploymentId) => ({ kind: 'act', action: 'goOn', deploymentId })],
  ['rollBack', (deploymentId) => ({ kind: 'act', action: 'rollBack', deploymentId })],
  ['resolve', (deploymentId) => ({ kind: 'act', action: 'resolve', deploymentId })],
  ['logs', (deploymentId) => ({ kind: 'act', action: 'logs', deploymentId })],
  ['details', (deploymentId) => ({ kind: 'act', action: 'details', deploymentId })],
  // A menu's choice: the action and the deployment.
  ['more', (value) => whatOfMenu(value)],
]);

const onMenu = new Set(['hold', 'goOn', 'rollBack', 'logs', 'details']);

function whatOfMenu(value: string): What | null {
  const [action = '', deploymentId = ''] = value.split(' ');
  return onMenu.has(action) ? (buttons.get(action)?.(deploymentId) ?? null) : null;
}

const formFields = new Set(
  [
    'service',
    'version',
    'environment',
    'choice',
    'verb',
    'sheet',
    'shares',
    'moment',
    'window',
    'zone',
    'text',
    'duration',
    'switch',
    'deployment',
    'count',
    'range',
  ].map((kind) => `${VERSION}:${kind}`),
);

export function whatOf(actionId: string, value: string): What | null {
  const [version, name = ''] = actionId.split(':');
  return version === VERSION ? (buttons.get(name)?.(value) ?? null) : null;
}

function askedOf({ needs, workspace }: Door, payload: ClickPayload, what: What): Asked {
  return {
    atMs: needs.clock.nowMs(),
    actor: { id: payload.user.id, name: nameOf(payload.user) },
    workspace,
    channel: payload.channel?.id ?? null,
    thread: payload.container?.thread_ts ?? null,
    replyTo: payload.response_url ?? null,
    what,
  };
}
