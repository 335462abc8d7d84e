import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import { ActShape, perform } from '../act/act.ts';
import { suggest } from '../act/suggest.ts';
import { parsed } from '../http/body.ts';
import { jsonReply, type Reply, textReply } from '../http/reply.ts';
import type { StoredFile } from '../model.ts';
import { typeOf } from '../object/file.ts';
import type { World } from '../world.ts';
import { streamChanges } from './events.ts';
import { snapshot } from './show.ts';

const ActRequest = z.object({ user: z.string(), act: ActShape });

export type PageRequest = {
  readonly verb: string;
  /** Below `/page/`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: Buffer;
};

/** The page's API, as `page-contract.ts` has it. @returns null when the answer is a stream that has begun. */
export async function answerPage(
  world: World,
  request: PageRequest,
  response: ServerResponse,
): Promise<Reply | null> {
  const { verb, path, query } = request;
  if (verb === 'POST' && path === 'act') return act(world, request);
  if (verb !== 'GET') return textReply(405, 'There is no such thing to do here.');
  const user = query.get('user') ?? firstHuman(world);
  if (!isHuman(world, user)) return textReply(404, `There is nobody called ${user}.`);
  if (path === 'state') return jsonReply(200, snapshot(world, user));
  if (path === 'ledger') return jsonReply(200, world.ledger.calls());
  if (path === 'options') return options(world, user, query);
  if (path.startsWith('file/')) return file(world, user, decodeURIComponent(path.slice('file/'.length)));
  if (path !== 'events') return textReply(404, 'There is no such thing here.');
  streamChanges(world, user, response);
  return null;
}

function firstHuman(world: World): string {
  return [...world.state.people.values()].find(({ isBot }) => !isBot)?.id ?? '';
}

function isHuman(world: World, user: string): boolean {
  return world.state.people.get(user)?.isBot === false;
}

async function act(world: World, { contentType, body }: PageRequest): Promise<Reply> {
  // A form of a foreign site cannot have this type without asking first, and is never allowed to.
  if (!contentType.startsWith('application/json')) return textReply(415, 'Send application/json.');
  const asked = ActRequest.safeParse(parsed(body.toString('utf8')));
  if (!asked.success) return jsonReply(400, { ok: false, error: z.prettifyError(asked.error) });
  if (!isHuman(world, asked.data.user)) return jsonReply(400, { ok: false, error: 'Nobody is called that.' });
  return jsonReply(200, await perform(world, asked.data.user, asked.data.act));
}

async function options(world: World, user: string, query: URLSearchParams): Promise<Reply> {
  const answer = await suggest(world, user, {
    channel: query.get('channel'),
    messageTs: query.get('messageTs'),
    viewId: query.get('viewId'),
    isHome: !query.has('viewId') && !query.has('channel'),
    blockId: query.get('blockId') ?? '',
    actionId: query.get('actionId') ?? '',
    typed: query.get('value') ?? '',
  });
  return answer === null ? textReply(502, 'The app gave no options.') : jsonReply(200, answer);
}

function file(world: World, user: string, id: string): Reply {
  const found = world.state.files.get(id);
  const isTheirs = found?.channels.some((channel) =>
    world.state.channels.get(channel)?.members.includes(user),
  );
  if (found === undefined || isTheirs !== true) return textReply(404, 'There is no such file for you.');
  return fileReply(found);
}

/** Pictures and plain text open in the browser; nothing else does, and nothing runs. */
export function fileReply(found: StoredFile): Reply {
  const type = typeOf(found);
  const isShown = type.startsWith('image/') || type.startsWith('text/') || type === 'application/json';
  const name = encodeURIComponent(found.name);
  return {
    status: 200,
    headers: {
      'content-type': type.startsWith('image/') ? type : 'text/plain; charset=utf-8',
      'content-disposition': `${isShown ? 'inline' : 'attachment'}; filename*=UTF-8''${name}`,
      'content-security-policy': "default-src 'none'; sandbox",
    },
    body: found.bytes,
  };
}
