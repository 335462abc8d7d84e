import type { History } from './history.ts';
import type { Found, Kept } from './oracle.ts';

/**
 * What may follow what at one step, written down a second time and differently, so that a mistake in the program's own
 * table does not excuse itself. Letters: S started, D done, F failed, U undo begun, N undone, X undo failed, t stumbled,
 * s sent, q unknown, c settled, p a note.
 */
const letters: Record<string, string> = {
  'step-started': 'S',
  'step-succeeded': 'D',
  'step-failed': 'F',
  'undo-started': 'U',
  'undo-succeeded': 'N',
  'undo-failed': 'X',
  stumbled: 't',
  'effect-sent': 's',
  'effect-unknown': 'q',
  'effect-settled': 'c',
  progressed: 'p',
  marked: 'p',
  calibrated: 'p',
  judged: 'p',
  turning: 'p',
};
const stepGrammar = /^(S[tpsqc]*(D|F)?(U[tpsqc]*(N|X)?)?)?$/;
/** A call is settled before the next one is sent; what is not known is found out, once. */
const effectGrammar = /^(sq?c)*(sq?)?$/;

/** How soon a stop has to be taken up when nothing is in the way. */
const STOP_WITHIN_MS = 3_500;

export function judgeStop({ deploymentId, entries }: Kept, found: Found): void {
  const asked = entries.find(({ event }) => event.kind === 'abort-asked');
  const next = entries.find(
    ({ seq, event }) =>
      seq > (asked?.seq ?? seq) && (event.kind === 'undo-started' || event.kind === 'finished'),
  );
  const wasGoing = !entries.some(({ seq, event }) => seq < (asked?.seq ?? 0) && event.kind === 'step-failed');
  const tookMs = (next?.atMs ?? 0) - (asked?.atMs ?? 0);
  if (wasGoing && tookMs > STOP_WITHIN_MS)
    found('a stop is taken up at once', `${deploymentId} after ${tookMs} ms`);
}

export function judgeJournal(
  { deploymentId, entries, plan, hasReport }: Kept,
  history: History,
  found: Found,
): void {
  const words = new Map<string, string>();
  const startedAfter = new Map<string, number>();
  let [finishedAt, abortedAt] = [0, 0];
  for (const [index, { seq, event }] of entries.entries()) {
    if (seq !== index + 1) found('the journal has no gaps', `${deploymentId}: ${seq} at place ${index + 1}`);
    if (finishedAt > 0) found('an end is an end', `${deploymentId}: ${event.kind} after the end`);
    if (event.kind === 'planned' && index > 0) found('a deployment is planned once', deploymentId);
    if (event.kind === 'finished') finishedAt = seq;
    if (event.kind === 'abort-asked') {
      if (abortedAt > 0) found('the first press counts', `${deploymentId}: stopped twice`);
      abortedAt = seq;
    }
    if (!('step' in event) || event.kind === 'answered' || event.kind === 'hurried') continue;
    if (event.kind === 'turn-answered') continue;
    words.set(event.step, (words.get(event.step) ?? '') + letters[event.kind]);
    if (event.kind === 'step-started') {
      startedAfter.set(event.step, seq);
      const step = plan.steps.find(({ id }) => id === event.step);
      const isEarly = step?.needs.some((need) => !(words.get(need) ?? '').includes('D'));
      if (isEarly) found('a step begins after all that it needs', `${deploymentId}: ${event.step}`);
      if (abortedAt > 0) found('nothing new begins after a stop', `${deploymentId}: ${event.step}`);
    }
    if (event.kind === 'effect-sent' && abortedAt > 0 && isForward(event.effect)) {
      found('nothing goes on after a stop', `${deploymentId}: ${event.effect} after entry ${abortedAt}`);
    }
  }
  for (const [step, word] of words) {
    if (!stepGrammar.test(word)) found('a step moves as it may', `${deploymentId} ${step}: ${word}`);
    const calls = word.replaceAll(/[^sqc]/g, '');
    if (!effectGrammar.test(calls))
      found('a call is settled before the next', `${deploymentId} ${step}: ${calls}`);
  }
  const ended = history.ends.get(deploymentId);
  if (ended === undefined || finishedAt === 0) {
    found('what is accepted ends', `${deploymentId} has not ended`);
  } else if (!hasReport) found('what ends has a report', deploymentId);
}

export function isForward(intentId: string): boolean {
  return /\/forward\/\d+$/.test(intentId);
}
