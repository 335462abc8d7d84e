import { z } from 'zod';
import type { DeploymentNotice, NoticeContent, Outbox, OutboxRow, SentRef } from '../../store/store.ts';
import type { Called, SlackClient } from '../client.ts';
import type { Reports, SlackConfiguration, SlackLog } from '../needs.ts';
import type { Block, Message } from '../render/block.ts';
import type { Method } from './schedule.ts';

/** What became of one row. */
export type Delivered =
  | { readonly kind: 'sent'; readonly ref: SentRef }
  | { readonly kind: 'later'; readonly why: Later }
  | { readonly kind: 'drop'; readonly because: string };

export type Later = {
  /** It may have been posted all the same. */
  readonly isUncertain: boolean;
  readonly because: string;
  /** Null leaves it to the pause after failures. */
  readonly inMs: number | null;
  readonly limited: Method | null;
};

/** What became of a channel that was to be made. */
export type MadeRoom =
  | { readonly kind: 'made'; readonly channel: string }
  | { readonly kind: 'refused'; readonly code: string };

/** Whoever carries rows to Slack, with everything that the way needs. */
export type Courier = {
  readonly client: SlackClient;
  readonly reports: Reports;
  readonly outbox: Pick<Outbox, 'ref'>;
  readonly channelFor: SlackConfiguration['channelFor'];
  readonly isLoud: (environment: string) => boolean;
  readonly fallbackChannel: string | null;
  readonly log: SlackLog;
  /** Whether the row is surely still ours: a process that slept for a minute would tell what another has told. */
  mayStillPost(): boolean;
  /** By deployment: up to which entry its thread has been told, as far as this process knows. */
  readonly toldThrough: Map<string, number>;
  /** By name: channels that this process has made, or why it could not. */
  readonly rooms: Map<string, MadeRoom>;
  /** Whether what a row waits for will never come: Slack has been well for long, and it has been tried often. */
  isHopeless(row: OutboxRow): boolean;
};

export type Posting = {
  readonly channel: string;
  readonly thread: string | null;
  readonly isBroadcast: boolean;
  readonly message: Message;
  /** For a line of the thread: the last entry that it tells. */
  readonly through: number | null;
};

export const cardKey = (deploymentId: string) => `card/${deploymentId}`;

/** Which deployment a row with such a key tells of: `card/d-7f3a9k2m`; null for what is about something else. */
export function deploymentAt(key: string | null): string | null {
  return /^(?:card|alert|report)\/(d-[0-9a-z]+)$/.exec(key ?? '')?.[1] ?? null;
}

/** A row that tells of a deployment. */
export type DeploymentRow = OutboxRow & { readonly content: DeploymentNotice };

/** What belongs together: what is told of one thing is told in order, one after another. */
export function subjectOf({ content, key }: Pick<OutboxRow, 'content' | 'key'>): string {
  if (content.kind === 'word') return deploymentAt(content.under) ?? key;
  return content.kind === 'sheet' ? `${content.sheet.kind}/${content.sheet.id}` : content.deploymentId;
}

/** A deployment's card, or null while it has none. */
export function cardRef(courier: Courier, row: DeploymentRow): Promise<SentRef | null> {
  return courier.outbox.ref(cardKey(row.content.deploymentId));
}

export function channelOf(
  courier: Pick<Courier, 'channelFor' | 'fallbackChannel'>,
  row: OutboxRow,
): string | null {
  return row.ref?.channel ?? placeFor(courier, row.content) ?? courier.fallbackChannel;
}

/** Slack opens a direct conversation for whoever posts to a person's id. */
function placeFor({ channelFor }: Pick<Courier, 'channelFor'>, content: NoticeContent): string | null {
  if (content.kind !== 'sheet' && content.kind !== 'word') return channelFor(content.environment);
  const { to } = content;
  return to.kind === 'environment' ? channelFor(to.name) : to.id;
}

export const later = (because: string, more: Partial<Later> = {}): Delivered => ({
  kind: 'later',
  why: { isUncertain: false, because, inMs: null, limited: null, ...more },
});

const Posted = z.object({ channel: z.string(), ts: z.string() });

