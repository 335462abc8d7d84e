import type { Desk } from '../../src/core/desk.ts';
import type { RecoverOrder } from '../../src/core/recover-order.ts';
import { Run } from '../../src/core/run.ts';
import type { Asked } from './people.ts';
import type { World } from './world.ts';

const people = ['U6', 'U7'];
const LOOK_MS = 9_000;

type Started = Extract<Asked, { kind: 'recover' }>;

/** Looked at first, as everybody has to. */
export async function started(desk: Desk, { runbook }: Started) {
  const order = { kind: 'start', runbook, isDrill: false, why: null, restoreToMs: null } as const;
  const shown = await desk.recover({ ...order, plan: null });
  const text = shown.kind === 'answer' ? (shown.offers?.[0]?.text ?? '') : '';
  const plan = /--plan (\S+)/.exec(text)?.[1] ?? null;
  return plan === null ? shown : desk.recover({ ...order, plan });
}

/** Whoever sees the cards of runs says yes to what waits for one, and says what becomes of what halts. */
export function watchRuns(world: World): void {
  const { scheduler } = world;
  const look = () => {
    const { sheets } = world.history;
    const newest = new Map(sheets.flatMap((sheet) => (sheet.kind === 'run' ? [[sheet.id, sheet]] : [])));
    for (const [id, { isOpen, body }] of newest) {
      const order = isOpen ? orderFor(world, id, Run.parse(body)) : null;
      if (order === null) continue;
      const by = world.random.pick(people);
      world.deliver(world.nextPress(), { kind: 'recover-say', by, order });
    }
    scheduler.after(LOOK_MS, 'does any run wait?', look);
  };
  scheduler.after(LOOK_MS, 'does any run wait?', look);
}

function orderFor({ random, faults, production }: World, id: string, run: Run): RecoverOrder | null {
  const plan = production.shortHash(run.hash);
  if (run.phase === 'asked') return { kind: 'approve', run: id, plan, comment: null };
  if (faults.has('aborts') && random.chance(0.05)) return { kind: 'abort', run: id, why: 'not now' };
  const asks = run.steps.find(({ status }) => status === 'failed' || status === 'late');
  if (asks === undefined) return null;
  const { name: step } = asks;
  const kind = random.pick(['wait', 'retry', 'retry', 'skip', 'abort'] as const);
  if (kind === 'wait') return null;
  if (kind === 'retry') return { kind, run: id, step };
  const why = 'because';
  return kind === 'skip' ? { kind, run: id, step, why } : { kind, run: id, why };
}
