import type { IncomingMessage } from 'node:http';
import { parse } from 'node:querystring';
import { isJson, type Json } from '../model.ts';

/** @returns null when the body is longer than it may be. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Arguments that are JSON inside a form. */
const nested = new Set(['blocks', 'attachments', 'metadata', 'view', 'files', 'unfurls']);

export type Arguments =
  | { readonly kind: 'arguments'; readonly args: Json; readonly lacksCharset: boolean }
  | { readonly kind: 'refused'; readonly error: string };

/** The arguments of a Web API call, from whichever form they came in; the query counts too. */
export function readArguments(body: Buffer, contentType: string, query: URLSearchParams): Arguments {
  const fromQuery = Object.fromEntries(query);
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  if (body.length === 0) return { kind: 'arguments', args: opened(fromQuery), lacksCharset: false };
  if (type === 'application/json') {
    const value = parsed(body.toString('utf8'));
    if (value === undefined) return { kind: 'refused', error: 'invalid_json' };
    if (!isJson(value)) return { kind: 'refused', error: 'json_not_object' };
    return { kind: 'arguments', args: { ...fromQuery, ...value }, lacksCharset: parameters.length === 0 };
  }
  if (type !== 'application/x-www-form-urlencoded') return { kind: 'refused', error: 'invalid_post_type' };
  const form = Object.fromEntries(Object.entries(parse(body.toString('utf8'))).map(lastOf));
  return { kind: 'arguments', args: opened({ ...fromQuery, ...form }), lacksCharset: false };
}

function lastOf([name, value]: readonly [string, string | string[] | undefined]): [string, string] {
  return [name, Array.isArray(value) ? (value.at(-1) ?? '') : (value ?? '')];
}

function opened(fields: Readonly<Record<string, string>>): Json {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      nested.has(name) ? (parsed(value) ?? value) : value,
    ]),
  );
}

/** @returns undefined for what is not JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The content of an upload: the whole body, or the file in a form, as SDKs send it. */
export async function readUpload(body: Buffer, contentType: string): Promise<Buffer | null> {
  if (!contentType.startsWith('multipart/form-data')) return body;
  try {
    const bytes = new Uint8Array(body);
    const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
    for (const value of form.values())
      if (typeof value !== 'string') return Buffer.from(await value.arrayBuffer());
    return null;
  } catch {
    return null;
  }
}
