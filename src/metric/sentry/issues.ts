import type { Verdict } from '../../core/verdict.ts';
import { oneLine } from '../one-line.ts';
import type { Issue, Release } from './schema.ts';
import type { IssuesQuery } from './settings.ts';

/** As many as people read in one sentence. */
const NAMED_MAX = 3;

/**
 * New issues speak against a release. That there are none speaks for it only where Sentry has heard from it: a release
 * may be made known to Sentry long before anything runs.
 */
export function issuesVerdict(
  name: string,
  { project, levels, max }: IssuesQuery,
  release: Release | null,
  issues: readonly Issue[],
): Verdict {
  const counted = issues.filter(({ level }) => levels.some((each) => each === level));
  if (counted.length > max) {
    const named = counted
      .slice(0, NAMED_MAX)
      .map(({ shortId, title }) => oneLine(`${shortId} ${title}`).slice(0, 80));
    const because = `${counted.length} new ${counted.length === 1 ? 'issue' : 'issues'} in ${name}: ${named.join('; ')}`;
    return { kind: 'fail', because };
  }
  if (release === null) return { kind: 'unknown', because: `Sentry has never heard of the release ${name}` };
  if (!isHeardFrom(release, project)) {
    return { kind: 'unknown', because: `Sentry knows the release ${name} and has heard nothing from it` };
  }
  // Words for levels that nobody knows are nobody's to leave out.
  const strange = issues.filter(({ level }) => !KNOWN_LEVELS.has(level));
  if (strange.length > 0) {
    return {
      kind: 'unknown',
      because: `Sentry has new issues in ${name} of the level ${oneLine(strange[0]?.level ?? '')}`,
    };
  }
  const few = counted.length === 0 ? 'no new issue' : `no more than ${max} new issues`;
  return { kind: 'pass', because: `${few} in ${name}` };
}

const KNOWN_LEVELS = new Set(['sample', 'debug', 'info', 'warning', 'error', 'fatal']);

function isHeardFrom({ lastEvent, projects }: Release, project: string): boolean {
  const hasSessions = projects.some(
    ({ slug, healthData }) => slug === project && healthData?.hasHealthData === true,
  );
  return hasSessions || (lastEvent ?? '') !== '';
}
