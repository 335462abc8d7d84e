import { expect, test } from 'vitest';
import type { SourceEvidence } from '../../../core/turn.ts';
import { usualWatch } from '../../../core/watch.ts';
import type { Asked, Cursor, MetricSource } from '../../../metric/metric.ts';
import { readOn } from '../../../metric/read-on.ts';
import { NO_USE, totalsOf } from '../../../metric/totals.ts';
import { hear } from './hear.ts';
import type { WatchScene } from './scene.ts';

const SINCE_MS = 1_000_000;
const CANARY_A_SECOND = 10;

const arm = (name: string) => ({ releaseId: name, version: { name, commit: null }, trafficPercent: 25 });
const arms = { canary: arm('v2'), stable: arm('v1') };

/** Totals as of the newest scrape: those since `knownSinceMs`, and no history. */
function scraped(everyMs: number, knownSinceMs: number, stableASecond: number): MetricSource {
  const totals = (atMs: number, perSecond: number) => {
    const requests = Math.round((perSecond * atMs) / 1_000);
    return {
      atMs,
      pods: new Map([['pod', totalsOf({ requests, errors: 0, latency: [requests, requests] })]]),
      use: NO_USE,
    };
  };
  return {
    name: 'prom',
    kind: 'prometheus',
    async read(asked: Asked, cursor: Cursor) {
      const atMs = Math.floor(asked.nowMs / everyMs) * everyMs;
      const isKnown = atMs >= knownSinceMs;
      return readOn(asked, cursor, {
        latencyLimitsMs: isKnown ? [100] : [],
        canary: isKnown ? totals(atMs, CANARY_A_SECOND) : null,
        stable: isKnown ? totals(atMs, stableASecond) : null,
      });
    },
    history: async () => null,
  };
}

/** What is known after looking once a second for so long. */
async function lookedFor(seconds: number, metric: MetricSource): Promise<SourceEvidence | null> {
  let nowMs = SINCE_MS;
  const durationMs = 60_000;
  const scene = {
    parts: { metricNamed: () => metric },
    target: { service: 'api', environment: 'staging' },
    site: null,
    nowMs: () => nowMs,
    state: () => ({ startedAtMs: SINCE_MS }),
    step: { watch: { ...usualWatch, judge: { ...usualWatch.judge, stages: [] } }, durationMs },
  } as unknown as WatchScene;
  const stage = { index: 0, trafficPercent: 25, sinceMs: SINCE_MS, durationMs, isOver: false };
  let evidence: SourceEvidence | null = null;
  let calibration: unknown = null;
  for (let second = 0; second <= seconds; second += 1) {
    nowMs = SINCE_MS + second * 1_000 + 100;
    const source = { from: 'prom', query: {} };
    const heard = await hear(scene, stage, source, arms, { calibration, evidence });
    evidence = heard.evidence;
    calibration = heard.learnt ?? calibration;
  }
  return evidence;
}

const counted = (evidence: SourceEvidence | null) => evidence?.sums?.canary.requests ?? 0;

test('a version that has no numbers at first is counted from its first numbers on', async () => {
  const evidence = await lookedFor(20, scraped(1_000, SINCE_MS + 4_000, 30));
  expect(counted(evidence)).toBe(16 * CANARY_A_SECOND);
});

test('while it is learnt what is normal nothing is lost but what began before the share was given', async () => {
  const evidence = await lookedFor(55, scraped(15_000, 0, 5));
  // Scrapes 5 s, 20 s, 35 s and 50 s after.
  expect(counted(evidence)).toBe(45 * CANARY_A_SECOND);
});
