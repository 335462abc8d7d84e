import { answer, type Part } from '../../core/answer.ts';
import { plain } from '../../core/text.ts';
import type { OutboxRow, SheetNotice, WordNotice } from '../../store/store.ts';
import { renderAnswer } from '../render/answer.ts';
import { type Courier, type Delivered, later } from './courier.ts';
import { editOrPost } from './edit-or-post.ts';
import { noRoom, openRoom } from './room.ts';

const UNDER_WAIT_MS = 2_000;

/** What hangs on the board, as it hangs there now. */
export async function deliverSheet(
  courier: Courier,
  row: OutboxRow,
  { sheet, to }: SheetNotice,
): Promise<Delivered> {
  const said = await courier.reports.sheetFor(sheet);
  if (said === null) return { kind: 'drop', because: 'the sheet is not there' };
  const room = to.kind === 'channel' ? (to.room ?? null) : null;
  const opened = row.ref === null && room !== null ? await openRoom(courier, room) : null;
  if (opened?.kind === 'not-yet') return later(opened.because, { inMs: opened.inMs });
  const channel = opened?.kind === 'made' ? opened.channel : undefined;
  // It stands where everything else does: whoever looks for its channel is told that there is none.
  const isLodger = room !== null && to.kind === 'channel' && (row.ref?.channel ?? channel ?? to.id) === to.id;
  const note: Part = { kind: 'note', text: [noRoom(opened)] };
  const shown = isLodger ? { ...said, parts: [...said.parts, note] } : said;
  return editOrPost(
    courier,
    row,
    { message: renderAnswer(shown), thread: null, isBroadcast: false, through: null },
    channel,
  );
}

/** A word to somebody, under the message that it belongs to where there is one. */
export async function deliverWord(courier: Courier, row: OutboxRow, word: WordNotice): Promise<Delivered> {
  const under = word.under === null ? null : await courier.outbox.ref(word.under);
  if (word.under !== null && under === null && !courier.isHopeless(row)) {
    return later('what it belongs under is not there yet', { inMs: UNDER_WAIT_MS });
  }
  const said = answer(plain(word.text), [{ kind: 'text', text: word.text }], { offers: word.offers });
  return editOrPost(
    courier,
    row,
    { message: renderAnswer(said), thread: under?.ts ?? null, isBroadcast: false, through: null },
    under?.channel,
  );
}
