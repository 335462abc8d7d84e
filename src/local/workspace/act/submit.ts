import { z } from 'zod';
import { checkView } from '../blocks/view.ts';
import { bodyOf, isGood } from '../deliver/deliver.ts';
import { viewLimits } from '../limits.ts';
import type { Json, Values, View } from '../model.ts';
import { isJson } from '../model.ts';
import { common, userOf } from '../object/common.ts';
import { isBlank, stateOf } from '../object/form.ts';
import { viewObject } from '../object/view.ts';
import type { Acted } from '../page-contract.ts';
import { readyImages } from '../respond.ts';
import type { World } from '../world.ts';
import { notInteractive } from './interact.ts';
import { changedView, newView } from './views.ts';

/** Shown in the modal, for every way in which an app can fail to answer a submission. */
const trouble = 'We had some trouble connecting. Try again?';

/** Somebody pressed a modal's submit button. */
export async function submit(world: World, user: string, viewId: string, values: Values): Promise<Acted> {
  if (world.settings.manifest.settings.interactivity?.is_enabled !== true)
    return { ok: false, error: notInteractive };
  const top = world.screens.stack(user).at(-1);
  if (top === undefined || top.id !== viewId) return { ok: false, error: 'This form is not open any more.' };
  const filled = { ...top, values: { ...top.values, ...values } };
  const missing = whatIsMissing(filled);
  if (Object.keys(missing).length > 0) {
    world.screens.replace({ ...filled, errors: missing });
    return { ok: false, error: Object.values(missing)[0] ?? trouble };
  }
  world.screens.replace({ ...filled, errors: {}, isBusy: true });
  const outcome = await world.deliver({
    kind: 'interactive',
    what: `view_submission ${String(top.content['callback_id'] ?? '')}`,
    payload: {
      type: 'view_submission',
      user: userOf(world, user),
      ...common(world),
      trigger_id: world.triggers.issue(user, viewId),
      view: viewObject(world, filled),
      response_urls: [],
    },
    retry: null,
  });
  const now = world.screens.stack(user).find(({ id }) => id === viewId);
  if (now !== undefined) world.screens.replace({ ...now, isBusy: false });
  if (!isGood(outcome)) return { ok: false, error: trouble };
  const body = outcome.body === '' ? {} : bodyOf(outcome);
  return body === null ? { ok: false, error: trouble } : carryOut(world, user, viewId, body);
}

/** What Slack's own client does not let through: a required input with nothing in it, or of the wrong length. */
function whatIsMissing(view: View): Record<string, string> {
  const state = stateOf(view.blocks, view.values);
  const problems = view.blocks
    .filter(({ type }) => type === 'input')
    .map((block) => [String(block['block_id']), problemOf(block, state)] as const);
  return Object.fromEntries(problems.flatMap(([id, problem]) => (problem === null ? [] : [[id, problem]])));
}

function problemOf(block: Json, state: Values): string | null {
  const element = isJson(block['element']) ? block['element'] : {};
  const entered = state[String(block['block_id'])]?.[String(element['action_id'])];
  if (isBlank(entered)) return block['optional'] === true ? null : 'Please complete this required field.';
  const value = isJson(entered) ? entered['value'] : null;
  if (typeof value !== 'string') return null;
  const { min_length: min, max_length: max } = element;
  if (typeof min === 'number' && value.length < min) return `Please enter at least ${min} characters.`;
  if (typeof max === 'number' && value.length > max) return `Please enter at most ${max} characters.`;
  return null;
}

const ResponseAction = z.discriminatedUnion('response_action', [
  z.object({ response_action: z.literal('errors'), errors: z.record(z.string(), z.string()) }),
  z.object({ response_action: z.literal('update'), view: z.record(z.string(), z.unknown()) }),
  z.object({ response_action: z.literal('push'), view: z.record(z.string(), z.unknown()) }),
  z.object({ response_action: z.literal('clear') }),
]);

/** Does what the app answered: nothing at all closes the view, anything that is not understood leaves it open. */
function carryOut(world: World, user: string, viewId: string, body: Json): Acted {
  const stack = world.screens.stack(user);
  const view = stack.find(({ id }) => id === viewId);
  // The app may have closed or replaced it by itself meanwhile.
  if (view === undefined) return { ok: true };
  if (Object.keys(body).length === 0) {
    world.screens.setStack(user, stack.slice(0, -1));
    return { ok: true };
  }
  const action = ResponseAction.safeParse(body).data;
  if (action === undefined) return { ok: false, error: trouble };
  switch (action.response_action) {
    case 'clear':
      world.screens.setStack(user, []);
      return { ok: true };
    case 'errors':
      return showErrors(world, view, action.errors);
    case 'update':
    case 'push':
      return showView(world, view, action.view, action.response_action === 'push');
  }
}

function showErrors(world: World, view: View, errors: Readonly<Record<string, string>>): Acted {
  const inputs = view.blocks.filter(({ type }) => type === 'input').map((block) => block['block_id']);
  const first = Object.entries(errors)[0];
  if (first === undefined || Object.keys(errors).some((id) => !inputs.includes(id)))
    return { ok: false, error: trouble };
  world.screens.replace({ ...view, errors });
  return { ok: false, error: first[1] };
}

function showView(world: World, view: View, content: Json, isPush: boolean): Acted {
  const problems = checkView(content, 'modal', readyImages(world));
  const stack = world.screens.stack(view.user);
  if (problems.length > 0 || (isPush && stack.length >= viewLimits.stackDepth))
    return { ok: false, error: trouble };
  if (isPush) world.screens.setStack(view.user, [...stack, newView(world, view.user, content, view)]);
  else world.screens.replace(changedView(world, view, content));
  return { ok: true };
}

/** Somebody closed the top view, or with `isCleared` the whole stack; apps hear of it that asked to. */
export async function closeView(
  world: World,
  user: string,
  viewId: string,
  isCleared: boolean,
): Promise<Acted> {
  const stack = world.screens.stack(user);
  const at = stack.findIndex(({ id }) => id === viewId);
  const view = stack[at];
  if (view === undefined) return { ok: true };
  const clears = isCleared || view.content['clear_on_close'] === true;
  const closed = clears ? stack : stack.slice(at);
  world.screens.setStack(user, clears ? [] : stack.slice(0, at));
  const heard = closed.filter(({ content }) => content['notify_on_close'] === true);
  await Promise.all(heard.map((each) => tellClosed(world, user, each, clears)));
  return { ok: true };
}

async function tellClosed(world: World, user: string, view: View, isCleared: boolean): Promise<void> {
  await world.deliver({
    kind: 'interactive',
    what: `view_closed ${String(view.content['callback_id'] ?? '')}`,
    payload: {
      type: 'view_closed',
      user: userOf(world, user),
      ...common(world),
      view: viewObject(world, view),
      is_cleared: isCleared,
    },
    retry: null,
  });
}
