import type { Outcome } from '../../core/event.ts';
import { Failed, type Failure } from '../../core/failure.ts';
import { sentence } from '../../core/text.ts';
import type { DeploymentRecord } from '../../source/source.ts';
import type { Notice, Sheet, Summary } from '../../store/store.ts';
import type { EngineParts } from '../parts.ts';
import { Body, KIND, nextVersion, recordingSource } from './sheet.ts';

/**
 * Tells the sources of services where they are being deployed, and how it went. Beside everything else: no deployment
 * waits for it, none fails by it, and what could not be told is said once in the deployment's thread.
 */
export type Recorder = {
  /** Everything that is to be told now. */
  round(): Promise<void>;
  /** Rounds until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
};

const EVERY_MS = 5_000;
const DUTY_MS = 60_000;
const SHEETS_MAX = 500;
const AT_ONCE = 4;
const WAIT_FIRST_MS = 15_000;
const WAIT_MAX_MS = 600_000;
/** With the waits between them, about two hours. */
const TRIES_MAX = 15;

export function openRecorder(parts: EngineParts): Recorder {
  const { store, clock, log, owner } = parts;

  async function round(): Promise<void> {
    // Looking costs less than taking the duty, and most of the time nothing is to be told.
    const filter = { kind: KIND, isOpen: true, limit: SHEETS_MAX };
    if ((await store.board.list({ ...filter, limit: 1 })).length === 0) return;
    if (!(await store.duties.hold('record', owner, DUTY_MS))) return;
    const sheets = await store.board.list(filter);
    const nowMs = await store.nowMs();
    for (let at = 0; at < sheets.length; at += AT_ONCE) {
      await Promise.all(sheets.slice(at, at + AT_ONCE).map((sheet) => attend(parts, sheet, nowMs)));
    }
  }
  return {
    round,
    async run(signal) {
      while (!signal.aborted) {
        await round().catch((error: unknown) => log.warn({ error: String(error) }, 'nothing was recorded'));
        await clock.sleep(EVERY_MS, signal);
      }
    },
  };
}

async function attend(parts: EngineParts, sheet: Sheet, nowMs: number): Promise<void> {
  const body = Body.safeParse(sheet.body);
  if (!body.success || body.data.notBeforeMs > nowMs) return;
  const summary = await parts.store.journal.find(body.data.deploymentId);
  if (summary === null || summary.isWaiting) return;
  const state = stateOf(summary.outcome);
  if (state === body.data.told) return;
  const isLast = summary.outcome !== null;
  try {
    await tell(parts, body.data, summary, state);
    const told = { ...body.data, told: state, tries: 0 };
    await parts.store.board.put(nextVersion(sheet, told, { isOpen: !isLast }));
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    await tryLater(parts, sheet, body.data, error.failure, nowMs);
  }
}

function stateOf(outcome: Outcome | null): DeploymentRecord['state'] {
  switch (outcome) {
    case null:
      return 'in-progress';
    case 'deployed':
      return 'success';
    case 'stopped':
      return 'inactive';
    default:
      return 'failure';
  }
}

/** @throws {Failed} */
async function tell(
  parts: EngineParts,
  { deploymentId, service, environment, version }: Body,
  { requestedBy, outcome }: Summary,
  state: DeploymentRecord['state'],
): Promise<void> {
  const source = recordingSource(parts, service);
  if (source === null) return;
  const commit = version.commit ?? (await source.resolve(version.name))?.commit ?? null;
  if (commit === null) {
    const message = `${source.kind} knows no commit of ${service} ${version.name}`;
    throw new Failed({ code: 'not-found', message, retryAfterMs: null });
  }
  const how = outcome === null ? '' : `: ${outcome.replace('-', ' ')}`;
  await source.record({
    intent: `${deploymentId}/${service}/${environment}`,
    commit,
    environment,
    state,
    say: `${deploymentId}: ${service} ${version.name} by ${requestedBy}${how}`,
  });
}

async function tryLater(
  parts: EngineParts,
  sheet: Sheet,
  body: Body,
  failure: Failure,
  nowMs: number,
): Promise<void> {
  const tries = body.tries + 1;
  const isOver = tries >= TRIES_MAX || !mayPass(failure);
  const growingMs = Math.min(WAIT_FIRST_MS * 2 ** body.tries, WAIT_MAX_MS);
  const notBeforeMs = nowMs + Math.max(growingMs, failure.retryAfterMs ?? 0);
  parts.log.warn({ sheet: sheet.id, because: failure.message, isOver }, 'a deployment could not be recorded');
  const notices = isOver ? [notRecorded(body, failure)] : [];
  await parts.store.board.put(
    nextVersion(sheet, { ...body, tries, notBeforeMs }, { isOpen: !isOver, notices }),
  );
}

/** Whatever else was said will be said again. */
function mayPass({ code, retryAfterMs }: Failure): boolean {
  return retryAfterMs !== null || code === 'outcome-unknown' || code === 'misunderstood';
}

function notRecorded({ deploymentId, service, environment }: Body, { message }: Failure): Notice {
  const key = `word/record/${deploymentId}/${service}`;
  const text = sentence(
    `This deployment of ${service} is not on record where its code comes from: ${message}`,
  );
  return {
    key,
    stream: key,
    lane: 'progress',
    content: {
      kind: 'word',
      to: { kind: 'environment', name: environment },
      text: [text],
      offers: [],
      under: `card/${deploymentId}`,
    },
  };
}
