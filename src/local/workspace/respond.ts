import { z } from 'zod';
import { inSlacksWords } from './blocks/check.ts';
import { identify } from './blocks/identify.ts';
import { checkBlocks, codeFor } from './blocks/validate.ts';
import { isJson, type Json } from './model.ts';
import { isReady, typeOf } from './object/file.ts';
import { postAsBot } from './post.ts';
import type { ResponseTarget } from './response-url.ts';
import type { World } from './world.ts';

const Response = z.object({
  text: z.string().default(''),
  blocks: z.array(z.record(z.string(), z.unknown())).default([]),
  response_type: z.enum(['ephemeral', 'in_channel']).default('ephemeral'),
  replace_original: z.boolean().default(false),
  delete_original: z.boolean().default(false),
  thread_ts: z.string().optional(),
});
type Response = z.infer<typeof Response>;

export type Responded =
  | { readonly ok: true; readonly ts: string | null; readonly isPublic: boolean }
  | { readonly ok: false; readonly error: string; readonly messages: readonly string[] };

/** Whether a file may be shown in an image block: Slack has looked at it, and it is a picture. */
export function readyImages(world: World): (fileId: string) => boolean {
  return (fileId) => {
    const file = world.state.files.get(fileId);
    return file !== undefined && isReady(world, file) && typeOf(file).startsWith('image/');
  };
}

/** Does what an app answers to an interaction, in the acknowledgement or at a `response_url`. */
export function respond(world: World, target: ResponseTarget, body: Json): Responded {
  const response = Response.safeParse(body).data;
  if (response === undefined) return refused('invalid_payload');
  const original = target.originalTs === null ? null : world.state.message(target.channel, target.originalTs);
  if (response.delete_original) {
    if (original !== null) world.state.removeMessage(target.channel, original.ts);
    return { ok: true, ts: null, isPublic: false };
  }
  const problems = checkBlocks(response.blocks, '/blocks', {
    surface: 'message',
    isReadyImage: readyImages(world),
  });
  if (problems.length > 0) return refused(codeFor(problems), problems.map(inSlacksWords));
  if (response.text === '' && response.blocks.length === 0) return refused('no_text');
  if (response.replace_original && original !== null) {
    const blocks = identify(response.blocks.filter(isJson), () => world.ids.id('b'));
    const editedAt = world.settings.nowMs();
    world.state.putMessage({ ...original, text: response.text, blocks, editedAt });
    return { ok: true, ts: original.ts, isPublic: original.onlyFor === null };
  }
  return add(world, target, response);
}

function add(world: World, target: ResponseTarget, response: Response): Responded {
  const isPublic = response.response_type === 'in_channel';
  const { ts } = postAsBot(world, {
    channel: target.channel,
    text: response.text,
    blocks: response.blocks,
    threadTs: response.thread_ts ?? null,
    onlyFor: isPublic ? null : target.user,
    answers: target.ref,
  });
  return { ok: true, ts, isPublic };
}

function refused(error: string, messages: readonly string[] = []): Responded {
  return { ok: false, error, messages };
}
