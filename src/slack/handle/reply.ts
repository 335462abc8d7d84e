import { z } from 'zod';
import type { Answer, Reply } from '../../core/answer.ts';
import type { Outbox, SentRef } from '../../store/store.ts';
import type { Asked } from '../asked.ts';
import type { SlackClient } from '../client.ts';
import type { Clients } from '../clients.ts';
import type { Clock, SlackLog, SlackNeeds } from '../needs.ts';
import { type Around, renderAnswer, renderRefusal } from '../render/answer.ts';
import type { Message } from '../render/block.ts';
import { cardKey } from '../send/courier.ts';

export type Replying = {
  readonly client: SlackClient;
  readonly clients: Clients;
  readonly postJson: SlackNeeds['postJson'];
  readonly outbox: Pick<Outbox, 'ref'>;
  readonly slackApiUrl: string;
  readonly clock: Clock;
  readonly log: SlackLog;
};

/** Everything goes back to the workspace that it came from. */
export function replyingIn(replying: Replying, { workspace }: Pick<Asked, 'workspace'>): Replying {
  return { ...replying, client: replying.clients.clientIn(workspace) };
}

/** Where an answer goes. */
export type Manner = 'new' | 'replace' | 'in-channel';

/** Slack takes five posts to a `response_url` within 30 minutes; a little less is counted on. */
const REPLY_TO_MS = 28 * 60_000;

/** Says it to the one who asked. `asked` is a line that can be asked again, for the buttons; null leaves them out. */
export async function reply(
  replying: Replying,
  asked: Asked,
  said: Reply,
  line: string | null,
  manner: Manner = 'new',
): Promise<void> {
  if (said.kind === 'refusal') return send(replying, asked, renderRefusal(said), manner);
  const withFile = await deliverFile(replying, asked, said);
  const links = await linksOf(replying, said.deploymentIds ?? []);
  const around: Around = { asked: line, links, isPublic: manner === 'in-channel' };
  return send(replying, asked, renderAnswer(withFile, around), manner);
}

/** By `response_url` while that lasts, then as an ephemeral message, then as a direct one. Never throws. */
export async function send(
  replying: Replying,
  asked: Asked,
  message: Message,
  manner: Manner,
): Promise<void> {
  const { log, clock } = replying;
  const { replyTo, atMs } = asked;
  const isFresh = clock.nowMs() - atMs < REPLY_TO_MS;
  if (replyTo !== null && isFresh && isSlackAddress(replyTo, replying.slackApiUrl)) {
    if (await byResponseUrl(replying, replyTo, message, manner)) return;
  }
  if (await byMessage(replying, asked, message)) return;
  log.error({ person: asked.actor.id, channel: asked.channel }, 'an answer could not be delivered');
}

async function byResponseUrl(
  { postJson, log }: Replying,
  url: string,
  { text, blocks, plainer }: Message,
  manner: Manner,
): Promise<boolean> {
  const how = {
    response_type: manner === 'in-channel' ? 'in_channel' : 'ephemeral',
    replace_original: manner === 'replace',
    unfurl_links: false,
    unfurl_media: false,
    text,
  };
  for (const attempt of new Set([blocks, plainer])) {
    const status = await postJson(url, { ...how, blocks: attempt }).catch(() => 0);
    if (status >= 200 && status < 300) return true;
    log.warn({ status }, 'response_url did not take an answer');
    // Only a refusal of what was sent is worth another of the five uses.
    if (status !== 400) return false;
  }
  return false;
}

async function byMessage(replying: Replying, asked: Asked, message: Message): Promise<boolean> {
  const { channel, thread, actor } = asked;
  const inThread = thread === null ? {} : { thread_ts: thread };
  const direct = { channel: actor.id, ...quiet };
  if (channel === null) return post(replying, 'chat.postMessage', direct, message);
  // A direct message is private already, and an ephemeral one in it would be lost.
  if (channel.startsWith('D')) {
    return post(replying, 'chat.postMessage', { channel, ...inThread, ...quiet }, message);
  }
  const isSaid = await post(
    replying,
    'chat.postEphemeral',
    { channel, user: actor.id, ...inThread },
    message,
  );
  return isSaid || post(replying, 'chat.postMessage', direct, message);
}

const quiet = { unfurl_links: false, unfurl_media: false };

async function post(
  { client, log }: Replying,
  method: string,
  where: object,
  { text, blocks, plainer }: Message,
): Promise<boolean> {
  for (const attempt of [blocks, plainer, []]) {
    const called = await client.call(method, { ...where, text, blocks: attempt });
    if (called.kind === 'ok') return true;
    log.warn({ method, called }, 'an answer was not taken');
    if (called.kind !== 'refused' || !called.code.includes('blocks')) return false;
  }
  return false;
}

const Opened = z.object({ channel: z.object({ id: z.string() }) });

/** A file goes into the direct messages of the one who asked: in a channel everybody could open it. */
async function deliverFile(replying: Replying, asked: Asked, said: Answer): Promise<Answer> {
  const { file } = said;
  if (file === undefined) return said;
  const { client, log } = replying;
  const opened = await client.call('conversations.open', { users: asked.actor.id });
  const place = opened.kind === 'ok' ? Opened.safeParse(opened.body) : null;
  if (place?.success === true) {
    const uploaded = await client.upload({ channel: place.data.channel.id, thread: null }, [file]);
    if (uploaded.kind === 'ok') return withNote(said, `${file.name} is in your direct messages.`);
    log.warn({ uploaded }, 'a file could not be uploaded');
  } else {
    log.warn({ opened }, 'a direct message could not be opened');
  }
  const lines = file.content.split('\n');
  const noted = withNote(said, `${file.name} could not be sent as a file; this is its beginning.`);
  return { ...noted, parts: [...noted.parts, { kind: 'log', lines: lines.slice(0, 40) }] };
}

function withNote(said: Answer, words: string): Answer {
  return { ...said, parts: [...said.parts, { kind: 'note', text: [words] }] };
}

const LINKS_MAX = 3;
const Permalink = z.object({ permalink: z.string() });

/** Where the cards stand, of those that are there already. */
async function linksOf(replying: Replying, deploymentIds: readonly string[]): Promise<Around['links']> {
  const found = await Promise.all(
    deploymentIds.slice(0, LINKS_MAX).map(async (id) => {
      const ref = await soonThere(replying, id);
      if (ref === null) return [];
      const called = await replying.client.call('chat.getPermalink', {
        channel: ref.channel,
        message_ts: ref.ts,
      });
      const read = called.kind === 'ok' ? Permalink.safeParse(called.body) : null;
      return read?.success === true ? [{ label: `Open ${id}`, url: read.data.permalink }] : [];
    }),
  );
  return found.flat();
}

const CARD_LOOKS = 8;
const CARD_LOOK_MS = 150;

/** The card of a deployment that has just begun is posted at the same time: worth a moment, and no more than that. */
async function soonThere({ outbox, clock }: Replying, deploymentId: string): Promise<SentRef | null> {
  for (let look = 1; ; look++) {
    const ref = await outbox.ref(cardKey(deploymentId));
    if (ref !== null || look === CARD_LOOKS) return ref;
    await new Promise<void>((resolve) => clock.after(CARD_LOOK_MS, resolve));
  }
}

/** Answers go to Slack, or to the workspace that was configured in its place, and nowhere else. */
export function isSlackAddress(url: string, slackApiUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  if (origin === new URL(slackApiUrl).origin) return true;
  const isSlack = /(^|\.)(slack\.com|slack-gov\.com)$/.test(hostname);
  return protocol === 'https:' && isSlack;
}
