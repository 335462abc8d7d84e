import { z } from 'zod';
import type { Message } from '../render/block.ts';
import { receiveClick } from './click.ts';
import { receiveCommand } from './command.ts';
import { type Arrival, doorFor, ephemeral, type House, type Receive } from './door.ts';
import { NotTaken, receiveEvent } from './event.ts';
import { closedWith, receiveOptions, receiveSubmission } from './form.ts';
import { broken, tooSlow } from './refused.ts';
import { receiveShortcut } from './shortcut.ts';

/** Slack gives up after 3,000 ms; what is not answered by then, the clock answers. */
const PATIENCE_MS = 2_500;

export type Kind = 'command' | 'click' | 'submission' | 'closed' | 'options' | 'shortcut' | 'event' | 'other';

const routes = new Map<Kind, Receive>([
  ['command', receiveCommand],
  ['click', receiveClick],
  ['submission', receiveSubmission],
  ['options', receiveOptions],
  ['shortcut', receiveShortcut],
  ['event', receiveEvent],
]);

/** What Bolt hands to its listeners, as far as we use it. */
export type Delivered = {
  readonly body: unknown;
  readonly fallbackKey: string | null;
  /** Absent for events, which Bolt acks itself when we are done. */
  readonly ack: ((answer?: object | string) => Promise<void>) | undefined;
};

/**
 * Receives everything that Slack delivers. Whatever happens, Slack is answered in time and the process lives.
 * @throws {NotTaken} for an event that has to be delivered again, and for nothing else
 */
export async function receive(house: House, delivered: Delivered): Promise<void> {
  const { needs } = house;
  const kind = kindOf(delivered.body);
  if (kind === 'event') return inTime(needs.clock, takeEvent(house, arrivalOf(delivered)));
  const arrival = arrivalOf(delivered);
  const callOff = needs.clock.after(PATIENCE_MS, () => {
    if (arrival.isAcked()) return;
    const reference = needs.newId();
    needs.log.warn({ reference, kind }, 'a delivery was not answered in time');
    void arrival.ack(inWords(kind, tooSlow(reference)));
  });
  try {
    await routes.get(kind)?.(await doorFor(house, delivered.body), arrival);
  } catch (error) {
    const reference = needs.newId();
    needs.log.error({ reference, kind, because: String(error) }, 'a delivery could not be taken');
    await arrival.ack(inWords(kind, broken(reference)));
  } finally {
    callOff();
  }
  await arrival.ack();
}

/** @throws {NotTaken} also where it could not be looked up whether we serve there */
async function takeEvent(house: House, arrival: Arrival): Promise<void> {
  const door = await doorFor(house, arrival.body).catch((error: unknown) => {
    house.needs.log.error({ because: String(error) }, 'installations could not be read');
    throw new NotTaken('whether this workspace is served could not be looked up');
  });
  return receiveEvent(door, arrival);
}

function arrivalOf({ body, fallbackKey, ack }: Delivered): Arrival {
  let isAcked = false;
  return {
    body,
    fallbackKey,
    isAcked: () => isAcked,
    async ack(answer) {
      if (isAcked) return;
      isAcked = true;
      // The connection may be gone by now; what was taken is taken.
      await ack?.(answer).catch(() => undefined);
    },
  };
}

/** Each kind of delivery wants its apology in another shape. */
function inWords(kind: Kind, message: Message): object | undefined {
  switch (kind) {
    case 'command':
      return ephemeral(message);
    case 'submission':
      return closedWith(message.text);
    case 'options':
      return { options: [] };
    default:
      return undefined;
  }
}

async function inTime(clock: House['needs']['clock'], work: Promise<void>): Promise<void> {
  let callOff = () => {};
  const late = new Promise<never>((_, reject) => {
    callOff = clock.after(PATIENCE_MS, () => reject(new NotTaken('an event was not taken in time')));
  });
  await Promise.race([work, late]).finally(callOff);
}

const Sniffed = z.object({
  type: z.string().optional(),
  command: z.string().optional(),
  event: z.unknown().optional(),
});

const kinds = new Map<string | undefined, Kind>([
  ['block_actions', 'click'],
  ['view_submission', 'submission'],
  ['view_closed', 'closed'],
  ['block_suggestion', 'options'],
  ['shortcut', 'shortcut'],
  ['message_action', 'shortcut'],
]);

export function kindOf(body: unknown): Kind {
  const sniffed = Sniffed.safeParse(body);
  if (!sniffed.success) return 'other';
  const { type, command, event } = sniffed.data;
  if (event !== undefined) return 'event';
  if (command !== undefined) return 'command';
  return kinds.get(type) ?? 'other';
}
