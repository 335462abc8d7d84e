import { formAfter, submitForm } from '../../command/index.ts';
import type { Asked } from '../asked.ts';
import { send } from '../handle/reply.ts';
import { VERSION } from '../render/button.ts';
import { cut } from '../render/clean.ts';
import { FORM, renderModal, renderModalNotice, renderOptions } from '../render/modal.ts';
import { principalOf } from '../workspace.ts';
import { type Arrival, type Door, isHome, nameOf, notWrittenDown, takeIn } from './door.ts';
import { OptionsPayload, Origin, SubmissionPayload, valuesOf } from './payload.ts';

/**
 * A form was sent: where it said what to do, the form of that follows; what is wrong is shown beside its field, else it
 * runs as the command that it is.
 */
export async function receiveSubmission(door: Door, arrival: Arrival): Promise<void> {
  const read = SubmissionPayload.safeParse(arrival.body);
  if (!read.success || read.data.view.callback_id !== FORM) return arrival.ack(closedWith(expiredForm));
  const { view, user, team, trigger_id } = read.data;
  if (!isHome(door, team?.id, user.team_id)) return arrival.ack(closedWith(notServedForm));
  const origin = originOf(view.private_metadata);
  const command = door.needs.commands.find(({ name }) => name === origin?.command);
  if (origin === null || command === undefined) return arrival.ack(closedWith(expiredForm));

  const values = { ...origin.kept, ...valuesOf(view.state) };
  const fields = Object.keys(view.state.values);
  const next = formAfter(command, values, fields);
  if (next !== null)
    return arrival.ack({ response_action: 'update', view: renderModal(next, origin.channel) });
  const submitted = submitForm(command, values);
  if (submitted.kind === 'misfilled') return arrival.ack(besideFields(submitted.errors, fields));

  const asked: Asked = {
    atMs: door.needs.clock.nowMs(),
    actor: { id: user.id, name: nameOf(user) },
    workspace: door.workspace,
    channel: origin.channel,
    thread: null,
    replyTo: null,
    what: { kind: 'submission', command: command.name, values },
  };
  const key = `submission:${trigger_id ?? `${view.id}:${view.hash ?? arrival.fallbackKey}`}`;
  return takeFilled(door, arrival, key, asked);
}

async function takeFilled(door: Door, arrival: Arrival, key: string, asked: Asked): Promise<void> {
  const taken = await takeIn(door, key, asked);
  if (taken === 'failed') {
    if (arrival.isAcked()) return send(door.replying, asked, notWrittenDown, 'new');
    return arrival.ack(closedWith(notWrittenDown.text));
  }
  await arrival.ack();
  if (taken === 'new') door.handling.soon(key, asked, null);
}

function originOf(metadata: string) {
  try {
    const origin = Origin.safeParse(JSON.parse(metadata));
    return origin.success ? origin.data : null;
  } catch {
    return null;
  }
}

const ERROR_MAX = 1_000;

/** Slack shows errors only beside fields that are there; one about something else goes beside the first. */
function besideFields(errors: Readonly<Record<string, string>>, fields: readonly string[]): object {
  const first = fields[0] ?? '';
  const placed = new Map<string, string>();
  for (const [name, words] of Object.entries(errors)) {
    const field = fields.includes(name) ? name : first;
    const before = placed.get(field);
    placed.set(field, cut(before === undefined ? words : `${before} ${words}`, ERROR_MAX));
  }
  return { response_action: 'errors', errors: Object.fromEntries(placed) };
}

const expiredForm =
  'This form is from an older version and has expired. Nothing was done; type the command again.';
const notServedForm = 'Slipway serves the people of its own workspace. Nothing was done.';

export function closedWith(words: string): object {
  return { response_action: 'update', view: renderModalNotice('Nothing was done', words) };
}

const SUGGESTIONS = 100;

/** What to offer while somebody types into a form. It only looks, so it is answered directly. */
export async function receiveOptions(door: Door, arrival: Arrival): Promise<void> {
  const read = OptionsPayload.safeParse(arrival.body);
  if (!read.success) return arrival.ack({ options: [] });
  const { user, team, value, view, action_id } = read.data;
  if (!isHome(door, team?.id, user.team_id)) return arrival.ack({ options: [] });
  const id = principalOf(door.needs.configuration, door.workspace, user.id);
  const actor = await door.needs.directory.look({ id, name: nameOf(user) }, 'recent', 'at-once');
  const channel = originOf(view?.private_metadata ?? '')?.channel ?? null;
  const desk = door.needs.deskFor({ actor, channel, key: 'options' });
  const filled = view?.state === undefined ? {} : valuesOf(view.state);
  switch (action_id) {
    case `${VERSION}:service`:
      return arrival.ack({ options: renderOptions(await desk.suggestServices(value, SUGGESTIONS)) });
    case `${VERSION}:version`: {
      const { service, environment } = filled as { service?: string; environment?: string };
      if (service === undefined) return arrival.ack({ options: [] });
      const found = await desk.suggestVersions(service, environment ?? null, value, SUGGESTIONS);
      return arrival.ack({ options: renderOptions(found) });
    }
    default:
      return arrival.ack({ options: [] });
  }
}
