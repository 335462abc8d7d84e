import { setTimeout as sleep } from 'node:timers/promises';
import type { Workspace } from '../../src/local/workspace/index.ts';
import type { MessageView } from '../../src/local/workspace/page-contract.ts';
import type { Random } from '../simulation/random.ts';
import { type Fate, fates, personOf, type Shop } from './shop.ts';

/** One order as somebody typed it. No version of a service is ordered twice, so that this names it for ever. */
export type Ordered = {
  readonly service: string;
  readonly version: string;
  readonly fate: Fate;
  /** Whether the desk said that it took it. */
  readonly isAccepted: boolean;
  /** What the person was told at once, by the desk or by Slack; empty when it was nothing. */
  readonly heard: string;
};

/** People who want things deployed, one for each service, and who only know what they see in Slack. */
export type People = {
  readonly orders: readonly Ordered[];
  /** Orders until so many more were accepted, side by side, each person one after another. */
  order(count: number, signal?: AbortSignal): Promise<void>;
  /** One order by one person, whatever becomes of it. */
  orderOnce(service: string, version: string): Promise<Ordered>;
  /** The same order again until it is taken, as long as nobody can have begun it. */
  orderUntilTaken(service: string, version: string): Promise<void>;
  /** Orders until so many cards tell an end that needs nobody: how far it got meanwhile is the machine's to say. */
  orderUntilEnded(count: number): Promise<void>;
  /** What the desk told this person alone, oldest first. */
  told(service: string): readonly string[];
};

export const CHANNEL = 'C0DEPLOYS';
const PATIENCE_MS = 120_000;
const REFUSED_WAIT_MS = 2_000;
const CATCH_UP_MS = 600_000;

export function openPeople(workspace: Workspace, shop: Shop, random: Random): People {
  const orders: Ordered[] = [];
  const numbers = new Map<string, number>();

  function told(service: string): readonly string[] {
    const person = workspace.as(personOf(service));
    return person
      .messages(CHANNEL)
      .filter(({ isEphemeral }) => isEphemeral)
      .map(({ text }) => text);
  }
  async function orderOnce(service: string, version: string): Promise<Ordered> {
    const before = told(service).length;
    const acted = await workspace
      .as(personOf(service))
      .command(`/deploy-staging ${service}@${version}`, CHANNEL);
    const news = told(service).slice(before);
    const taken = news.find((text) => text.startsWith('Taking') && text.includes(`${service}@${version}`));
    const order = {
      service,
      version,
      fate: version.charAt(0) as Fate,
      isAccepted: taken !== undefined,
      heard: acted.ok ? (taken ?? news.join(' ')) : acted.error,
    };
    orders.push(order);
    return order;
  }
  function nextVersion(service: string): string {
    const wanted: Fate = random.chance(0.7) ? 'v' : random.pick(['c', 'i']);
    const number = (fate: Fate) => (numbers.get(`${service} ${fate}`) ?? (fate === 'v' ? 1 : 0)) + 1;
    const fate = number(wanted) > fates[wanted].count ? 'v' : wanted;
    const version = `${fate}${number(fate)}`;
    numbers.set(`${service} ${fate}`, number(fate));
    return version;
  }
  /** As far as the platform shows: it was begun, and one version has all of the traffic again. */
  async function untilOver({ service, version }: Ordered, signal: AbortSignal): Promise<void> {
    const known = told(service).length;
    const untilMs = performance.now() + PATIENCE_MS;
    while (!signal.aborted && performance.now() < untilMs) {
      // Told that somebody else is at it, one waits a moment before one asks again.
      if (told(service).slice(known).some(isRefusal)) return sleep(REFUSED_WAIT_MS);
      const isBegun = shop.begun().some(({ releaseId }) => releaseId.startsWith(`${service}-${version}-`));
      if (isBegun && (await shop.standing(service)).length === 1) return;
      await sleep(200);
    }
  }

  function endedWell(): number {
    const cards = orders.flatMap(({ service, version }) => cardOf(workspace, service, version) ?? []);
    const ended = new Set(cards.filter((card) => ![null, 'needs-human'].includes(outcomeOn(card))));
    return ended.size;
  }

  const people: People = {
    orders,
    told,
    orderOnce,
    async orderUntilTaken(service, version) {
      for (const untilMs = performance.now() + PATIENCE_MS; performance.now() < untilMs; await sleep(300)) {
        if ((await orderOnce(service, version)).isAccepted) return;
      }
    },
    async orderUntilEnded(count) {
      const untilMs = performance.now() + CATCH_UP_MS;
      while (endedWell() < count && performance.now() < untilMs) await people.order(1);
    },
    async order(count, signal = new AbortController().signal) {
      let accepted = 0;
      const stop = new AbortController();
      const either = AbortSignal.any([signal, stop.signal]);
      const live = async (service: string) => {
        await sleep(random.between(0, 1_500));
        while (!either.aborted) {
          const order = await orderOnce(service, nextVersion(service));
          if (order.isAccepted) accepted += 1;
          if (accepted >= count) stop.abort();
          if (order.isAccepted) await untilOver(order, either);
          // Whoever is told to wait for somebody does.
          if (told(service).some((text) => text.includes('is held'))) return;
          await sleep(random.between(300, 900));
        }
      };
      await Promise.all(shop.services.map(live));
    },
  };
  return people;
}

/** The card of one order, as it stands now. */
export function cardOf(workspace: Workspace, service: string, version: string): MessageView | undefined {
  return workspace
    .messages(CHANNEL)
    .find(
      ({ text, isEphemeral, threadTs }) =>
        !isEphemeral && threadTs === null && text.startsWith(`${service} ${version} → staging`),
    );
}

/** What a card says of how it ended, in the words that people read. */
const endWords = {
  deployed: '✔ Deployed',
  'rolled-back': '↩ Rolled back',
  stopped: '■ Stopped',
  'needs-human': '⚠ Needs a person',
} as const;
export type Outcome = keyof typeof endWords;

export function outcomeOn(card: MessageView): Outcome | null {
  const shown = JSON.stringify(card.blocks);
  const said = Object.entries(endWords).filter(([, words]) => shown.includes(words));
  return said.length === 1 ? ((said[0]?.[0] ?? null) as Outcome | null) : null;
}

/** Anything that is said after an order and is neither its receipt nor its beginning. */
export function isRefusal(text: string): boolean {
  return !text.startsWith('Taking') && !text.startsWith('Queued');
}
