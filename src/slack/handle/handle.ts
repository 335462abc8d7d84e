import type { Understood } from '../../command/index.ts';
import { Bug } from '../../core/bug.ts';
import { refuse } from '../../core/refusal.ts';
import { code } from '../../core/text.ts';
import { Asked } from '../asked.ts';
import type { Homes } from '../home/homes.ts';
import type { SlackNeeds } from '../needs.ts';
import { renderRefusal } from '../render/answer.ts';
import { principalOf } from '../workspace.ts';
import { deploymentInThread } from './about.ts';
import { type CarriedOut, carryOut } from './carry-out.ts';
import { type Replying, reply, replyingIn, send } from './reply.ts';

export type Handling = {
  /** Handles a delivery that was just taken in, in its turn; never throws. */
  soon(key: string, asked: Asked, understood: Understood | null): void;
  /** Handles what nobody has; answers how many there were. */
  waiting(): Promise<number>;
  /** Until nothing is being handled any more. */
  idle(): Promise<void>;
};

/**
 * What a crash, or a database that was away, costs whoever was promised an answer. Whoever is still at it keeps it, for
 * more than a minute; what takes even longer may be handled a second time meanwhile: the key of a request sees to it
 * that nothing is done twice.
 */
const LEASE_MS = 20_000;
const KEEP_EVERY_MS = 7_000;
const KEEPS_MAX = 10;
/** What the process that took it in would have handled long ago. */
const WAITED_MS = 5_000;
const WAITING_AT_ONCE = 20;
const AT_ONCE = 16;
/** Left to `waiting` beyond that. */
const QUEUE_MAX = 1_000;
/** Nobody expects a command that was typed longer ago to be carried out now. */
const STALE_MS = 15 * 60_000;
const ATTEMPTS_MAX = 3;

export function handling(needs: SlackNeeds, replying: Replying, homes: Homes): Handling {
  const { store, owner, log } = needs;
  const queue: (() => Promise<void>)[] = [];
  const failures = new Map<string, number>();
  let running = 0;
  let atRest: (() => void)[] = [];

  const answerTo = (key: string, asked: Asked, understood: Understood | null): Promise<void> =>
    asked.what.kind === 'home'
      ? homes.opened(asked)
      : handleAsked(needs, replyingIn(replying, asked), key, asked, understood);

  const handleOne = async (key: string, known: { asked: Asked; understood: Understood | null } | null) => {
    const delivery = await store.inbox.take(key, owner, LEASE_MS);
    if (delivery === null) return false;
    const letGo = keeping(needs, key);
    const asked = known?.asked ?? read(delivery.body);
    try {
      if (asked === null) log.error({ key }, 'a delivery in the inbox could not be read');
      else await answerTo(key, asked, known?.understood ?? null);
    } catch (error) {
      const isOver = await failed(needs, replying, failures, { key, asked, error });
      if (!isOver) return true;
    } finally {
      letGo();
    }
    failures.delete(key);
    await store.inbox.done(key, owner);
    return true;
  };

  const next = () => {
    const work = queue.shift();
    if (work === undefined) {
      if (running === 0) for (const rest of atRest.splice(0)) rest();
      return;
    }
    running += 1;
    void work().finally(() => {
      running -= 1;
      next();
    });
  };

  return {
    soon(key, asked, understood) {
      if (queue.length >= QUEUE_MAX) return;
      queue.push(() =>
        handleOne(key, { asked, understood }).then(
          () => undefined,
          // The row is still there, and will be found waiting.
          (error: unknown) =>
            log.warn({ key, because: String(error) }, 'a delivery could not be handled yet'),
        ),
      );
      if (running < AT_ONCE) next();
    },
    async waiting() {
      const keys = await store.inbox.waiting(WAITED_MS, WAITING_AT_ONCE);
      let handled = 0;
      for (const key of keys) if (await handleOne(key, null)) handled += 1;
      return handled;
    },
    idle() {
      if (running === 0 && queue.length === 0) return Promise.resolve();
      return new Promise<void>((resolve) => {
        atRest = [...atRest, resolve];
      });
    },
  };
}

/** Holds a delivery while it is being handled; what it answers stops that. */
function keeping({ store, owner, clock, log }: SlackNeeds, key: string): () => void {
  let keeps = 0;
  let callOff: () => void = () => undefined;
  const later = () => {
    callOff = clock.after(KEEP_EVERY_MS, () => {
      keeps += 1;
      store.inbox.keep(key, owner, LEASE_MS).catch((error: unknown) => {
        log.warn({ key, because: String(error) }, 'a delivery that is being handled could not be kept');
      });
      if (keeps < KEEPS_MAX) later();
    });
  };
  later();
  return () => callOff();
}

function read(body: unknown): Asked | null {
  const asked = Asked.safeParse(body);
  return asked.success ? asked.data : null;
}

async function handleAsked(
  needs: SlackNeeds,
  replying: Replying,
  key: string,
  asked: Asked,
  understood: Understood | null,
): Promise<void> {
  const { channel, what } = asked;
  if (needs.clock.nowMs() - asked.atMs > STALE_MS) return reply(replying, asked, tooLate, null);
  if (what.kind === 'home') return;
  const actor = await needs.directory.look(callerOf(needs, asked), 'recent');
  const desk = needs.deskFor({ actor, channel, key });
  const about = what.kind === 'mention' ? await deploymentInThread(needs, asked) : null;
  const carried = await carryOut({ ...needs, about }, what, desk, understood);
  if (what.kind === 'refresh') return reply(replying, asked, carried.said, carried.line, 'replace');
  if (what.kind === 'share') return share(replying, asked, carried);
  return reply(replying, asked, carried.said, carried.line);
}

/** Who somebody is to the desk. Slack itself is told the id that it knows them by. */
function callerOf({ configuration }: SlackNeeds, { actor, workspace }: Asked): Asked['actor'] {
  return { ...actor, id: principalOf(configuration, workspace, actor.id) };
}

const tooLate = refuse(
  'too-late',
  ['This was received, but could not be handled for a quarter of an hour.'],
  {
    next: ['See how things stand with ', code('/deploy-status'), ' before you ask again.'],
  },
);

/** Once: the private answer loses its button. */
async function share(replying: Replying, asked: Asked, { said }: CarriedOut): Promise<void> {
  if (said.kind === 'refusal' || said.isShareable !== true) return reply(replying, asked, said, null);
  await reply(replying, asked, said, null, 'in-channel');
  await reply(replying, asked, said, null, 'replace');
}

type Trouble = { readonly key: string; readonly asked: Asked | null; readonly error: unknown };

/** Whether to give up: at once when we are wrong, else after a few tries. The asker is told then. */
async function failed(
  { log, newId }: SlackNeeds,
  replying: Replying,
  failures: Map<string, number>,
  { key, asked, error }: Trouble,
): Promise<boolean> {
  const count = (failures.get(key) ?? 0) + 1;
  const isOver = error instanceof Bug || count >= ATTEMPTS_MAX;
  const reference = newId();
  log.error({ key, count, reference, because: String(error) }, 'a delivery could not be handled');
  failures.set(key, count);
  if (isOver && asked !== null && asked.what.kind !== 'home')
    await send(replyingIn(replying, asked), asked, sorry(reference), 'new');
  return isOver;
}

function sorry(reference: string) {
  return renderRefusal(
    refuse(
      'unavailable',
      ['This could not be carried out because of a fault of ours (', code(reference), ').'],
      {
        next: ['See how things stand with ', code('/deploy-status'), ' before you ask again.'],
      },
    ),
  );
}
