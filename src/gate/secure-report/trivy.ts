import { z } from 'zod';
import { understand } from '../json.ts';
import { type Parsed, takenAt } from '../report.ts';
import { digestsIn, type Found, severityOf } from './findings.ts';

const Finding = z.object({ Severity: z.string() });

/** Trivy's JSON, schema 2 (https://trivy.dev/docs/latest/configuration/reporting/#json), in the fields that we read. */
const Trivy = z.object({
  SchemaVersion: z.literal(2),
  CreatedAt: z.string().optional(),
  ArtifactName: z.string(),
  Metadata: z
    .object({ RepoDigests: z.array(z.string()).optional(), Commit: z.string().optional() })
    .optional(),
  // Left out where there was nothing that it knows how to look at, which is not nothing found.
  Results: z
    .array(
      z.object({
        Target: z.string(),
        Vulnerabilities: z.array(Finding).nullish(),
        Misconfigurations: z.array(Finding.extend({ Status: z.string().optional() })).nullish(),
        Secrets: z.array(Finding).nullish(),
      }),
    )
    .min(1),
});

export function parseTrivy(text: string): Parsed<Found> {
  const read = understand(text, Trivy);
  if (read.kind === 'nonsense') return read;
  const { ArtifactName, Metadata, Results, CreatedAt } = read.value;
  const found = Results.flatMap(({ Vulnerabilities, Misconfigurations, Secrets }) => [
    ...(Vulnerabilities ?? []),
    ...(Misconfigurations ?? []).filter(({ Status }) => Status !== 'PASS'),
    ...(Secrets ?? []),
  ]);
  return {
    kind: 'report',
    content: { tool: 'Trivy', severities: found.map(({ Severity }) => severityOf(Severity)), mildest: null },
    says: {
      commits: Metadata?.Commit === undefined ? [] : [Metadata.Commit],
      versions: [],
      digests: digestsIn([ArtifactName, ...(Metadata?.RepoDigests ?? [])]),
      // Its own clock writes more digits than anybody reads.
      taken: takenAt(CreatedAt ?? ''),
    },
  };
}
