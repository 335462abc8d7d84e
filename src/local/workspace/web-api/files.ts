import { z } from 'zod';
import type { Ids } from '../ids.ts';
import { bodies, waits } from '../limits.ts';
import { fileObject } from '../object/file.ts';
import { postAsBot } from '../post.ts';
import type { World } from '../world.ts';
import { contentOf } from './content.ts';
import { count, json, type Method, MethodError, method, text } from './method.ts';
import { channelFor, needWritable } from './where.ts';

type Upload = {
  readonly fileId: string;
  readonly name: string;
  readonly length: number;
  readonly altText: string;
  readonly isSnippet: boolean;
  readonly goodUntil: number;
  bytes: Buffer | null;
};

/** Files between files.getUploadURLExternal and files.completeUploadExternal. */
export type Uploads = {
  readonly begin: (upload: Omit<Upload, 'fileId' | 'goodUntil' | 'bytes'>) => {
    fileId: string;
    ticket: string;
  };
  /** Takes the bytes. @returns false when nobody asked for this upload, or it is not as long as was said. */
  readonly receive: (ticket: string, bytes: Buffer) => boolean;
  /** @returns what was received, once; null when there is nothing. */
  readonly take: (fileId: string) => (Upload & { readonly bytes: Buffer }) | null;
  readonly reset: () => void;
};

export function openUploads(nowMs: () => number, ids: Ids): Uploads {
  const uploads = new Map<string, Upload>();
  return {
    begin: (upload) => {
      const ticket = ids.secret();
      const fileId = ids.id('F');
      uploads.set(ticket, { ...upload, fileId, goodUntil: nowMs() + waits.uploadTicket, bytes: null });
      return { fileId, ticket };
    },
    receive: (ticket, bytes) => {
      const upload = uploads.get(ticket);
      if (upload === undefined || nowMs() > upload.goodUntil || bytes.length !== upload.length) return false;
      upload.bytes = bytes;
      return true;
    },
    take: (fileId) => {
      for (const [ticket, upload] of uploads)
        if (upload.fileId === fileId && upload.bytes !== null) {
          uploads.delete(ticket);
          return { ...upload, bytes: upload.bytes };
        }
      return null;
    },
    reset: () => uploads.clear(),
  };
}

const CompletedFiles = z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1);

export function fileMethods(uploads: Uploads): Readonly<Record<string, Method>> {
  return {
    'files.getUploadURLExternal': method({
      tier: 4,
      scopes: ['files:write'],
      args: z.object({
        filename: z.string().min(1),
        length: count.pipe(z.number().int().min(1)),
        alt_txt: z.string().max(1_000).optional(),
        snippet_type: z.string().optional(),
      }),
      run: (world, args) => {
        if (args.length > bodies.upload) throw new MethodError('file_upload_size_restricted');
        const { fileId, ticket } = uploads.begin({
          name: args.filename,
          length: args.length,
          altText: args.alt_txt ?? '',
          isSnippet: args.snippet_type !== undefined,
        });
        return { upload_url: `${world.url()}/upload/v1/${ticket}`, file_id: fileId };
      },
    }),
    'files.completeUploadExternal': completeUpload(uploads),
    'files.info': method({
      tier: 4,
      scopes: ['files:read'],
      args: z.object({ file: z.string().min(1) }),
      run: (world, args) => {
        const file = world.state.files.get(args.file);
        if (file === undefined) throw new MethodError('file_not_found');
        return { file: fileObject(world, file), comments: [] };
      },
    }),
  };
}

function completeUpload(uploads: Uploads): Method {
  return method({
    tier: 4,
    scopes: ['files:write'],
    args: z.object({
      files: json.pipe(CompletedFiles),
      channel_id: z.string().optional(),
      channels: z.string().optional(),
      thread_ts: text.optional(),
      initial_comment: z.string().optional(),
      blocks: json.optional(),
    }),
    run: (world, args) => {
      const named = [...(args.channels ?? '').split(','), args.channel_id ?? ''].filter((id) => id !== '');
      const channels = named.map((name) => channelFor(world, name));
      for (const channel of channels) needWritable(world, channel);
      const content = args.blocks === undefined ? null : contentOf(world, { blocks: args.blocks });
      const channelIds = channels.map(({ id }) => id);
      const files = args.files.map(({ id, title }) => store(world, uploads, { id, title, channelIds }));
      for (const channel of channelIds)
        postAsBot(world, {
          channel,
          text: args.initial_comment ?? '',
          blocks: content?.blocks ?? [],
          threadTs: args.thread_ts ?? null,
          files,
        });
      return {
        files: files.flatMap((id) => {
          const file = world.state.files.get(id);
          return file === undefined ? [] : [fileObject(world, file)];
        }),
      };
    },
  });
}

type Completed = {
  readonly id: string;
  readonly title: string | undefined;
  readonly channelIds: readonly string[];
};

function store(world: World, uploads: Uploads, { id, title, channelIds }: Completed): string {
  const upload = uploads.take(id);
  if (upload === null) throw new MethodError('file_not_found');
  const now = world.settings.nowMs();
  world.state.putFile({
    id,
    name: upload.name,
    title: title ?? upload.name,
    altText: upload.altText,
    user: world.settings.seed.app.botUser,
    createdAt: now,
    readyAt: now + world.settings.waits.fileProcessing,
    bytes: upload.bytes,
    isSnippet: upload.isSnippet,
    channels: channelIds,
  });
  return id;
}
