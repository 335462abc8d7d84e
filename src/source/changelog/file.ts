import { open } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { Failed, type Failure } from '../../core/failure.ts';
import { Ref } from '../../core/names.ts';

const BYTES_MAX = 1_024 * 1_024;
const LIST_MAX = 5_000;

/** YAML is read without guessing, so that version 1.10 stays what was typed; numbers and switches come as text then. */
const Words = z.string().trim().min(1).max(500);
const Switch = z.union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')]);
const Moment = z.union(
  [z.iso.datetime({ offset: true }), z.iso.date()],
  'must be a day or a moment, such as 2026-11-20 or 2026-11-20T14:00:00Z',
);
const Keys = z.array(Words).max(LIST_MAX).default([]);

const Author = z
  .strictObject({
    name: Words,
    /** The id by which the chat knows the person, so that the same person is recognised there. */
    account: Words.nullable().default(null),
  })
  .or(Words.transform((name) => ({ name, account: null })));

const Release = z.strictObject({
  version: Ref,
  commit: Ref.nullable().default(null),
  at: Moment.optional(),
  commits: z
    .array(z.strictObject({ id: Words, author: Author, title: Words, at: Moment.optional() }))
    .max(LIST_MAX),
  /** Names of the files that it changed; left out where that is not kept. */
  files: z.array(Words).max(LIST_MAX).optional(),
  /** All files that belong to it and are asked for by anybody, such as its migrations; left out where nothing is. */
  contains: z.array(Words).max(LIST_MAX).optional(),
  migrations: z
    .array(
      z.strictObject({
        id: Words,
        phase: z.enum(['expand', 'contract']).nullable().default(null),
        isReversible: Switch.nullable().default(null),
      }),
    )
    .max(LIST_MAX)
    .optional(),
  configuration: z.strictObject({ added: Keys, removed: Keys, changed: Keys }).optional(),
  /** How what was checked of it ended; left out where nothing was. */
  checks: z
    .array(z.strictObject({ name: Words, state: z.enum(['pass', 'fail']) }))
    .max(LIST_MAX)
    .optional(),
});
export type Release = z.output<typeof Release>;

/** A service's own list of its releases, newest first, each with what it added to the one before it. */
const Changelog = z
  .strictObject({ releases: z.array(Release).max(LIST_MAX) })
  .superRefine(({ releases }, context) => {
    const wrong = (message: string) => context.addIssue({ code: 'custom', message, path: ['releases'] });
    const names = releases.map(({ version }) => version);
    if (new Set(names).size < names.length) wrong('names a version twice');
    for (const key of ['files', 'migrations', 'configuration'] as const) {
      const saying = releases.filter((release) => release[key] !== undefined).length;
      // Left out here and there it would be read as "none", and nothing would be further from safe.
      if (saying > 0 && saying < releases.length) wrong(`says ${key} of some releases and not of others`);
    }
  });

/**
 * Newest first.
 * @throws {Failed} `not-found` without the file, `misunderstood` when it is not what it should be
 */
export async function readReleases(path: string): Promise<readonly Release[]> {
  const text = await readAtMost(path, BYTES_MAX + 1).catch((error: NodeJS.ErrnoException) => {
    throw failed('not-found', `the changelog ${path} cannot be read (${error.code ?? 'unknown reason'})`);
  });
  if (Buffer.byteLength(text) > BYTES_MAX)
    throw failed('misunderstood', `the changelog ${path} is larger than 1 MB`);
  const read = Changelog.safeParse(fromText(path, text));
  if (read.success) return read.data.releases;
  const said = read.error.issues.slice(0, 3).map(({ path: at, message }) => `${at.join('.')}: ${message}`);
  throw failed('misunderstood', `the changelog ${path} is not a list of releases: ${said.join('; ')}`);
}

function fromText(path: string, text: string): unknown {
  try {
    // Without aliases nothing can be made larger than it was written.
    return path.endsWith('.json')
      ? JSON.parse(text)
      : parse(text, { schema: 'failsafe', maxAliasCount: 0, logLevel: 'error' });
  } catch {
    throw failed('misunderstood', `the changelog ${path} is neither YAML nor JSON`);
  }
}

async function readAtMost(path: string, bytesMax: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(bytesMax);
    const { bytesRead } = await file.read(buffer, 0, bytesMax, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function failed(code: Failure['code'], message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}
