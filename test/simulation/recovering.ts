import type { Runbook, RunbookStep } from '../../src/core/runbook.ts';
import type { Faults } from './faults.ts';
import type { History } from './history.ts';
import type { Random } from './random.ts';
import { drawScenario, type Scenario } from './scenario.ts';

/** What is about places that are lost: data that is restored, and people who are sent somewhere else. */
export function drawRecoveredScenario(random: Random, faults: Faults): Scenario {
  const scenario = drawScenario(random, faults);
  const names = ['away', 'home'].slice(0, random.int(1, 2));
  const orders = Array.from({ length: random.int(1, 3) }, (_, index) => {
    const atMs = index === 0 ? random.between(2_500, 20_000) : random.between(20_000, 220_000);
    const by = random.pick(['U6', 'U7']);
    return { atMs, asked: { kind: 'recover', by, runbook: random.pick(names) } as const };
  });
  const [first, ...rest] = scenario.orders;
  return {
    ...scenario,
    environment: 'staging',
    orders: [...(random.chance(0.5) || first === undefined ? [] : [first, ...rest.slice(0, 1)]), ...orders],
    runbooks: names.map((name) => drawRunbook(random, name)),
  };
}

const place = { service: 's0', environment: 'staging' };
const common = { undo: null, isDrillSafe: false };

function drawRunbook(random: Random, name: string): Runbook {
  const isAway = name === 'away';
  const [from, to] = isAway ? (['eu', 'us'] as const) : (['us', 'eu'] as const);
  const withinMs = random.pick([60_000, 300_000, 300_000]);
  const restore: RunbookStep = {
    ...common,
    ...place,
    kind: 'restore',
    name: 'data',
    phase: 'restore',
    platform: 'edge',
    address: {},
    needs: [],
    withinMs,
  };
  const isRestoring = random.chance(0.6);
  const needs = isRestoring && random.chance(0.6) ? ['data'] : [];
  const moving = { ...common, ...place, name: 'move', phase: 'redirect', needs, withinMs } as const;
  const steps: readonly RunbookStep[] = [
    { ...moving, kind: 'redirect', platform: 'edge', address: {}, shares: { [from]: 0, [to]: 100 } },
    { ...moving, kind: 'redirect-dns', platform: 'edge', address: {}, content: `${to}.example.com` },
    { ...moving, kind: 'failover', to },
  ];
  return {
    name,
    summary: '',
    rtoMs: 600_000,
    rpoMs: null,
    approval: {
      requirements: [{ needed: 1, group: null }],
      expiresAfterMs: 3_600_000,
      isAuthorExcluded: false,
    },
    channel: 'C1',
    announce: 'C9',
    escalate: [],
    hasOwnChannel: false,
    failBack: null,
    steps: [...(isRestoring ? [restore] : []), random.pick(steps)],
  };
}

/** Nobody has to do anything about any of them any more. */
export function areRunsOver({ sheets }: History): boolean {
  const newest = new Map(sheets.flatMap((sheet) => (sheet.kind === 'run' ? [[sheet.id, sheet.isOpen]] : [])));
  return [...newest.values()].every((isOpen) => !isOpen);
}
