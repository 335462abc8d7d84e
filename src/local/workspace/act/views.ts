import { identify } from '../blocks/identify.ts';
import { isJson, type Json, type View } from '../model.ts';
import type { World } from '../world.ts';

/** A new view, with ids and a hash of its own. `content` has been checked. */
export function newView(world: World, user: string, content: Json, under: View | null): View {
  const id = world.ids.id('V');
  return {
    id,
    user,
    type: content['type'] === 'home' ? 'home' : 'modal',
    content,
    blocks: blocksOf(world, content),
    hash: newHash(world),
    rootId: under?.rootId ?? id,
    previousId: under?.id ?? null,
    errors: {},
    isBusy: false,
    values: {},
  };
}

/** The view with new content. What people entered stays where block and action ids are the same. */
export function changedView(world: World, view: View, content: Json): View {
  const blocks = blocksOf(world, content);
  return { ...view, content, blocks, hash: newHash(world), errors: {}, isBusy: false };
}

function blocksOf(world: World, content: Json): readonly Json[] {
  const blocks = Array.isArray(content['blocks']) ? content['blocks'].filter(isJson) : [];
  return identify(blocks, () => world.ids.id('b'));
}

function newHash(world: World): string {
  return `${Math.floor(world.settings.nowMs() / 1_000)}.${world.ids.secret().slice(0, 8)}`;
}
