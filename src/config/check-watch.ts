import type { Known } from './known.ts';
import type { SlipwayFile } from './schema.ts';
import { exists, type Wrong } from './wrong.ts';

type Target = SlipwayFile['services'][string]['targets'][string];

/** Looks for sources of numbers that nobody configured, and for questions that they do not take. */
export function checkWatch(path: Wrong['path'], { watch }: Target, file: SlipwayFile, known: Known): Wrong[] {
  const names = ['platform', ...Object.keys(file.metrics)];
  return (watch?.sources ?? []).flatMap(({ from, ...query }, index) => {
    const at = [...path, 'watch', 'sources', index];
    const unknown = exists('source of numbers', from, names, [...at, 'from']);
    if (unknown.length > 0) return unknown;
    const kind = from === 'platform' ? 'platform' : (file.metrics[from]?.kind ?? '');
    return known.checkQuery(kind, query).map((issue) => ({
      path: [...at, ...issue.path],
      message: `the source ${from} does not take this: ${issue.message}.`,
      meant: [],
    }));
  });
}
