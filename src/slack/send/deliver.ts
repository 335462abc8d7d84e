import { unreachable } from '../../core/bug.ts';
import type { Text } from '../../core/text.ts';
import type { OutboxRow, SentRef } from '../../store/store.ts';
import { renderCard } from '../render/card.ts';
import { renderAlert, renderReport, renderThreadLine } from '../render/report.ts';
import { type Courier, cardRef, type Delivered, type DeploymentRow, later, post } from './courier.ts';
import { editOrPost } from './edit-or-post.ts';
import { look } from './find.ts';
import { deliverSheet, deliverWord } from './people.ts';

/** Carries one row to Slack, as things stand now. */
export function deliver(courier: Courier, row: OutboxRow): Promise<Delivered> {
  const { content } = row;
  if (content.kind === 'sheet') return deliverSheet(courier, row, content);
  if (content.kind === 'word') return deliverWord(courier, row, content);
  return deliverDeployment(courier, { ...row, content });
}

function deliverDeployment(courier: Courier, row: DeploymentRow): Promise<Delivered> {
  const { kind } = row.content;
  switch (kind) {
    case 'card':
      return deliverCard(courier, row);
    case 'thread':
      return deliverThread(courier, row);
    case 'report':
      return deliverReport(courier, row);
    case 'alert':
      return deliverAlert(courier, row);
    default:
      return unreachable(kind);
  }
}

const CARD_WAIT_MS = 2_000;
/** What is urgent waits for its card so often, and is posted without it after that. */
const ALERT_WAITS_MAX = 10;

const gone: Delivered = { kind: 'drop', because: 'the deployment is not there' };

async function deliverCard(courier: Courier, row: DeploymentRow): Promise<Delivered> {
  const report = await courier.reports.reportFor(row.content.deploymentId);
  if (report === null) return gone;
  return editOrPost(courier, row, {
    message: renderCard(report),
    thread: null,
    isBroadcast: false,
    through: null,
  });
}

async function deliverAlert(courier: Courier, row: DeploymentRow): Promise<Delivered> {
  const report = await courier.reports.reportFor(row.content.deploymentId);
  if (report === null) return gone;
  const card = await cardRef(courier, row);
  const isToWait = row.ref === null && !row.isUncertain && row.attempts <= ALERT_WAITS_MAX;
  if (card === null && isToWait) return later('its card is not there yet', { inMs: CARD_WAIT_MS });
  const isLoud = courier.isLoud(row.content.environment);
  const posting = { message: renderAlert(report), isBroadcast: card !== null && isLoud, through: null };
  return editOrPost(courier, row, { ...posting, thread: card?.ts ?? null }, card?.channel);
}

async function deliverReport(courier: Courier, row: DeploymentRow): Promise<Delivered> {
  const { deploymentId } = row.content;
  const report = await courier.reports.reportFor(deploymentId);
  if (report === null) return gone;
  const card = await cardRef(courier, row);
  if (card === null && !courier.isHopeless(row))
    return later('its card is not there yet', { inMs: CARD_WAIT_MS });
  const posting = {
    message: renderReport(report),
    thread: card?.ts ?? null,
    isBroadcast: false,
    through: null,
  };
  const delivered = await editOrPost(courier, row, posting, card?.channel);
  if (delivered.kind === 'sent' && row.ref === null) await attach(courier, deploymentId, delivered.ref, card);
  return delivered;
}

/** Puts the files beside the message. Without them the report is still told, and still kept by us. */
async function attach(
  courier: Courier,
  deploymentId: string,
  sent: SentRef,
  card: SentRef | null,
): Promise<void> {
  const kept = await courier.reports.keptReport(deploymentId);
  if (kept === null) return;
  const thread = card?.channel === sent.channel ? card.ts : sent.ts;
  const uploaded = await courier.client.upload({ channel: sent.channel, thread }, [
    { name: 'report.md', title: `Report ${deploymentId}`, content: kept.markdown },
    { name: 'report.json', title: `Report ${deploymentId} for machines`, content: kept.json },
  ]);
  if (uploaded.kind !== 'ok')
    courier.log.warn({ deploymentId, uploaded }, 'report files could not be uploaded');
}

