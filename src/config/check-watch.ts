import type { Known } from './known.ts';
import type { SlipwayFile } from './schema.ts';
import { exists, type Wrong } from './wrong.ts';

type Target = SlipwayFile['services'][string]['targets'][string];

/** Looks for sources of numbers that nobody configured, for questions that they do not take, and for what nobody counts. */
export function checkWatch(path: Wrong['path'], { watch }: Target, file: SlipwayFile, known: Known): Wrong[] {
  const names = ['platform', ...Object.keys(file.metrics)];
  const sources = watch?.sources ?? [];
  const wrong = sources.flatMap(({ from, ...query }, index) => {
    const at = [...path, 'watch', 'sources', index];
    const unknown = exists('source of numbers', from, names, [...at, 'from']);
    if (unknown.length > 0) return unknown;
    const isTwice = sources.findIndex((each) => each.from === from) !== index;
    if (isTwice) return [{ path: [...at, 'from'], message: TWICE, meant: [] }];
    const kind = from === 'platform' ? 'platform' : (file.metrics[from]?.kind ?? '');
    return known.checkQuery(kind, query).map((issue) => ({
      path: [...at, ...issue.path],
      message: `the source ${from} does not take this: ${issue.message}.`,
      meant: [],
    }));
  });
  return [...wrong, ...checkBusiness(path, watch ?? null)];
}

/** What is remembered of a source is kept under its name: two questions under one would be taken for one counter. */
const TWICE =
  'is asked already: give the same place another name under metrics to ask it for something else.';

/** What no source counts would never be judged, and nobody would see it. */
function checkBusiness(path: Wrong['path'], watch: Target['watch'] | null): Wrong[] {
  const counted = (watch?.sources ?? []).flatMap(({ business }) =>
    typeof business === 'object' && business !== null ? Object.keys(business) : [],
  );
  return (watch?.business ?? []).flatMap(({ name }, index) =>
    exists('business of a source', name, counted, [...path, 'watch', 'business', index, 'name']),
  );
}