/** Posts a message that carries its row's key, so that it can be found again. */
export async function post(courier: Courier, row: OutboxRow, posting: Posting): Promise<Delivered> {
  if (!courier.mayStillPost())
    return later('by now somebody else may post it', { isUncertain: row.isUncertain });
  const { channel, thread, isBroadcast, through } = posting;
  const metadata = {
    event_type: 'slipway',
    event_payload: {
      key: row.key,
      deployment_id: subjectOf(row),
      ...(through === null ? {} : { through }),
    },
  };
  const where = {
    channel,
    metadata,
    unfurl_links: false,
    unfurl_media: false,
    ...(thread === null ? {} : { thread_ts: thread, ...(isBroadcast ? { reply_broadcast: true } : {}) }),
  };
  const called = await plainerAndPlainer(courier, 'chat.postMessage', where, posting.message);
  if (called.kind === 'ok') {
    const posted = Posted.safeParse(called.body);
    if (posted.success) return { kind: 'sent', ref: { channel: posted.data.channel, ts: posted.data.ts } };
    return later('the answer could not be read', { isUncertain: true });
  }
  if (called.kind === 'refused' && isPlaceGone(called.code))
    return elsewhere(courier, row, posting, called.code);
  return failed('chat.postMessage', called);
}

/** The channel is gone, or we are not in it: the fallback channel, once, or nowhere. */
function elsewhere(
  courier: Courier,
  row: OutboxRow,
  posting: Posting,
  code: string,
): Promise<Delivered> | Delivered {
  const { fallbackChannel, log } = courier;
  const { channel } = posting;
  if (fallbackChannel === null || fallbackChannel === channel) {
    return { kind: 'drop', because: `${code}: ${channel}` };
  }
  log.warn(
    { key: row.key, channel, fallbackChannel, code },
    'channel cannot be posted to, using the fallback',
  );
  return post(courier, row, { ...posting, channel: fallbackChannel, thread: null, isBroadcast: false });
}

/** @returns null when the message is no longer there to be edited */
export async function edit(
  courier: Courier,
  { channel, ts }: SentRef,
  message: Message,
): Promise<Delivered | null> {
  // What was drawn before a sleep would stand there for good, in place of what somebody else has drawn since.
  if (!courier.mayStillPost()) return later('by now somebody else may edit it');
  const called = await plainerAndPlainer(courier, 'chat.update', { channel, ts }, message);
  if (called.kind === 'ok') return { kind: 'sent', ref: { channel, ts } };
  if (called.kind === 'refused' && (isMessageGone(called.code) || isPlaceGone(called.code))) return null;
  const outcome = failed('chat.update', called);
  // The same edit twice is one edit.
  return outcome.kind === 'later' ? { kind: 'later', why: { ...outcome.why, isUncertain: false } } : outcome;
}

/** As drawn; then in blocks that every Slack knows; then as words alone. */
async function plainerAndPlainer(
  { client, log }: Courier,
  method: Method,
  where: Readonly<Record<string, unknown>>,
  { text, blocks, plainer }: Message,
): Promise<Called> {
  const attempts: readonly (readonly Block[])[] = [blocks, plainer, []];
  let called: Called = { kind: 'refused', code: 'invalid_blocks' };
  for (const attempt of attempts) {
    called = await client.call(method, { ...where, text, blocks: attempt });
    if (called.kind !== 'refused' || !isAboutBlocks(called.code)) return called;
    log.warn({ method, code: called.code }, 'blocks were refused, trying plainer ones');
  }
  return called;
}

function failed(method: Method, called: Exclude<Called, { kind: 'ok' }>): Delivered {
  switch (called.kind) {
    case 'limited':
      return later('rate limited', { inMs: called.retryAfterMs, limited: method });
    case 'unreachable':
      return later(called.because);
    case 'uncertain':
      return later(called.because, { isUncertain: true });
    case 'refused':
      return isAboutUs(called.code)
        ? later(called.code, { inMs: 60_000 })
        : { kind: 'drop', because: called.code };
  }
}

const aboutBlocks = new Set([
  'invalid_blocks',
  'invalid_blocks_format',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
]);
const placeGone = new Set([
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'restricted_action',
  'restricted_action_read_only_channel',
  'cannot_reply_to_message',
  'messages_tab_disabled',
  // Ours: the channel's workspace has not installed the app.
  'not_installed',
]);
const messageGone = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);
/** Somebody has to put the app right; what waits is worth keeping until then. */
const aboutUs = new Set([
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'missing_scope',
  'ekm_access_denied',
  'org_login_required',
  'team_access_not_granted',
  'ratelimited',
  'rate_limited',
]);

const isAboutBlocks = (code: string) => aboutBlocks.has(code);
const isPlaceGone = (code: string) => placeGone.has(code);
const isMessageGone = (code: string) => messageGone.has(code);
const isAboutUs = (code: string) => aboutUs.has(code);