// ---- Threads: one post tells all lines that are there by then

/** Whether a line was told already, together with an earlier one. */
export function isTold(
  { toldThrough }: Pick<Courier, 'toldThrough'>,
  { content, isUncertain }: OutboxRow,
): boolean {
  if (content.kind !== 'thread' || content.seq === null || isUncertain) return false;
  return (toldThrough.get(content.deploymentId) ?? -1) >= content.seq;
}

async function deliverThread(courier: Courier, row: DeploymentRow): Promise<Delivered> {
  const { deploymentId, seq } = row.content;
  const card = await cardRef(courier, row);
  if (card === null) {
    if (courier.isHopeless(row)) return { kind: 'drop', because: 'its card was never posted' };
    return later('its card is not there yet', { inMs: CARD_WAIT_MS });
  }
  const told = await wasTold(courier, row, card);
  if (told === 'unknown') return later('its thread could not be read', { isUncertain: row.isUncertain });
  if (told === 'yes') return { kind: 'sent', ref: card };
  const from = seq ?? (await firstUntold(courier, deploymentId));
  if (from === null) return { kind: 'sent', ref: card };
  const { lines, through } = await gather(courier, deploymentId, from);
  if (lines.length === 0) return { kind: 'drop', because: 'there is nothing to say about this entry' };
  const message = renderThreadLine(...lines);
  const posting = { channel: card.channel, thread: card.ts, isBroadcast: false, message, through };
  const delivered = await post(courier, row, posting);
  if (delivered.kind === 'sent') courier.toldThrough.set(deploymentId, through);
  return delivered;
}

async function wasTold(
  courier: Courier,
  row: DeploymentRow,
  card: SentRef,
): Promise<'yes' | 'no' | 'unknown'> {
  const { deploymentId } = row.content;
  const mustLook = row.isUncertain || !courier.toldThrough.has(deploymentId);
  const stands = mustLook ? await learnTold(courier, deploymentId, card) : [];
  if (stands === null) return 'unknown';
  // What was added to the thread since has rows of its own.
  if (stands.includes(row.key)) return 'yes';
  return isTold(courier, { ...row, isUncertain: false }) ? 'yes' : 'no';
}

/**
 * After a start, or a lost answer: the thread itself knows how far it has been told. Answers the keys of what stands in
 * it; null when it could not be read.
 */
async function learnTold(
  courier: Courier,
  deploymentId: string,
  card: SentRef,
): Promise<readonly string[] | null> {
  const looked = await look(courier.client, { channel: card.channel, thread: card.ts });
  if (looked.kind === 'unknown') return null;
  if (looked.kind === 'refused') {
    courier.log.warn({ deploymentId, code: looked.code }, 'may not read the thread; a line may appear twice');
  }
  const told = looked.kind === 'looked' ? looked.messages : [];
  const last = Math.max(
    0,
    ...told.map(({ through, ...each }) => (each.deploymentId === deploymentId ? (through ?? 0) : 0)),
  );
  courier.toldThrough.set(deploymentId, Math.max(last, courier.toldThrough.get(deploymentId) ?? 0));
  return told.map(({ key }) => key);
}

const LINES_MAX = 8;
/** Entries without a line of their own that may lie between two that have one. */
const SILENT_MAX = 6;

/** Hours of looks may lie before it, none of which has a line. */
function firstUntold({ reports, toldThrough }: Courier, deploymentId: string): Promise<number | null> {
  return reports.lineFrom(deploymentId, (toldThrough.get(deploymentId) ?? 0) + 1);
}

/** The line of this entry, and those that came after it meanwhile. */
async function gather(courier: Courier, deploymentId: string, seq: number) {
  const lines: Text[] = [];
  let through = seq;
  for (let next = seq; lines.length < LINES_MAX && next <= through + SILENT_MAX; next += 1) {
    const line = await courier.reports.threadLine(deploymentId, next);
    if (line === null) continue;
    lines.push(line);
    through = next;
  }
  return { lines, through };
}
