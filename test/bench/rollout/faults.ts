import { Fault } from './simulator/world.ts';

/** What can be wrong with a version. */
export const usualFaults: readonly Fault[] = [
  ...[0.5, 1, 2, 5, 20].map((errorPoints) => ({
    name: `errors +${errorPoints} pp`,
    effect: { errorPoints },
  })),
  ...[10, 20, 30, 50, 100].map((latencyPercent) => ({
    name: `latency +${latencyPercent} %`,
    effect: { latencyPercent },
  })),
  { name: 'tail: 5 % eight times slower', effect: { tailPercent: 5 } },
  { name: 'errors grow by 0.2 pp a minute', effect: { errorPoints: 5 }, when: { rampSeconds: 1500 } },
  {
    name: 'leak: memory +1.2 pp, latency +2 % a minute',
    effect: { memoryPointsPerMinute: 1.2, latencyPercentPerMinute: 2 },
  },
  { name: 'leak: memory +1.2 pp a minute', effect: { memoryPointsPerMinute: 1.2 } },
  { name: 'cpu +20 points', effect: { cpuPoints: 20 } },
  { name: 'restarts, one a pod and minute', effect: { restartsPerPodMinute: 1 } },
  {
    name: 'errors +5 pp, 10 s of every minute',
    effect: { errorPoints: 5 },
    when: { intermittent: { everySeconds: 60, forSeconds: 10 } },
  },
  { name: 'errors +2 pp after 450 s', effect: { errorPoints: 2 }, when: { afterSeconds: 450 } },
  { name: 'errors +2 pp, at the last stage', effect: { errorPoints: 2 }, when: { fromTrafficPercent: 85 } },
  { name: 'errors +5 pp, at the last stage', effect: { errorPoints: 5 }, when: { fromTrafficPercent: 85 } },
  {
    name: 'latency +50 %, at the last stage',
    effect: { latencyPercent: 50 },
    when: { fromTrafficPercent: 85 },
  },
  { name: 'orders -30 %', effect: { businessPercent: 30 } },
].map((fault) => Fault.parse(fault));

export function faultNamed(name: string): Fault {
  const fault = usualFaults.find((each) => each.name === name);
  if (fault !== undefined) return fault;
  throw new Error(
    `There is no fault '${name}': take one of ${usualFaults.map((each) => each.name).join(', ')}.`,
  );
}
