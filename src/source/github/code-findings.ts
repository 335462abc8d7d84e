import { z } from 'zod';
import type { Severity } from '../../core/severity.ts';
import type { Findings } from '../source.ts';
import { defaultBranch } from './branch-rules.ts';
import type { Client } from './client.ts';
import { everyPage } from './every-page.ts';

const Analyses = z.array(
  z.object({
    commit_sha: z.string(),
    category: z.string().nullish(),
    tool: z.object({ name: z.string().nullish() }),
    error: z.string().nullish(),
    created_at: z.string(),
  }),
);
type Analysis = z.infer<typeof Analyses>[number];

const Alert = z.object({
  number: z.int(),
  fixed_at: z.string().nullish(),
  rule: z.object({ security_severity_level: z.string().nullish(), severity: z.string().nullish() }),
});
type Alert = z.infer<typeof Alert>;

const PAGES_MAX = 10;

/**
 * What code scanning knows of a commit: what is open on its branch, and what was fixed there only after the commit was
 * looked at. Without a look at this very commit by every tool that looks at the branch, it knows nothing of it.
 */
export async function codeFindings(
  client: Client,
  commit: string,
  branch: string | null,
): Promise<Omit<Findings, 'kind'>> {
  const name = branch ?? (await defaultBranch(client));
  if (name === null) return { open: null, doubt: 'it is not known which branch counts' };
  const ref = `refs/heads/${name}`;
  const { lines, isWhole } = await everyPage(PAGES_MAX, (page) =>
    client.get('/code-scanning/analyses', Analyses, { ref, ...page }),
  );
  const looked = lookedAt(lines, commit);
  if (looked.doubt !== null) {
    return {
      open: null,
      doubt: isWhole ? looked.doubt : `${looked.doubt} among the last ${lines.length} looks`,
    };
  }
  const [open, fixed] = await Promise.all([
    alertsAt(client, ref, 'open'),
    looked.isNewest ? { lines: [], isWhole: true } : alertsAt(client, ref, 'fixed'),
  ]);
  const since = fixed.lines.filter(({ fixed_at }) => !(Date.parse(fixed_at ?? '') < looked.atMs));
  const isAll = open.isWhole && fixed.isWhole;
  return {
    open: [...open.lines, ...since].map(severityOfRule),
    doubt: isAll ? null : 'there are more alerts than are read',
  };
}

type Looked =
  | { readonly doubt: string }
  | { readonly doubt: null; readonly atMs: number; readonly isNewest: boolean };

/** When this commit was first looked at by every tool that looks there, newest first. */
function lookedAt(analyses: readonly Analysis[], commit: string): Looked {
  const by = new Map<string, Analysis[]>();
  for (const look of analyses) {
    const tool = `${look.tool.name ?? 'a tool'} ${look.category ?? ''}`.trim();
    by.set(tool, [...(by.get(tool) ?? []), look]);
  }
  if (by.size === 0) return { doubt: 'nothing has looked at it' };
  let atMs = Number.POSITIVE_INFINITY;
  let isNewest = true;
  for (const [tool, looks] of by) {
    const own = looks.findIndex((look) => look.commit_sha === commit);
    const look = looks[own];
    if (look === undefined) return { doubt: `${tool} has not looked at ${commit.slice(0, 12)}` };
    if (look.error) return { doubt: `${tool} could not look at ${commit.slice(0, 12)}: ${look.error}` };
    const lookMs = Date.parse(look.created_at);
    if (Number.isNaN(lookMs)) return { doubt: `it is not known when ${tool} looked` };
    atMs = Math.min(atMs, lookMs);
    isNewest &&= own === 0;
  }
  return { doubt: null, atMs, isNewest };
}

function alertsAt(client: Client, ref: string, state: 'open' | 'fixed') {
  return everyPage(PAGES_MAX, (page) =>
    client.get('/code-scanning/alerts', z.array(Alert), { ref, state, ...page }),
  );
}

/** Rules that are not about security have another scale: an error is taken for high, a warning for medium. */
const scale = new Map<string, Severity>([
  ['critical', 'critical'],
  ['high', 'high'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['error', 'high'],
  ['warning', 'medium'],
  ['note', 'low'],
  ['none', 'low'],
]);

function severityOfRule({ rule }: Alert): Severity {
  return scale.get(rule.security_severity_level ?? rule.severity ?? '') ?? 'unknown';
}
