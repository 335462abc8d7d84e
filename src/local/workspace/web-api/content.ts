import { z } from 'zod';
import { inSlacksWords } from '../blocks/check.ts';
import { checkBlocks, codeFor } from '../blocks/validate.ts';
import { messageLimits } from '../limits.ts';
import { isJson, type Json, type Metadata } from '../model.ts';
import { readyImages } from '../respond.ts';
import type { World } from '../world.ts';
import { flag, json, MethodError, refuse, text } from './method.ts';

/** What the methods that write messages have in common. */
export const contentArgs = {
  text: text.optional(),
  markdown_text: text.optional(),
  blocks: json.optional(),
  attachments: json.optional(),
  metadata: json.optional(),
  thread_ts: text.optional(),
  reply_broadcast: flag.optional(),
  as_user: flag.optional(),
};

type Given = {
  readonly text?: string | undefined;
  readonly markdown_text?: string | undefined;
  readonly blocks?: unknown;
  readonly attachments?: unknown;
  readonly metadata?: unknown;
};

export type Content = {
  readonly text: string;
  /** Null when the call says nothing of it: an edit then leaves it as it was. */
  readonly blocks: readonly Json[] | null;
  readonly attachments: readonly Json[] | null;
  readonly metadata: Metadata | null | undefined;
};

/**
 * What a message is to say, judged as Slack judges it.
 * @throws {MethodError} `no_text`, `invalid_blocks`, `invalid_blocks_format`, `invalid_attachments`, `too_many_attachments`,
 * `markdown_text_conflict`, `invalid_metadata_format`, `metadata_too_large`.
 */
export function contentOf(world: World, given: Given): Content {
  const markdown = given.markdown_text;
  if (markdown !== undefined && (given.text !== undefined || given.blocks !== undefined))
    throw new MethodError('markdown_text_conflict');
  const blocks = blocksOf(world, given.blocks, '/blocks');
  const attachments = attachmentsOf(world, given.attachments);
  const said = given.text ?? markdown ?? '';
  if (said === '' && (blocks ?? []).length === 0 && (attachments ?? []).length === 0)
    throw new MethodError('no_text');
  return { text: said, blocks, attachments, metadata: metadataOf(given.metadata) };
}

function blocksOf(world: World, value: unknown, at: string): readonly Json[] | null {
  if (value === undefined || value === '') return null;
  if (!Array.isArray(value)) throw new MethodError('invalid_blocks_format');
  const problems = checkBlocks(value, at, { surface: 'message', isReadyImage: readyImages(world) });
  if (problems.length > 0)
    throw new MethodError(codeFor(problems), {
      errors: problems.map((problem) => inSlacksWords(problem).replace('[ERROR] ', '')),
      response_metadata: { messages: problems.map(inSlacksWords) },
    });
  return value.filter(isJson);
}

function attachmentsOf(world: World, value: unknown): readonly Json[] | null {
  if (value === undefined || value === '') return null;
  if (!Array.isArray(value) || !value.every(isJson)) throw new MethodError('invalid_attachments');
  if (value.length > messageLimits.attachments) throw new MethodError('too_many_attachments');
  for (const [index, attachment] of value.entries())
    blocksOf(world, attachment['blocks'], `/attachments/${index}/blocks`);
  return value;
}

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const MetadataShape = z.object({
  event_type: z.string().regex(/^\w{1,255}$/),
  event_payload: z.record(z.string(), z.union([scalar, z.array(scalar)])),
});

/** An empty object takes the metadata away; undefined leaves it. */
function metadataOf(value: unknown): Metadata | null | undefined {
  if (value === undefined || value === '') return undefined;
  if (isJson(value) && Object.keys(value).length === 0) return null;
  const metadata = MetadataShape.safeParse(value).data;
  if (metadata === undefined)
    refuse('invalid_metadata_format', [
      '[ERROR] metadata has a string `event_type` and a flat `event_payload` [json-pointer:/metadata]',
    ]);
  if (Buffer.byteLength(JSON.stringify(metadata)) > messageLimits.metadataBytes)
    throw new MethodError('metadata_too_large');
  return metadata;
}

/** Slack cuts what is longer than 40,000 characters, and says so in a warning. */
export function truncated(said: string): { readonly text: string; readonly isCut: boolean } {
  const letters = [...said];
  const isCut = letters.length > messageLimits.textTruncatedAt;
  return { text: isCut ? letters.slice(0, messageLimits.textTruncatedAt).join('') : said, isCut };
}
