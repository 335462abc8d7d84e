import { type Anchor, Anchor as AnchorShape } from '../../core/audit/checkpoint.ts';
import { code } from '../../core/text.ts';
import type { Notice, Store } from '../../store/store.ts';

/** The one sheet that remembers which checkpoint was posted last; it is nobody's to see or to attend to. */
const sheet = { kind: 'anchor', id: 'posted' } as const;

const ATTEMPTS_MAX = 3;

/**
 * Has a checkpoint said in a channel, once, and none that is older than one that was said. Each names the hash of the one
 * before it, so that whoever has a later one can tell whether an earlier one was changed.
 */
export async function postAnchor(
  { board }: Pick<Store, 'board'>,
  channel: string,
  anchor: Anchor,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const found = await board.find(sheet);
    const posted = AnchorShape.safeParse(found?.body).data?.number ?? 0;
    if (posted >= anchor.number) return;
    const put = await board.put({
      ...sheet,
      afterVersion: found?.version ?? 0,
      key: `anchor/${anchor.number}`,
      body: anchor,
      isOpen: false,
      dueAtMs: null,
      notices: [noticeOf(channel, anchor)],
    });
    if (put !== 'behind') return;
  }
}

function noticeOf(channel: string, { number, hash, signature }: Anchor): Notice {
  const key = `anchor/${number}`;
  const text = [`Checkpoint ${number} of the record: `, code(hash), ', signed ', code(signature)];
  const to = { kind: 'channel', id: channel } as const;
  return {
    key,
    stream: 'anchors',
    lane: 'report',
    content: { kind: 'word', to, text, offers: [], under: null },
  };
}
