import { z } from 'zod';
import { Failed } from '../core/failure.ts';
import type { Version } from '../core/plan.ts';
import { SecretReference } from '../core/secret-reference.ts';
import { lookInSource, short } from './from-source.ts';
import type { Subject } from './gate.ts';
import { isSafeAddress, quoted, Time } from './words.ts';

const DAY_MS = 86_400_000;
const PLACEHOLDER = /\{(commit|version)\}/g;

/** What a source keeps of what the checks of a commit have left: `artefact:<name>/<file in it>`. */
const ARTEFACT = /^artefact:([^/{}\0]{1,200})\/([^{}\0]{1,500})$/;

function isAddress(from: string): boolean {
  return /^https?:/i.test(from);
}

/** Where the placeholders are filled, an address must stay what it is: they stand behind the name of the host. */
function isPlace(from: string): boolean {
  if (ARTEFACT.test(from)) return true;
  const filled = from.replace(PLACEHOLDER, 'x');
  if (/[{}\0]/.test(filled)) return false;
  if (!isAddress(from)) return !/^[a-z][a-z0-9+.-]*:/i.test(from);
  const host = /^https?:\/\/[^/?]*/i.exec(from)?.[0] ?? '';
  return isSafeAddress(filled) && !host.includes('{');
}

/** Whether an address or a path names what the report is of. */
export function namesVersion(from: string): boolean {
  return ARTEFACT.test(from) || from.search(PLACEHOLDER) !== -1;
}

export const From = z
  .string()
  .min(1)
  .max(1_000)
  .refine(
    isPlace,
    'must be an https address or a path, in which {commit} and {version} alone are filled in, and not in the name of the host; or artefact:<name>/<file>',
  )
  .describe(
    'An https address or a file; {commit} and {version} are filled in. Or artefact:<name>/<file>, left by a run of the commit.',
  );

/** For reports that cannot say themselves what they are of. */
export const NamedFrom = From.refine(
  namesVersion,
  'must name {commit} or {version}, because such a report does not say which version it is of',
);

/** What every gate takes that reads a report. */
export const ReportSettings = {
  secret: SecretReference.optional().describe('Shown to the address as a bearer token.'),
  ageMax: Time(60_000, 365 * DAY_MS)
    .default(7 * DAY_MS)
    .describe('An older report says nothing; 7d when left out.'),
};

export type Read =
  | {
      readonly kind: 'read';
      readonly text: string;
      /** When it was put there; null where nobody says. */
      readonly changedAtMs: number | null;
      /** Whether its place names the version that it is of. */
      readonly isNamed: boolean;
    }
  | { readonly kind: 'unread'; readonly because: string };

/** A report as it is now. Whatever keeps it from being read is a reason and not a failure: it may be there soon. */
export async function readReport(
  { outside, reach, source, target }: Pick<Subject, 'outside' | 'reach' | 'source' | 'target'>,
  { from, secret }: { readonly from: string; readonly secret?: string | undefined },
): Promise<Read> {
  const [, artefact = '', path = ''] = ARTEFACT.exec(from) ?? [];
  if (artefact !== '') return readArtefact({ source, target }, artefact, path);
  const place = fill(from, target.version);
  if (place.kind === 'unfilled') return { kind: 'unread', because: place.because };
  try {
    const found = isAddress(place.at)
      ? await fromAddress(outside, place.at, secret ?? null)
      : await reach.file(place.at);
    return { kind: 'read', ...found, isNamed: namesVersion(from) };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { kind: 'unread', because: sayFailure(error, place.at) };
  }
}

/** It is of the commit because the source says so. */
async function readArtefact(
  subject: Pick<Subject, 'source' | 'target'>,
  name: string,
  path: string,
): Promise<Read> {
  const looked = await lookInSource(
    subject,
    (source, commit) => source.artefact?.(commit, name, path) ?? null,
  );
  if (looked.kind === 'not-looked') return { kind: 'unread', because: looked.because };
  const { value: file, commit } = looked;
  if (file !== null) return { kind: 'read', text: file.text, changedAtMs: file.madeAtMs, isNamed: true };
  return {
    kind: 'unread',
    because: `no run of ${short(commit)} has left ${quoted(path)} in an artefact named ${quoted(name)}`,
  };
}

function sayFailure({ failure }: Failed, at: string): string {
  const where = quoted(at.replace(/\?.*$/, ''));
  return failure.code === 'not-found' ? `there is no report at ${where}` : failure.message;
}

async function fromAddress(
  outside: Subject['outside'],
  address: string,
  secret: string | null,
): Promise<{ text: string; changedAtMs: number | null }> {
  const { origin, pathname, searchParams } = new URL(address);
  const query = Object.fromEntries([...searchParams.keys()].map((key) => [key, searchParams.getAll(key)]));
  const asked = { method: 'GET', path: pathname, query, Answer: z.string(), as: 'text' } as const;
  const { value, header } = await outside(origin, secret).send(asked);
  const changedAtMs = Date.parse(header('last-modified') ?? '');
  return { text: value, changedAtMs: Number.isNaN(changedAtMs) ? null : changedAtMs };
}

export type Filled =
  | { readonly kind: 'filled'; readonly at: string }
  | { readonly kind: 'unfilled'; readonly because: string };

const COMMIT = /^[0-9a-f]{7,64}$/i;
/** A tag, a number, a branch: nothing that has a meaning in a path but the slash, which is escaped or refused. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._+/-]{0,199}$/;

/** Puts the version into a place, in such a way that it stays one word of it. */
export function fill(from: string, { name, commit }: Version): Filled {
  const wantsCommit = from.includes('{commit}');
  if (wantsCommit && (commit === null || !COMMIT.test(commit))) {
    return { kind: 'unfilled', because: `nobody says which commit ${quoted(name)} is` };
  }
  const isName = NAME.test(name) && !name.includes('..') && (isAddress(from) || !name.includes('/'));
  if (from.includes('{version}') && !isName) {
    return { kind: 'unfilled', because: `${quoted(name)} cannot stand in the place of a report` };
  }
  const values = new Map([
    ['commit', commit ?? ''],
    ['version', isAddress(from) ? encodeURIComponent(name) : name],
  ]);
  return { kind: 'filled', at: from.replace(PLACEHOLDER, (_, word: string) => values.get(word) ?? '') };
}
