import type { Measured } from './run.ts';
import type { Tally } from './tally.ts';
import { type Share, shareOf } from './wilson.ts';

/** Healthy versions that were taken back: by judge, over the cells of each world. */
export function falseAlarms(measured: readonly Measured[]): string {
  const healthy = measured.filter(isHealthy);
  const worlds = [...new Set(healthy.map(groupOf))];
  const judges = judgesOf(healthy);
  const head = ['judge', ...worlds, 'worst cell of all', 'with two versions'];
  const lines = judges.map((judge) => {
    const of = (cells: readonly Measured[]) => cells.flatMap((each) => tallyFrom(each, judge));
    const cells = worlds.map((world) => of(healthy.filter((each) => groupOf(each) === world)));
    const worst = worstOf(of(healthy));
    const controlled = together(of(healthy).map((tally) => tally.backsWithControl));
    return [
      judge,
      ...cells.map(meanAndWorst),
      worst === null ? '' : withInterval(worst),
      percent(controlled),
    ];
  });
  return markdown(head, lines);
}

/** Each healthy cell under our judges: what was taken back and what was blamed, and where it did not know. */
export function falseAlarmsByCell(measured: readonly Measured[], judges: readonly string[]): string {
  const head = judges.flatMap((judge) => [
    `${judge}: taken back`,
    'blamed',
    'paused',
    'unsure at a stage’s end',
  ]);
  const lines = measured
    .filter(isHealthy)
    .map((each) => [
      each.key.replace(', healthy', ''),
      ...judges.flatMap((judge) =>
        tallyFrom(each, judge).flatMap(({ backs, because, paused, unsure }) => [
          withInterval(backs),
          blamed(because),
          percent(paused),
          percent(unsure),
        ]),
      ),
    ]);
  return markdown(['healthy', ...head], lines);
}

function blamed(because: Tally['because']): string {
  const most = Object.entries(because).toSorted(([, a], [, b]) => b - a);
  return most.map(([measure, count]) => `${measure} ${count}`).join(', ');
}

/** What was missed, and how long finding it took: missed % / median s / 95th percentile s. */
export function detection(measured: readonly Measured[]): string {
  return byFault(measured, ({ misses, delaySeconds, rollouts, backs }) => {
    const early = rollouts - misses.of;
    const found = `${whole(100 * (misses.hits / Math.max(1, misses.of)))}/${seconds(delaySeconds.median)}/${seconds(delaySeconds.p95)}`;
    const mostlyEarly = early > rollouts / 2 && backs.hits > 0;
    return mostlyEarly ? `(${found})` : found;
  });
}

/** What it cost users until then: failed because of the fault, or slower because of it, median / 95th percentile. */
export function cost(measured: readonly Measured[]): string {
  return byFault(measured, ({ faultErrors, slowed }) => {
    const { median, p95 } = slowed.p95 > 0 ? slowed : faultErrors;
    return `${whole(median)}/${whole(p95)}`;
  });
}

function byFault(measured: readonly Measured[], told: (tally: Tally) => string): string {
  const faulty = measured.filter((each) => !isHealthy(each));
  const judges = judgesOf(faulty);
  const lines = faulty.map((each) => [
    each.key,
    ...judges.flatMap((judge) => tallyFrom(each, judge).map(told)),
  ]);
  return markdown(['world, traffic, errors before, way, fault', ...judges], lines);
}

/** How long there were two versions, of healthy ones, and who was let through that should not have been. */
export function promotion(measured: readonly Measured[], judge: string): string {
  const healthy = measured
    .filter(isHealthy)
    .flatMap((each) =>
      tallyFrom(each, judge).map((tally) => [
        each.key.replace(', healthy', ''),
        `${seconds(plannedSplitSeconds(each))} s`,
        `${seconds(tally.splitSeconds.median)} s`,
        `${seconds(tally.splitSeconds.p95)} s`,
      ]),
    );
  return markdown(['healthy', 'plan, until all traffic', 'median', '95th percentile'], healthy);
}

export function wronglyPassed(measured: readonly Measured[], judge: string): string {
  const lines = measured
    .filter((each) => !isHealthy(each))
    .flatMap((each) => tallyFrom(each, judge).map((tally) => [each.key, withInterval(tally.wronglyPassed)]));
  return markdown(['fault', 'a stage was passed before its time'], lines);
}

export function plannedSplitSeconds({ cell }: Measured): number {
  const split = cell.situation.stages.filter(({ trafficPercent }) => trafficPercent < 100);
  return split.reduce((sum, stage) => sum + stage.seconds, 0);
}

export function isHealthy({ cell }: Measured): boolean {
  return cell.situation.fault === null;
}

export function tallyFrom({ tallies }: Measured, judge: string): Tally[] {
  return tallies.filter((tally) => tally.judge === judge);
}

export function worstOf(tallies: readonly Tally[]): Share | null {
  const shares = tallies.map((tally) => tally.backs);
  return shares.toSorted((a, b) => b.hits / b.of - a.hits / a.of)[0] ?? null;
}

export function withInterval(share: Share): string {
  return `${percent(share)} [${digits(100 * share.low)}, ${digits(100 * share.high)}]`;
}

export function percent({ hits, of }: Share): string {
  return `${digits((100 * hits) / Math.max(1, of))} %`;
}

export function seconds(value: number): string {
  return Number.isFinite(value) ? whole(value) : '–';
}

function groupOf({ cell }: Measured): string {
  return cell.group;
}

function judgesOf(measured: readonly Measured[]): string[] {
  return measured[0]?.tallies.map((tally) => tally.judge) ?? [];
}

function meanAndWorst(tallies: readonly Tally[]): string {
  const mean = percent(together(tallies.map((tally) => tally.backs)));
  const worst = worstOf(tallies);
  return tallies.length < 2 || worst === null ? mean : `${mean}, worst ${percent(worst)}`;
}

export function together(shares: readonly Share[]): Share {
  const sum = (of: (share: Share) => number) => shares.reduce((total, share) => total + of(share), 0);
  return shareOf(
    sum((share) => share.hits),
    sum((share) => share.of),
  );
}

function whole(value: number): string {
  return value.toFixed(0);
}

function digits(value: number): string {
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function markdown(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
