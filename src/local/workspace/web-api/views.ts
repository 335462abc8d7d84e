import { z } from 'zod';
import { changedView, newView } from '../act/views.ts';
import { inSlacksWords } from '../blocks/check.ts';
import { checkView } from '../blocks/view.ts';
import { viewLimits } from '../limits.ts';
import { isJson, type Json, textAt, type View } from '../model.ts';
import { viewObject } from '../object/view.ts';
import { readyImages } from '../respond.ts';
import type { Trigger } from '../trigger.ts';
import type { World } from '../world.ts';
import { json, type Method, MethodError, method, refuse, text } from './method.ts';
import { needPerson } from './where.ts';

/** A view that Slack would take. @throws {MethodError} `invalid_arguments`, with every reason. */
function checked(world: World, view: unknown, type: 'modal' | 'home'): Json {
  const problems = checkView(view, type, readyImages(world));
  if (problems.length > 0 || !isJson(view)) refuse('invalid_arguments', problems.map(inSlacksWords));
  return view;
}

function needNewExternalId(world: World, content: Json, own: View | null): void {
  const externalId = textAt(content, 'external_id');
  if (externalId === null || externalId === '') return;
  const holder = world.screens.find({ externalId });
  if (holder !== null && holder.id !== own?.id) throw new MethodError('duplicate_external_id');
}

function redeem(world: World, id: string): Trigger {
  const trigger = world.triggers.redeem(id);
  if (typeof trigger === 'string') throw new MethodError(trigger);
  return trigger;
}

const opening = z.object({ trigger_id: text, view: json });

const open = method({
  tier: 4,
  args: opening,
  run: (world, args) => {
    const content = checked(world, args.view, 'modal');
    needNewExternalId(world, content, null);
    const { user } = redeem(world, args.trigger_id);
    const view = newView(world, user, content, null);
    world.screens.setStack(user, [view]);
    return { view: viewObject(world, view) };
  },
});

const push = method({
  tier: 4,
  args: opening,
  run: (world, args) => {
    const content = checked(world, args.view, 'modal');
    needNewExternalId(world, content, null);
    const { user, viewId } = redeem(world, args.trigger_id);
    const stack = world.screens.stack(user);
    const top = stack.at(-1);
    if (top === undefined || !stack.some(({ id }) => id === viewId)) throw new MethodError('not_found');
    if (stack.length >= viewLimits.stackDepth) throw new MethodError('push_limit_reached');
    const view = newView(world, user, content, top);
    world.screens.setStack(user, [...stack, view]);
    return { view: viewObject(world, view) };
  },
});

const update = method({
  tier: 4,
  args: z.object({
    view: json,
    view_id: z.string().optional(),
    external_id: z.string().optional(),
    hash: z.string().optional(),
  }),
  run: (world, args) => {
    if (args.view_id !== undefined && args.external_id !== undefined)
      refuse('invalid_arguments', ['[ERROR] Cannot provide both `view_id` and `external_id`']);
    if (args.view_id === undefined && args.external_id === undefined)
      refuse('invalid_arguments', ['[ERROR] missing required field: view_id']);
    const before = world.screens.find({ id: args.view_id ?? '', ...named(args.external_id) });
    if (before === null) throw new MethodError('not_found');
    const content = checked(world, args.view, before.type);
    needNewExternalId(world, content, before);
    if (args.hash !== undefined && args.hash !== before.hash) throw new MethodError('hash_conflict');
    const view = changedView(world, before, content);
    world.screens.replace(view);
    return { view: viewObject(world, view) };
  },
});

function named(externalId: string | undefined): { readonly externalId?: string } {
  return externalId === undefined ? {} : { externalId };
}

const publish = method({
  tier: 4,
  args: z.object({ user_id: text, view: json, hash: z.string().optional() }),
  run: (world, args) => {
    if (world.settings.manifest.features.app_home?.home_tab_enabled !== true)
      throw new MethodError('not_enabled');
    needPerson(world, args.user_id);
    const content = checked(world, args.view, 'home');
    const before = world.screens.home(args.user_id);
    needNewExternalId(world, content, before);
    if (args.hash !== undefined && args.hash !== before?.hash) throw new MethodError('hash_conflict');
    const view =
      before === null ? newView(world, args.user_id, content, null) : changedView(world, before, content);
    world.screens.setHome(args.user_id, view);
    return { view: viewObject(world, view) };
  },
});

export const views: Readonly<Record<string, Method>> = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
};
