import type { Version } from '../core/plan.ts';
import { duration } from '../core/text.ts';
import type { Verdict } from '../core/verdict.ts';
import type { Subject } from './gate.ts';
import { type Read, readReport } from './report-from.ts';
import { quoted } from './words.ts';

/** What a report says, once it is understood. */
export type Parsed<Content> =
  | { readonly kind: 'report'; readonly content: Content; readonly says: Says }
  | { readonly kind: 'nonsense'; readonly because: string };

/** What a report says of itself. */
export type Says = {
  readonly commits: readonly string[];
  readonly versions: readonly string[];
  /** Of images, such as `sha256:…`; left out where it is a report of no image. */
  readonly digests?: readonly string[];
  readonly taken: Taken | null;
};

/** When it was made: some time between these, because many write no zone beside the time. */
export type Taken = { readonly earliestMs: number; readonly latestMs: number };

export const saysNothing: Says = { commits: [], versions: [], taken: null };

/** Everything that a report's gate looks at. */
export type ReportFacts<Content> = {
  readonly version: Version;
  readonly nowMs: number;
  readonly report:
    | Exclude<Read, { kind: 'read' }>
    | Exclude<Parsed<Content>, { kind: 'report' }>
    | (Extract<Parsed<Content>, { kind: 'report' }> &
        Pick<Extract<Read, { kind: 'read' }>, 'isNamed' | 'changedAtMs'>);
};

/** Reads a report and understands it. */
export async function lookAtReport<Content>(
  subject: Subject,
  from: { readonly from: string; readonly secret?: string | undefined },
  parse: (text: string) => Parsed<Content>,
): Promise<ReportFacts<Content>> {
  const read = await readReport(subject, from);
  return factsOf(read, parse, subject.target.version, subject.nowMs);
}

/** What is there to be judged of a report as it was read. */
export function factsOf<Content>(
  read: Read,
  parse: (text: string) => Parsed<Content>,
  version: Version,
  nowMs: number,
): ReportFacts<Content> {
  if (read.kind === 'unread') return { version, nowMs, report: read };
  const parsed = parse(read.text);
  const report =
    parsed.kind === 'nonsense' ? parsed : { ...parsed, isNamed: read.isNamed, changedAtMs: read.changedAtMs };
  return { version, nowMs, report };
}

/** A report counts when it is of this version and young enough; only then is what it says judged. */
export function judgeReport<Content>(
  { version, nowMs, report }: ReportFacts<Content>,
  { ageMax, mustBeNamed }: { readonly ageMax: number; readonly mustBeNamed: boolean },
  judge: (content: Content) => Verdict,
): Verdict {
  if (report.kind === 'unread') return { kind: 'unknown', because: report.because };
  if (report.kind === 'nonsense')
    return { kind: 'unknown', because: `the report cannot be read: ${report.because}` };
  const doubt = doubtOf(report.says, version, report.isNamed || !mustBeNamed);
  const because = doubt ?? staleness(report.says.taken, report.changedAtMs, nowMs, ageMax);
  return because === null ? judge(report.content) : { kind: 'unknown', because };
}

/** Why a report may be one of another version; null where it is of this one. */
function doubtOf(says: Says, version: Version, isNamed: boolean): string | null {
  const { commits, versions } = says;
  const { name, commit } = version;
  const image = imageDoubt(says.digests ?? [], name);
  if (image !== null || (says.digests ?? []).some((digest) => name.includes(digest))) return image;
  if (commits.length > 0 && commit === null) return `nobody says which commit ${quoted(name)} is`;
  const otherCommit = commits.find((said) => !isSameCommit(said, commit ?? ''));
  if (otherCommit !== undefined)
    return `it is a report of ${quoted(otherCommit)}, not of ${(commit ?? name).slice(0, 12)}`;
  const otherVersion = versions.find((said) => said !== name);
  if (otherVersion !== undefined) return `it is a report of ${quoted(otherVersion)}, not of ${quoted(name)}`;
  if (isNamed || commits.length + versions.length > 0) return null;
  return `nothing says that it is a report of ${quoted(name)}: it names no commit, and neither does its place`;
}

const DIGEST = /sha256:[0-9a-f]{64}/;

/** An image may have been pushed to several places, each of which gives it a digest: one of them has to be the one. */
function imageDoubt(digests: readonly string[], name: string): string | null {
  const [wanted] = DIGEST.exec(name) ?? [];
  const [said] = digests;
  if (wanted === undefined || said === undefined || digests.includes(wanted)) return null;
  return `it is a report of ${said.slice(0, 19)}, not of ${wanted.slice(0, 19)}`;
}

const COMMIT = /^(?:[0-9a-f]{7,40}|[0-9a-f]{64})$/;

/** Commits are often shortened, by whoever writes them and by platforms; nothing longer than one is one. */
function isSameCommit(one: string, other: string): boolean {
  const both = [one.toLowerCase(), other.toLowerCase()].toSorted((a, b) => a.length - b.length);
  const [short = '', long = ''] = both;
  const isShortened = short.length < 40 && long.startsWith(short);
  return both.every((each) => COMMIT.test(each)) && (isShortened || short === long);
}

/** Clocks of two machines differ. */
const CLOCKS_MS = 5 * 60_000;

function staleness(
  taken: Taken | null,
  changedAtMs: number | null,
  nowMs: number,
  ageMaxMs: number,
): string | null {
  const said = [taken, changedAtMs === null ? null : { earliestMs: changedAtMs, latestMs: changedAtMs }];
  const times = said.filter((time) => time !== null);
  if (times.length === 0) return 'nobody says how old the report is';
  if (times.some(({ earliestMs }) => earliestMs > nowMs + CLOCKS_MS)) return 'the report is from the future';
  // What was copied is as old as it was before.
  const ageMs = nowMs - Math.min(...times.map(({ latestMs }) => latestMs));
  if (ageMs <= ageMaxMs) return null;
  return `the report is ${duration(ageMs)} old, and none older than ${duration(ageMaxMs)} counts`;
}

const HOUR_MS = 3_600_000;

/** A time as reports write it; without a zone it is that of some place between UTC+14 and UTC-12. */
export function takenAt(text: string): Taken | null {
  const time = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:[.,]\d{1,9})?(Z|[+-]\d{2}:?\d{2})?$/.exec(
    text.trim(),
  );
  if (time === null) return null;
  const [, day = '', clock = '', zone] = time;
  const atMs = Date.parse(`${day}T${clock}${zone ?? 'Z'}`);
  if (Number.isNaN(atMs)) return null;
  return zone === undefined
    ? { earliestMs: atMs - 14 * HOUR_MS, latestMs: atMs + 12 * HOUR_MS }
    : { earliestMs: atMs, latestMs: atMs };
}

/** A moment in milliseconds since 1970; null for what is none. */
export function takenAtMs(atMs: number): Taken | null {
  return Number.isFinite(atMs) && atMs > 0 ? { earliestMs: atMs, latestMs: atMs } : null;
}
