import { z } from 'zod';
import { Failed } from '../core/failure.ts';
import type { Arm, Asked } from './metric.ts';

/** By what a source tells one version from another. */
export const By = z.enum(['version', 'commit', 'release']);
export type By = z.infer<typeof By>;

export type Labels = { readonly canary: string; readonly stable: string | null };

/**
 * What both versions are called where the numbers are.
 * @param pattern what may stand in a question to the source; everything else could change the question
 * @throws {Failed} `unsupported` where a version has no such name, or both have the same
 */
export function labelsOf(
  { canary, stable }: Pick<Asked, 'canary' | 'stable'>,
  by: By,
  pattern: RegExp,
  spelt: (label: string) => string = (label) => label,
): Labels {
  const labels = {
    canary: spelt(labelOf(canary, by, pattern)),
    stable: stable === null ? null : spelt(labelOf(stable, by, pattern)),
  };
  if (labels.canary === labels.stable) {
    throw unsupported(`${canary.version.name} and the version before it are both called ${labels.canary}`);
  }
  return labels;
}

function labelOf({ version, releaseId }: Arm, by: By, pattern: RegExp): string {
  const label = { version: version.name, commit: version.commit, release: releaseId }[by];
  if (label === null) throw unsupported(`nobody knows the commit of ${version.name}`);
  if (!pattern.test(label)) throw unsupported(`the ${by} ${label.slice(0, 60)} cannot be asked for by name`);
  return label;
}

function unsupported(why: string): Failed {
  const message = `these numbers cannot be told apart by version: ${why}`;
  return new Failed({ code: 'unsupported', message, retryAfterMs: null });
}
