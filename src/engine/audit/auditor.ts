import { BEGINNING, type Mark } from '../../core/audit/chain.ts';
import {
  type Anchor,
  anchorOf,
  type Checkpoint,
  hashOfStatement,
  Statement,
  signedText,
  stateHeads,
} from '../../core/audit/checkpoint.ts';
import { momentOf, msOf } from '../../core/audit/moment.ts';
import type { Head } from '../../store/ledger.ts';
import type { Store } from '../../store/store.ts';
import type { PartLog } from '../../telemetry/index.ts';
import type { Clock } from '../parts.ts';
import { checkTail } from './check-tail.ts';

/** Signs with one Ed25519 key. */
export type Signer = {
  /** The public key: 32 bytes in base64. */
  readonly key: string;
  /** The signature in base64. */
  sign(text: string): string;
};

/** Where checkpoints are kept besides, out of reach for whoever can write to the database. */
export type Anchors = {
  /** The one with the highest number; null when there is none yet. */
  newest(): Promise<Anchor | null>;
  add(anchors: readonly Anchor[]): Promise<void>;
};

export type AuditorParts = {
  readonly store: Pick<Store, 'ledger' | 'duties' | 'nowMs'>;
  readonly signer: Signer;
  readonly anchors: Anchors;
  /** Told of every anchor after it was kept, for a channel or wherever else people should see it. */
  readonly onAnchor?: (anchor: Anchor) => Promise<void>;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: PartLog;
  readonly owner: string;
};

/** Signs the record from time to time, and says aloud when it is not what was signed before. */
export type Auditor = {
  /** Makes a checkpoint when it is time for one, or `now` when anything has moved at all. */
  round(when: 'due' | 'now'): Promise<void>;
  /** Rounds until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
};

const ROUND_EVERY_MS = 15_000;
const DUTY_MS = 60_000;
const CHECKPOINT_EVERY_MS = 5 * 60_000;
const CHECKPOINT_LINES = 100;
const PAGE = 1_000;

export function openAuditor(parts: AuditorParts): Auditor {
  const { store, clock, log } = parts;
  async function round(when: 'due' | 'now'): Promise<void> {
    if (!(await store.duties.hold('audit', parts.owner, DUTY_MS))) return;
    const last = await store.ledger.lastCheckpoint();
    if (!(await isAnchored(parts, last))) return;
    const moved = await store.ledger.heads('moved');
    if (moved.length === 0) return;
    const nowMs = await store.nowMs();
    if (when === 'due' && !isDue(moved, last, nowMs)) return;
    const marks = await followed(parts, moved);
    if (marks.length > 0) await checkpoint(parts, last, marks, nowMs);
  }
  const attempt = () =>
    round('due').catch((error: unknown) =>
      log.warn({ error: String(error) }, 'the record could not be signed'),
    );
  return {
    round,
    async run(signal) {
      while (!signal.aborted) {
        await attempt();
        await clock.sleep(ROUND_EVERY_MS, signal);
      }
    },
  };
}

function isDue(moved: readonly Head[], last: Checkpoint | null, nowMs: number): boolean {
  if (last === null) return true;
  const lines = moved.reduce((sum, { seq, signed }) => sum + seq - (signed?.seq ?? 0), 0);
  return lines >= CHECKPOINT_LINES || nowMs - msOf(statementOf(last).at) >= CHECKPOINT_EVERY_MS;
}

/** The heads that follow from what was signed before. One that does not is never signed, and is said every time. */
async function followed({ store, log }: AuditorParts, moved: readonly Head[]): Promise<Mark[]> {
  const marks: Mark[] = [];
  for (const head of moved) {
    const checked = await checkTail(store.ledger, head);
    if (checked.kind === 'follows') marks.push(checked.mark);
    else log.error({ stream: head.stream, because: checked.because }, 'the record is not what was written');
  }
  return marks;
}

async function checkpoint(
  parts: AuditorParts,
  last: Checkpoint | null,
  marks: readonly Mark[],
  nowMs: number,
): Promise<void> {
  const { store, signer, log } = parts;
  const number = (last?.number ?? 0) + 1;
  const previous = last === null ? BEGINNING : hashOfStatement(last.statement);
  const statement = stateHeads({ number, at: momentOf(nowMs), previous, key: signer.key }, marks);
  const hash = hashOfStatement(statement);
  const made = { number, statement, signature: signer.sign(signedText({ number, hash })) };
  // Somebody else may have had the duty meanwhile and been first: theirs is as good.
  if (!(await store.ledger.checkpoint(made))) return;
  log.info(anchorOf(made), 'checkpoint of the record');
  if (await isAnchored(parts, made)) await parts.onAnchor?.(anchorOf(made));
}

/**
 * Adds to the anchors what they do not have yet. False when they know more than the record, or something else: then the
 * record was cut off or put back, and to go on signing would only cover it up.
 */
async function isAnchored(parts: AuditorParts, last: Checkpoint | null): Promise<boolean> {
  const { anchors, store, log } = parts;
  const newest = await anchors.newest();
  const [kept] = newest === null ? [] : await store.ledger.checkpoints(newest.number - 1, 1);
  if (newest !== null && (kept === undefined || anchorOf(kept).hash !== newest.hash)) {
    const fields = { anchored: newest.number, kept: last?.number ?? 0 };
    log.error(
      fields,
      'the record was cut off or put back: it does not hold its last anchor, and is not signed',
    );
    return false;
  }
  for (let number = newest?.number ?? 0; number < (last?.number ?? 0); ) {
    const missing = (await store.ledger.checkpoints(number, PAGE)).map(anchorOf);
    if (missing.length === 0) break;
    await anchors.add(missing);
    number = missing.at(-1)?.number ?? number;
  }
  return true;
}

function statementOf({ statement }: Checkpoint): Statement {
  return Statement.parse(JSON.parse(statement));
}
