import { z } from 'zod';
import { severities } from '../../core/severity.ts';
import { understand } from '../json.ts';
import type { Parsed } from '../report.ts';
import { digestsIn, type Found, severityOf } from './findings.ts';

/** What `snyk test --json` writes for one project, in the fields that we read; for several it is a list of them. */
const Project = z.object({
  ok: z.boolean(),
  error: z.string().optional(),
  vulnerabilities: z.array(z.object({ id: z.string(), severity: z.string() })),
  severityThreshold: z.string().optional(),
  path: z.string().optional(),
});
type Project = z.infer<typeof Project>;

const Snyk = z.union([Project.transform((one) => [one]), z.array(Project).min(1)]);

export function parseSnyk(text: string): Parsed<Found> {
  const read = understand(text, Snyk);
  if (read.kind === 'nonsense') return read;
  const projects = read.value;
  if (projects.some(({ error }) => error !== undefined)) {
    return { kind: 'nonsense', because: 'Snyk did not get to its end' };
  }
  if (projects.some(({ ok, vulnerabilities }) => ok !== (vulnerabilities.length === 0))) {
    return {
      kind: 'nonsense',
      because: 'it says that all is well, and names what is not, or the other way round',
    };
  }
  return {
    kind: 'report',
    content: { tool: 'Snyk', severities: projects.flatMap(found), mildest: mildestOf(projects) },
    says: {
      commits: [],
      versions: [],
      digests: digestsIn(projects.flatMap(({ path }) => path ?? [])),
      taken: null,
    },
  };
}

/** The same one is there once for every way that leads to it. */
function found({ vulnerabilities }: Project) {
  return [
    ...new Map(
      vulnerabilities.map((one) => [`${one.id} ${one.severity}`, severityOf(one.severity)]),
    ).values(),
  ];
}

/** `--severity-threshold` leaves out what is milder; of several the one that leaves out most counts. */
function mildestOf(projects: readonly Project[]): Found['mildest'] {
  const said = projects.flatMap(({ severityThreshold }) => severityThreshold ?? []).map(severityOf);
  if (said.includes('unknown')) return 'critical';
  return severities.find((severity) => said.includes(severity)) ?? null;
}
