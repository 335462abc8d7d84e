import { type Delivery, median } from '../../../core/delivery.ts';
import { duration } from '../../../core/text.ts';

/** One number of delivery, with everything that it takes to check it. */
export type Measure = {
  readonly name: string;
  readonly value: string;
  /** What was divided by what, or what it is the middle of. */
  readonly counted: string;
  /** `at least 99.5 %: not met`; `none` where there is no target. */
  readonly target: string;
};

const MINUTE_MS = 60_000;
/** What Slipway is built to keep. */
const TARGETS = {
  successPercent: 99.5,
  rollbackMs: 2 * MINUTE_MS,
  restoreMs: 5 * MINUTE_MS,
  deploymentMs: 10 * MINUTE_MS,
} as const;

const NOT_ENOUGH = 'not enough';

/** The four numbers of DORA first (https://dora.dev/guides/dora-metrics-four-keys/), then ours. */
export function measuresOf(delivery: Delivery): readonly Measure[] {
  const { deployed, changed, failed, takenBack, days } = delivery;
  return [
    {
      name: 'Deployment frequency',
      value: deployed === 0 ? 'none' : `${round(deployed / days)} a day`,
      counted: `${counted(deployed, 'deployment')} in ${duration(days * 1_440 * MINUTE_MS)}`,
      target: 'none',
    },
    {
      name: 'Lead time',
      ...middle(delivery.leadTimesMs, null),
      counted: `median of ${counted(delivery.leadTimesMs.length, 'commit')}, of ${delivery.deployedWithCommits} of ${counted(deployed, 'deployment')}`,
    },
    {
      name: 'Change failure rate',
      value: share(failed, changed),
      counted: `${failed} failed or taken back of ${changed} that changed something`,
      target: 'none',
    },
    {
      name: 'Time to restore',
      ...middle(delivery.restoreTimesMs, TARGETS.restoreMs),
      counted: `median of ${delivery.restoreTimesMs.length} of ${failed} failed, from the first traffic until it was back`,
    },
    {
      name: 'Success rate',
      value: share(deployed, changed),
      counted: `${deployed} deployed of ${changed} that changed something`,
      target: atLeast(deployed, changed, TARGETS.successPercent),
    },
    {
      name: 'Rollback rate',
      value: share(takenBack, changed),
      counted: `${takenBack} taken back of ${changed} that changed something`,
      target: 'none',
    },
    {
      name: 'Rollback time',
      ...middle(delivery.rollbackTimesMs, TARGETS.rollbackMs),
      counted: `median of ${counted(delivery.rollbackTimesMs.length, 'rollback')}`,
    },
    {
      name: 'Deployment time',
      ...middle(delivery.deploymentTimesMs, TARGETS.deploymentMs),
      counted: `median of ${counted(delivery.deploymentTimesMs.length, 'deployment')}, without waiting for people`,
    },
  ];
}

/** 0 of 0 is not 0 %: nothing is known then. */
function share(part: number, whole: number): string {
  return whole === 0 ? NOT_ENOUGH : `${round((100 * part) / whole)} %`;
}

function atLeast(part: number, whole: number, percent: number): string {
  if (whole === 0) return `at least ${percent} %: ${NOT_ENOUGH}`;
  return `at least ${percent} %: ${(100 * part) / whole >= percent ? 'met' : 'not met'}`;
}

/** A time to keep is kept when the longest one keeps it. */
function middle(times: readonly number[], mostMs: number | null): Pick<Measure, 'value' | 'target'> {
  const half = median(times);
  const longest = Math.max(...times);
  const most = mostMs === null ? null : `each below ${duration(mostMs)}`;
  if (half === null) return { value: NOT_ENOUGH, target: most === null ? 'none' : `${most}: ${NOT_ENOUGH}` };
  const [typical, worst] = [duration(half), duration(longest)];
  const value = typical === worst ? typical : `${typical}, longest ${worst}`;
  const isMet = mostMs !== null && longest < mostMs;
  return { value, target: most === null ? 'none' : `${most}: ${isMet ? 'met' : 'not met'}` };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function round(value: number): string {
  return String(Number(value.toFixed(value >= 10 ? 1 : 2)));
}
