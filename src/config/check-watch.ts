import { duration } from '../core/text.ts';
import { observeMinMs, watchDeadlineMs } from '../core/watch-time.ts';
import type { Known } from './known.ts';
import type { SlipwayFile } from './schema.ts';
import { exists, type Wrong } from './wrong.ts';

type Target = SlipwayFile['services'][string]['targets'][string];

/** Looks for sources of numbers that nobody configured, for questions that they do not take, and for what nobody counts. */
export function checkWatch(
  path: Wrong['path'],
  { watch, pace }: Target,
  file: SlipwayFile,
  known: Known,
): Wrong[] {
  const names = ['platform', ...Object.keys(file.metrics)];
  const sources = watch?.sources ?? [];
  const wrong = sources.flatMap(({ from, ...query }, index) => {
    const at = [...path, 'watch', 'sources', index];
    const unknown = exists('source of numbers', from, names, [...at, 'from']);
    if (unknown.length > 0) return unknown;
    const isTwice = sources.findIndex((each) => each.from === from) !== index;
    if (isTwice) return [{ path: [...at, 'from'], message: TWICE, meant: [] }];
    return known.checkQuery(kindOf(from, file), query).map((issue) => ({
      path: [...at, ...issue.path],
      message: `the source ${from} does not take this: ${issue.message}.`,
      meant: [],
    }));
  });
  const short = checkShort(
    [...path, 'pace', 'observe'],
    pace.observe,
    (watch?.sources ?? []).map(({ from, ...query }) => ({
      from,
      lateMs: known.lateMs(kindOf(from, file), query),
    })),
  );
  return [...wrong, ...short, ...checkBusiness(path, watch ?? null)];
}

function kindOf(from: string, { metrics }: SlipwayFile): string {
  return from === 'platform' ? 'platform' : (metrics[from]?.kind ?? '');
}

/** Where numbers are known later than a share is waited for, every rollout would go back, and nobody would know why. */
function checkShort(
  path: Wrong['path'],
  observeMs: number,
  sources: readonly { readonly from: string; readonly lateMs: number }[],
): Wrong[] {
  const [latest] = sources.toSorted((a, b) => b.lateMs - a.lateMs);
  if (latest === undefined || observeMs >= observeMinMs(latest.lateMs)) return [];
  const late = `the numbers of ${latest.from} may be known ${duration(latest.lateMs)} late`;
  const back = `what is not known to be good goes back after ${duration(watchDeadlineMs(observeMs))}`;
  const least = duration(observeMinMs(latest.lateMs)).replaceAll(' ', '');
  return [{ path, message: `is too short: ${late}, and ${back}. Write ${least} or more.`, meant: [] }];
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
