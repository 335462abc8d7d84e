import { z } from 'zod';
import { type HomeView, markOf } from '../../core/home.ts';
import type { Asked } from '../asked.ts';
import type { Clients } from '../clients.ts';
import type { SlackNeeds } from '../needs.ts';
import { renderRefusal } from '../render/answer.ts';
import { type RenderedHome, renderHome, renderHomeless } from '../render/home.ts';
import { type Bucket, type Rate, refilled, waitFor } from '../send/budget.ts';
import { cardKey } from '../send/courier.ts';
import { principalOf } from '../workspace.ts';

/** The home tabs of those who have looked at theirs lately. */
export type Homes = {
  /** Somebody looks. What they see is new, or was new a moment ago and will be again in another one. */
  opened(asked: Asked): Promise<void>;
  /** Begins to keep them up to date. */
  start(): void;
  stop(): Promise<void>;
};

/**
 * How often a home is drawn: no person's more often than every ten seconds, in however many processes they are known,
 * and all together stay far below the hundred calls a minute that Slack takes of `views.publish`
 * (Tier 4, https://docs.slack.dev/reference/methods/views.publish).
 */
export const homePace = {
  personEveryMs: 10_000,
  all: { perMinute: 30, burst: 10 },
  lookEveryMs: 5_000,
  /** Slack does not say when somebody goes away again. */
  latelyMs: 10 * 60_000,
  viewersMax: 50,
} as const satisfies Record<string, Rate | number>;

type Viewer = {
  readonly asked: Asked;
  readonly account: string;
  readonly openedAtMs: number;
  /** What they see now; null until it was drawn for them. */
  mark: string | null;
};

type Parts = { readonly needs: SlackNeeds; readonly clients: Clients };

export function openHomes(parts: Parts): Homes {
  const { clock, log, configuration } = parts.needs;
  const viewers = new Map<string, Viewer>();
  const refresh = refreshing(parts);
  let isStopped = false;
  let callOff = () => {};
  let running: Promise<void> = Promise.resolve();

  async function round(): Promise<void> {
    const nowMs = clock.nowMs();
    for (const viewer of viewers.values()) {
      if (isStopped) return;
      if (nowMs - viewer.openedAtMs > homePace.latelyMs) viewers.delete(viewer.account);
      else await refresh(viewer);
    }
  }

  function lookSoon(): void {
    if (isStopped) return;
    callOff = clock.after(homePace.lookEveryMs, () => {
      running = round()
        .catch((error: unknown) => log.warn({ because: String(error) }, 'homes could not be looked at'))
        .then(lookSoon);
    });
  }

  return {
    async opened(asked) {
      const account = principalOf(configuration, asked.workspace, asked.actor.id);
      const viewer: Viewer = { asked, account, openedAtMs: clock.nowMs(), mark: null };
      viewers.delete(account);
      viewers.set(account, viewer);
      const [oldest] = viewers.keys();
      if (viewers.size > homePace.viewersMax && oldest !== undefined) viewers.delete(oldest);
      await refresh(viewer);
    },
    start: lookSoon,
    async stop() {
      isStopped = true;
      callOff();
      await running;
    },
  };
}

/** Draws a home anew when there is anything new on it, and it may be. */
function refreshing(parts: Parts): (viewer: Viewer) => Promise<void> {
  const { clock, store, owner } = parts.needs;
  const links = new Map<string, string>();
  const drawnAtMs = new Map<string, number>();
  let spent: Bucket | undefined;

  const isTooSoon = ({ account }: Viewer) =>
    clock.nowMs() - (drawnAtMs.get(account) ?? Number.NEGATIVE_INFINITY) < homePace.personEveryMs;

  async function mayDraw(viewer: Viewer): Promise<boolean> {
    const { account } = viewer;
    // Another process may have drawn it a moment ago.
    if (!(await store.duties.hold(`home/${account}`, owner, homePace.personEveryMs))) return false;
    const bucket = refilled(spent, homePace.all, clock.nowMs());
    if (isTooSoon(viewer) || waitFor(bucket, 1, homePace.all) > 0) return false;
    spent = { ...bucket, tokens: bucket.tokens - 1 };
    if (drawnAtMs.size > ACCOUNTS_MAX) drawnAtMs.clear();
    drawnAtMs.set(account, clock.nowMs());
    return true;
  }

  return async (viewer) => {
    if (isTooSoon(viewer)) return;
    const found = await look(parts, viewer);
    const mark = found.kind === 'home' ? markOf(found) : JSON.stringify(found.message);
    if (mark === viewer.mark || !(await mayDraw(viewer))) return;
    const isPublished = await publish(parts, viewer, await rendered(parts, viewer, found, links));
    if (isPublished) viewer.mark = mark;
  };
}

const ACCOUNTS_MAX = 10_000;

async function look({ needs }: Parts, { asked, account }: Viewer) {
  const actor = await needs.directory.look({ ...asked.actor, id: account }, 'recent', 'at-once');
  return needs.deskFor({ actor, channel: null, key: 'home' }).home();
}

type Found = Awaited<ReturnType<typeof look>>;

async function rendered(
  { needs, clients }: Parts,
  { asked }: Viewer,
  found: Found,
  links: Map<string, string>,
): Promise<RenderedHome> {
  if (found.kind === 'refusal') {
    const { blocks, plainer } = renderRefusal(found);
    return { view: renderHomeless(blocks), plainer: renderHomeless(plainer) };
  }
  const ids = deploymentsOn(found).filter((id) => !links.has(id));
  for (const id of ids) {
    const url = await linkTo({ needs, clients }, asked, id);
    if (url !== null) links.set(id, url);
  }
  if (links.size > LINKS_MAX) links.clear();
  return renderHome(found, { commands: needs.commands, cards: links });
}

const LINKS_MAX = 1_000;

function deploymentsOn({ approvals, running, failures }: HomeView): string[] {
  const items = [approvals, running, failures].flatMap((list) => list.items);
  return [...new Set(items.flatMap(({ deploymentId }) => deploymentId ?? []))];
}

const Permalink = z.object({ permalink: z.string() });

async function linkTo(
  { needs: { store }, clients }: Parts,
  { workspace }: Asked,
  deploymentId: string,
): Promise<string | null> {
  const ref = await store.outbox.ref(cardKey(deploymentId));
  if (ref === null) return null;
  const where = { channel: ref.channel, message_ts: ref.ts };
  const called = await clients.clientIn(workspace).call('chat.getPermalink', where);
  const read = called.kind === 'ok' ? Permalink.safeParse(called.body) : null;
  return read?.success === true ? read.data.permalink : null;
}

/** As drawn, or in blocks that every Slack takes. */
async function publish(
  { needs: { log }, clients }: Parts,
  { asked: { workspace, actor } }: Viewer,
  { view, plainer }: RenderedHome,
): Promise<boolean> {
  for (const attempt of [view, plainer]) {
    const called = await clients
      .clientIn(workspace)
      .call('views.publish', { user_id: actor.id, view: attempt });
    if (called.kind === 'ok') return true;
    log.warn({ called }, 'home could not be published');
    if (called.kind !== 'refused') return false;
  }
  return false;
}
