import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import { type Severity, severities } from '../../core/severity.ts';
import type { Findings } from '../source.ts';
import { defaultBranch } from './branch-rules.ts';
import type { Client } from './client.ts';
import { codeFindings } from './code-findings.ts';
import { everyPage } from './every-page.ts';

const PAGES_MAX = 10;
const PAGE = 100;

/**
 * What GitHub knows to be unsafe in a commit. What it finds in dependencies it keeps for the default branch alone, so
 * that for an older commit what has gone since is added.
 * @param branch where the commit is; null: the repository's default branch
 */
export async function findingsIn(
  client: Client,
  commit: string,
  branch: string | null,
): Promise<readonly Findings[]> {
  return Promise.all([
    looked('code', () => codeFindings(client, commit, branch)),
    looked('dependencies', () => dependencyFindings(client, commit)),
    looked('secrets', () => secretFindings(client)),
  ]);
}

/** What is switched off, or must not be read, is not known, and never clean. */
async function looked(
  kind: Findings['kind'],
  look: () => Promise<Omit<Findings, 'kind'>>,
): Promise<Findings> {
  try {
    return { kind, ...(await look()) };
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { kind, open: null, doubt: error.failure.message };
  }
}

const Dependency = z.object({ security_advisory: z.object({ severity: z.string() }) });
const Head = z.object({ sha: z.string() });
const asked = severities.filter((severity) => severity !== 'unknown');

async function dependencyFindings(client: Client, commit: string): Promise<Omit<Findings, 'kind'>> {
  // One page of each, because the next one is only told in a header.
  const pages = await Promise.all(
    asked.map((severity) =>
      client.get('/dependabot/alerts', z.array(Dependency), { state: 'open', severity, per_page: PAGE }),
    ),
  );
  const open = pages.flat().map(({ security_advisory }) => severityOf(security_advisory.severity));
  const full = asked.filter((_, index) => pages[index]?.length === PAGE);
  const gone = await goneSince(client, commit);
  const doubts = [
    ...(full.length === 0 ? [] : [`there are ${PAGE} or more of ${full.join(' and of ')} severity`]),
    ...(typeof gone === 'string' ? [gone] : []),
  ];
  return {
    open: [...open, ...(typeof gone === 'string' ? [] : gone)],
    doubt: doubts.length === 0 ? null : doubts.join(', and '),
  };
}

const Gone = z.array(
  z.object({
    change_type: z.string(),
    vulnerabilities: z.array(z.object({ severity: z.string() })).default([]),
  }),
);

/** What was unsafe in this commit's dependencies and is not there any more at the head; or why nobody can say. */
async function goneSince(client: Client, commit: string): Promise<readonly Severity[] | string> {
  const branch = await defaultBranch(client);
  const found =
    branch === null
      ? null
      : await client.find('/commits/{ref}', Head, { ref: `heads/${branch}`, per_page: 1 });
  if (branch === null || found === null) return 'it is not known which commit they are of';
  if (found.sha === commit) return [];
  const basehead = `${commit}...${found.sha}`;
  try {
    const changes = await client.get('/dependency-graph/compare/{basehead}', Gone, { basehead });
    return changes
      .filter(({ change_type }) => change_type !== 'added')
      .flatMap(({ vulnerabilities }) => vulnerabilities.map(({ severity }) => severityOf(severity)));
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return `they are of ${branch}, which has gone on since: ${error.failure.message}`;
  }
}

const Secret = z.object({ number: z.int() });

/** Whoever has read a secret once has it, whatever commit runs. */
async function secretFindings(client: Client): Promise<Omit<Findings, 'kind'>> {
  const { lines, isWhole } = await everyPage(PAGES_MAX, (page) =>
    // Without this GitHub sends the secrets themselves.
    client.get('/secret-scanning/alerts', z.array(Secret), { state: 'open', hide_secret: true, ...page }),
  );
  return { open: lines.map(() => 'critical'), doubt: isWhole ? null : `there are more than ${lines.length}` };
}

const words = new Map<string, Severity>([
  ['critical', 'critical'],
  ['high', 'high'],
  ['medium', 'medium'],
  ['moderate', 'medium'],
  ['low', 'low'],
]);

/** A word that we do not know is no severity, and never the mildest. */
export function severityOf(word: string): Severity {
  return words.get(word.toLowerCase()) ?? 'unknown';
}
