import type { Run } from './run.ts';

/** A run that nobody has said yes to. */
export function newRun(
  asked: Pick<
    Run,
    'runbook' | 'configuration' | 'hash' | 'isDrill' | 'requestedBy' | 'person' | 'why' | 'chosen'
  >,
  nowMs: number,
): Run {
  return {
    ...asked,
    approvals: [],
    phase: 'asked',
    askedAtMs: nowMs,
    startedAtMs: null,
    endedAtMs: null,
    because: null,
    steps: asked.runbook.steps.map(({ name }) => ({
      name,
      status: 'waiting',
      startedAtMs: null,
      endedAtMs: null,
      by: null,
      note: null,
      lossMs: null,
      deploymentId: null,
      attempts: 0,
    })),
    timeline: [{ atMs: nowMs, by: asked.requestedBy, say: 'asked for' }],
    askingSinceMs: nowMs,
    calls: 0,
    summaries: 0,
  };
}
