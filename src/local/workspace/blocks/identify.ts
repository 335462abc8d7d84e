import { isJson, type Json } from '../model.ts';
import { elements } from './elements.ts';

/** Elements that somebody can act on: all but the image. */
const acting = new Set(Object.keys(elements).filter((type) => type !== 'image'));

/** Gives every block a `block_id` and every element an `action_id`, as Slack does where the app gave none. */
export function identify(blocks: readonly Json[], newId: () => string): readonly Json[] {
  return blocks.map((block) => ({ ...named(block, newId), block_id: block['block_id'] ?? newId() }));
}

function named(part: Json, newId: () => string): Json {
  const copy = Object.fromEntries(
    Object.entries(part).map(([name, member]) => [name, inside(member, newId)]),
  );
  const needsOne = acting.has(String(part['type'])) && part['action_id'] === undefined;
  return needsOne ? { ...copy, action_id: newId() } : copy;
}

function inside(member: unknown, newId: () => string): unknown {
  if (Array.isArray(member)) return member.map((each) => inside(each, newId));
  return isJson(member) ? named(member, newId) : member;
}

export type Found = { readonly blockId: string; readonly block: Json; readonly element: Json };

/** Every element that somebody can act on, with the block around it; nested blocks count for themselves. */
export function actionsIn(blocks: readonly Json[]): readonly Found[] {
  return blocks.flatMap((block) => [
    ...within(block, block),
    ...(Array.isArray(block['child_blocks']) ? actionsIn(block['child_blocks'].filter(isJson)) : []),
  ]);
}

function within(part: unknown, block: Json): readonly Found[] {
  if (Array.isArray(part)) return part.flatMap((each) => within(each, block));
  if (!isJson(part)) return [];
  if (acting.has(String(part['type'])) && typeof part['action_id'] === 'string')
    return [{ blockId: String(block['block_id'] ?? ''), block, element: part }];
  return Object.entries(part)
    .filter(([name]) => name !== 'child_blocks')
    .flatMap(([, member]) => within(member, block));
}
