import type { Command } from '../../src/command/index.ts';
import { type Understood, understand } from '../../src/command/index.ts';
import { answer } from '../../src/core/answer.ts';
import type { Desk } from '../../src/core/desk.ts';
import { noPreference } from '../../src/core/preference.ts';
import { refuse } from '../../src/core/refusal.ts';
import { member } from './members.ts';

/** What one line asked the Desk for: the method's name and what it was handed. */
export async function orderOf(commands: readonly Command[], name: string, text: string): Promise<unknown> {
  const found = asked(commands, name, text);
  if (found.kind !== 'prepared') throw new Error(`understood as ${JSON.stringify(found)}`);
  const calls: unknown[] = [];
  await found.run(recordingDesk(calls));
  return calls[0];
}

export function asked(commands: readonly Command[], name: string, text: string): Understood {
  return understand(commands, name, text);
}

export function recordingDesk(calls: unknown[]): Desk {
  const keep = (method: string) => async (order: unknown) => {
    calls.push([method, typeof order === 'string' ? { deployment: order } : order]);
    return answer('done', []);
  };
  return {
    actor: member('U1'),
    channel: null,
    deploy: keep('deploy'),
    rollBack: keep('rollBack'),
    status: keep('status'),
    health: keep('health'),
    alerts: keep('alerts'),
    logs: keep('logs'),
    compare: keep('compare'),
    drift: keep('drift'),
    previews: keep('previews'),
    adopt: keep('adopt'),
    hold: keep('hold'),
    goOn: keep('goOn'),
    confirm: keep('confirm'),
    promote: keep('promote'),
    turn: keep('turn'),
    approve: keep('approve'),
    emergency: keep('emergency'),
    maintain: keep('maintain'),
    recover: keep('recover'),
    metrics: keep('metrics'),
    schedule: keep('schedule'),
    schedules: keep('schedules'),
    move: keep('move'),
    cancel: keep('cancel'),
    startMissed: keep('startMissed'),
    abort: keep('abort'),
    resolve: keep('resolve'),
    home: async () => refuse('not-allowed', ['nobody lives here']),
    preference: async () => noPreference,
    prefer: keep('prefer'),
    report: keep('report'),
    suggestServices: async () => [],
    suggestVersions: async () => [],
  };
}
