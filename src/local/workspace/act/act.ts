import { z } from 'zod';
import { unreachable } from '../../../core/bug.ts';
import type { Act, Acted } from '../page-contract.ts';
import type { World } from '../world.ts';
import { actOnBlock } from './interact.ts';
import { say } from './say.ts';
import { chooseShortcut, openHome } from './shortcut.ts';
import { closeView, submit } from './submit.ts';

const percent = z.number().min(0).max(100);
const ref = z.string().max(100).optional();
const anything = z.record(z.string(), z.unknown());

export const FaultsShape = z.object({
  latencyMs: z.number().min(0).max(60_000),
  serverErrorPercent: percent,
  rateLimitPercent: percent,
  dropAfterPercent: percent,
  doubleDelivery: z.boolean(),
});

/** What a page may ask for. Checked, because anything on this machine can send it. */
export const ActShape: z.ZodType<Act> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('say'),
    channel: z.string(),
    text: z.string().max(40_000),
    threadTs: z.string().nullable(),
    ref,
  }),
  z.object({
    kind: z.literal('block-action'),
    channel: z.string().nullable(),
    messageTs: z.string().nullable(),
    viewId: z.string().nullable(),
    isHome: z.boolean(),
    blockId: z.string(),
    actionId: z.string(),
    action: anything,
    ref,
  }),
  z.object({
    kind: z.literal('submit'),
    viewId: z.string(),
    values: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))),
  }),
  z.object({ kind: z.literal('close-modal'), viewId: z.string(), isCleared: z.boolean() }),
  z.object({
    kind: z.literal('shortcut'),
    callbackId: z.string(),
    channel: z.string().nullable(),
    messageTs: z.string().nullable(),
    ref,
  }),
  z.object({ kind: z.literal('open-home') }),
  z.object({ kind: z.literal('set-faults'), faults: FaultsShape }),
]);

/** Does what a person did, and says what they then see. */
export async function perform(world: World, user: string, act: Act): Promise<Acted> {
  switch (act.kind) {
    case 'say':
      return say(world, user, act.text, act);
    case 'block-action':
      return actOnBlock(world, user, act);
    case 'submit':
      return submit(world, user, act.viewId, act.values);
    case 'close-modal':
      return closeView(world, user, act.viewId, act.isCleared);
    case 'shortcut':
      return shortcut(world, user, act);
    case 'open-home':
      return openHome(world, user);
    case 'set-faults':
      world.setFaults(act.faults);
      return { ok: true };
    default:
      return unreachable(act);
  }
}

async function shortcut(world: World, user: string, act: Extract<Act, { kind: 'shortcut' }>): Promise<Acted> {
  if (act.messageTs === null) return chooseShortcut(world, user, act.callbackId, null);
  const message = world.state.message(act.channel ?? '', act.messageTs);
  if (message === null) return { ok: false, error: 'That message is not there any more.' };
  return chooseShortcut(world, user, act.callbackId, { message, ref: act.ref });
}
