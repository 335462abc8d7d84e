import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import { duration } from '../../core/text.ts';
import { type Verdict, worst } from '../../core/verdict.ts';
import type { Counters, Site } from '../../platform/platform.ts';
import { defineGate } from '../gate.ts';

const Settings = z
  .strictObject({
    cpuPercentMax: z.number().positive().optional().describe('Of one core.'),
    memoryMbMax: z.number().positive().optional(),
  })
  .refine(({ cpuPercentMax, memoryMbMax }) => cpuPercentMax !== undefined || memoryMbMax !== undefined, {
    error: 'must say how much may be in use, such as cpuPercentMax: 70',
  });

export type Used = { readonly name: string; readonly counters: Counters | null };
export type Facts =
  | { readonly kind: 'used'; readonly serving: readonly Used[]; readonly nowMs: number }
  | { readonly kind: 'unread'; readonly because: string };
export type Limits = Readonly<Partial<Record<'cpuPercentMax' | 'memoryMbMax', number | undefined>>>;

/** Numbers that are older tell nothing of now. */
const AGE_MAX_MS = 2 * 60_000;

/**
 * Whether what serves now leaves room beside it. No platform says how much it would still give, so what is asked is how
 * much is in use.
 */
export const capacity = defineGate({
  id: 'capacity',
  asks: 'Is there room for it?',
  when: 'before',
  Settings,
  look: ({ site, nowMs }) => lookAt(site, nowMs),
  judge,
});

async function lookAt(site: Site, nowMs: number): Promise<Facts> {
  try {
    const { metrics } = await site.capabilities();
    if (!metrics.can) return { kind: 'unread', because: metrics.say };
    const { releases } = await site.look();
    const serving = releases.filter(({ trafficPercent }) => trafficPercent > 0);
    const measured = serving.map(async ({ releaseId, version }) => ({
      name: version.name,
      counters: await site.measure(releaseId),
    }));
    return { kind: 'used', serving: await Promise.all(measured), nowMs };
  } catch (error) {
    if (error instanceof Failed) return { kind: 'unread', because: error.failure.message };
    throw error;
  }
}

export function judge(facts: Facts, limits: Limits): Verdict {
  if (facts.kind === 'unread') return { kind: 'unknown', because: facts.because };
  const { serving, nowMs } = facts;
  if (serving.length === 0) return { kind: 'pass', because: 'nothing runs there yet' };
  const verdicts = serving.flatMap((used) => judgeUsed(used, nowMs, limits));
  const verdict = worst(verdicts);
  if (verdict.kind !== 'pass') return verdict;
  return { kind: 'pass', because: verdicts.map(({ because }) => because).join(', ') };
}

function judgeUsed({ name, counters }: Used, nowMs: number, limits: Limits): Verdict[] {
  if (counters === null) return [{ kind: 'unknown', because: `nobody says how much ${name} uses` }];
  const ageMs = Math.abs(nowMs - counters.atMs);
  if (!(ageMs <= AGE_MAX_MS))
    return [{ kind: 'unknown', because: `the numbers of ${name} are ${duration(ageMs || 0)} away from now` }];
  const { cpuPercentMax, memoryMbMax } = limits;
  return [
    ...judgeMost(name, counters.cpuPercent, cpuPercentMax, '% of a core'),
    ...judgeMost(name, counters.memoryMb, memoryMbMax, 'MB'),
  ];
}

function judgeMost(name: string, used: number | null, max: number | undefined, unit: string): Verdict[] {
  if (max === undefined) return [];
  if (used === null || !Number.isFinite(used) || used < 0)
    return [{ kind: 'unknown', because: `nobody says how many ${unit} ${name} uses` }];
  const said = `${name} uses ${Math.ceil(used)} ${unit}`;
  if (used <= max) return [{ kind: 'pass', because: said }];
  return [{ kind: 'fail', because: `${said}, and ${max} is the most that leaves room` }];
}
