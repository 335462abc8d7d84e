import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { type Reply, textReply } from '../http/reply.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** Scripts only from here, so that nothing in a message can become one. */
const policy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: https:",
  "font-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** One of the page's built files. A path without an extension is the page itself. */
export async function pageFile(folder: string | null, verb: string, path: string): Promise<Reply> {
  if (verb !== 'GET' && verb !== 'HEAD') return textReply(404, 'There is no such address.');
  if (folder === null) return textReply(404, 'This workspace has no page.');
  const wanted = extname(path) === '' ? '/index.html' : path;
  const type = types[extname(wanted)];
  const found = type === undefined ? null : await inside(folder, wanted);
  if (type === undefined || found === null) return textReply(404, 'There is no such file.');
  const isHashed = wanted.startsWith('/assets/');
  return {
    status: 200,
    headers: {
      'content-type': type,
      'content-security-policy': policy,
      'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
    body: await readFile(found),
  };
}

/** The file's real path, or null when it is not below the folder, links followed. */
async function inside(folder: string, path: string): Promise<string | null> {
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, decodeURIComponent(path)));
    return file.startsWith(root + sep) ? file : null;
  } catch {
    return null;
  }
}
