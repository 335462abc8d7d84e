import { isJson } from '../model.ts';
import type { World } from '../world.ts';
import { strikes } from '../world.ts';
import type { Delivery, Outcome, Transport } from './delivery.ts';

/**
 * Hands something to the app over whichever way is open, and waits for its acknowledgement as long as Slack does.
 * With `dropAfterPercent`, the app did its work but its answer was lost.
 */
export async function deliver(world: World, transport: Transport, delivery: Delivery): Promise<Outcome> {
  const { latencyMs, dropAfterPercent } = world.faults();
  if (latencyMs > 0) await world.pause(latencyMs);
  const done = world.wire.begin({
    direction: 'to-bot',
    what: `${transport.name === 'http' ? 'POST' : 'WS'} ${pathOf(world, transport)}  ${delivery.what}`,
    body: delivery.payload,
  });
  const outcome = await transport.send(delivery, world.settings.waits.ack).catch(unreachable);
  const isLost = outcome.kind === 'answered' && strikes(world, dropAfterPercent);
  done(outcome.kind === 'answered' ? outcome.status : null, seen(outcome, isLost));
  return isLost ? { kind: 'unreachable', reason: 'the connection was dropped after the answer' } : outcome;
}

/** A request that could not even be made: an address that is none. */
function unreachable(error: unknown): Outcome {
  return { kind: 'unreachable', reason: error instanceof Error ? error.message : 'unknown' };
}

function pathOf(world: World, transport: Transport): string {
  return transport.name === 'http' ? world.settings.botUrl().replace(/^https?:\/\/[^/]*/, '') : 'socket';
}

function seen(outcome: Outcome, isLost: boolean): unknown {
  if (isLost) return 'answered, and the connection was dropped';
  if (outcome.kind === 'timeout') return 'no answer within three seconds';
  if (outcome.kind === 'unreachable') return outcome.reason;
  return bodyOf(outcome) ?? outcome.body;
}

/** The JSON object that an app answered with; null when it did not. */
export function bodyOf(outcome: Outcome): Readonly<Record<string, unknown>> | null {
  if (outcome.kind !== 'answered') return null;
  try {
    const body: unknown = JSON.parse(outcome.body);
    return isJson(body) ? body : null;
  } catch {
    return null;
  }
}

export function isGood(outcome: Outcome): outcome is Extract<Outcome, { kind: 'answered' }> {
  return outcome.kind === 'answered' && outcome.status >= 200 && outcome.status < 300;
}

/** What people read beside a button, a shortcut or a form that the app did not acknowledge. */
export function complaint(outcome: Outcome): string {
  if (outcome.kind === 'timeout') return 'Operation timed out. Apps need to respond within three seconds.';
  if (outcome.kind === 'unreachable') return 'This app is not responding. Please try again.';
  return `This app responded with Status Code ${outcome.status}.`;
}
