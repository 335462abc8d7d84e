import type { Json, StoredFile } from '../model.ts';
import type { World } from '../world.ts';

const types: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  json: 'application/json',
  pdf: 'application/pdf',
  md: 'text/markdown',
  csv: 'text/csv',
};

export function extensionOf(file: Pick<StoredFile, 'name'>): string {
  return /\.([A-Za-z0-9]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? '';
}

export function typeOf(file: Pick<StoredFile, 'name'>): string {
  return types[extensionOf(file)] ?? 'text/plain';
}

export function isReady(world: World, file: StoredFile): boolean {
  return world.settings.nowMs() >= file.readyAt;
}

/** A file as files.info shows it: without a `mimetype` until Slack has looked at it. */
export function fileObject(world: World, file: StoredFile): Json {
  const seconds = Math.floor(file.createdAt / 1_000);
  return {
    id: file.id,
    created: seconds,
    timestamp: seconds,
    name: file.name,
    title: file.title,
    alt_txt: file.altText,
    mimetype: isReady(world, file) ? typeOf(file) : '',
    filetype: isReady(world, file) ? extensionOf(file) || 'text' : '',
    pretty_type: extensionOf(file).toUpperCase(),
    user: file.user,
    user_team: world.settings.seed.team.id,
    size: file.bytes.length,
    mode: file.isSnippet ? 'snippet' : 'hosted',
    is_external: false,
    is_public: false,
    channels: file.channels.filter((id) => id.startsWith('C')),
    groups: [],
    ims: file.channels.filter((id) => id.startsWith('D')),
    url_private: `${world.url()}/files-pri/${file.id}`,
    url_private_download: `${world.url()}/files-pri/${file.id}?download=1`,
    permalink: `${world.url()}/archives/files/${file.id}`,
  };
}
