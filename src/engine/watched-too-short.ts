import type { Order } from '../core/order.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { code, duration } from '../core/text.ts';
import { observeMinMs, watchDeadlineMs } from '../core/watch-time.ts';
import type { Place } from './desk/place.ts';
import type { EngineParts } from './parts.ts';

/**
 * Whoever orders shares to be watched for less than the configuration says may ask for less than its sources are late:
 * then it would go back at its first share, however good it is.
 */
export function refuseTooShort(
  { metricNamed }: Pick<EngineParts, 'metricNamed'>,
  { purpose, pace: { observeMs } }: Pick<Order, 'purpose' | 'pace'>,
  { id, target }: Pick<Place, 'id' | 'target'>,
): Refusal | null {
  if (purpose !== 'deploy' || observeMs === null) return null;
  const [latest] = (target.watch?.sources ?? [])
    .map(({ from, query }) => ({ from, lateMs: metricNamed?.(from)?.lateMs?.(query) ?? 0 }))
    .toSorted((a, b) => b.lateMs - a.lateMs);
  if (latest === undefined || observeMs >= observeMinMs(latest.lateMs)) return null;
  const { from, lateMs } = latest;
  const least = duration(observeMinMs(lateMs)).replaceAll(' ', '');
  return refuse(
    'bad-arguments',
    [
      `${duration(observeMs)} is too short to watch ${id}: the numbers of ${from} may be known ${duration(lateMs)} late, `,
      `and what is not known to be good goes back after ${duration(watchDeadlineMs(observeMs))}.`,
    ],
    { next: ['Type ', code(`--bake ${least}`), ' or more, or leave it out for what is configured there.'] },
  );
}
