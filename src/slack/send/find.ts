import { z } from 'zod';
import type { SentRef } from '../../store/store.ts';
import type { SlackClient } from '../client.ts';

/** A message of ours, as its metadata says. */
export type Found = {
  readonly ts: string;
  readonly key: string;
  readonly deploymentId: string;
  /** For a line of a thread: the last entry that it tells. */
  readonly through: number | null;
};

/** `refused`: Slack will not let us look, now or later. `unknown`: try again. */
export type Looked =
  | { readonly kind: 'looked'; readonly messages: readonly Found[] }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unknown'; readonly because: string };

const PAGE = 200;

const Page = z.object({
  messages: z.array(z.looseObject({ ts: z.string(), metadata: z.unknown().optional() })),
});
const Ours = z.object({
  event_type: z.literal('slipway'),
  event_payload: z.object({ key: z.string(), deployment_id: z.string(), through: z.number().optional() }),
});

/** The newest messages of a channel, or the ones of a thread, that we posted. */
export async function look(
  client: SlackClient,
  { channel, thread }: { readonly channel: string; readonly thread: string | null },
): Promise<Looked> {
  const where = thread === null ? { channel } : { channel, ts: thread };
  const method = thread === null ? 'conversations.history' : 'conversations.replies';
  const called = await client.call(method, { ...where, limit: PAGE, include_all_metadata: true });
  if (called.kind === 'refused') return called;
  if (called.kind !== 'ok') return { kind: 'unknown', because: called.kind };
  const page = Page.safeParse(called.body);
  if (!page.success) return { kind: 'unknown', because: 'the answer could not be read' };
  return { kind: 'looked', messages: page.data.messages.flatMap(({ ts, metadata }) => ours(ts, metadata)) };
}

function ours(ts: string, metadata: unknown): Found[] {
  const read = Ours.safeParse(metadata);
  if (!read.success) return [];
  const { key, deployment_id, through } = read.data.event_payload;
  return [{ ts, key, deploymentId: deployment_id, through: through ?? null }];
}

export function refOf(looked: Looked, channel: string, key: string): SentRef | null {
  if (looked.kind !== 'looked') return null;
  const found = looked.messages.find((message) => message.key === key);
  return found === undefined ? null : { channel, ts: found.ts };
}
