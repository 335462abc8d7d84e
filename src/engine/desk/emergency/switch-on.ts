import { type Answer, answer, type Reply } from '../../../core/answer.ts';
import { hashOf } from '../../../core/canonical.ts';
import type { EmergencyOrder } from '../../../core/emergency-order.ts';
import { sayFlag } from '../../../core/flag.ts';
import { KillSwitch, type SwitchedFlag } from '../../../core/kill-switch.ts';
import { type Actor, may } from '../../../core/person.ts';
import { shortHash } from '../../../core/plan-parts.ts';
import { type Refusal, refuse } from '../../../core/refusal.ts';
import { code } from '../../../core/text.ts';
import {
  type HungSwitch,
  KILL_SWITCH,
  openSwitches,
  putSwitch,
  settleSwitch,
} from '../../board/kill-switch.ts';
import { EMERGENCY, namesOf, sayKillSwitch, switchSentence } from '../../board/kill-switch-words.ts';
import { recordOf } from '../../board/noted.ts';
import { readFlag } from '../../flags/turn.ts';
import type { EngineParts } from '../../parts.ts';
import { refuseUnlessAllowed } from '../place.ts';
import type { Visiting } from '../visitor.ts';
import { refuseReach, typedSwitch } from './switch-words.ts';

export type BackOrder = Extract<EmergencyOrder, { kind: 'switch-on' }>;

/** Switches on again what a kill switch switched off and was on before, with the share that it still has. */
export async function switchOn(visiting: Visiting, order: BackOrder): Promise<Reply> {
  const { parts } = visiting;
  const actor = await parts.directory.look(visiting.visitor.actor, 'fresh');
  const seen = (await openSwitches(parts)).filter((each) => isSeenBy(parts, actor, each));
  const found = meant(seen, order);
  const [hung, ...others] = found;
  if (hung === undefined) return nothingHangs(parts, actor, seen, order);
  if (others.length > 0) return whichOne(found, order);
  const { killSwitch, sheet } = hung;
  const refused = (await refuseReach(visiting, killSwitch.flags)) ?? refuseAtOnce(killSwitch, order);
  if (refused !== null) return refused;
  const hash = shortHash(
    hashOf('slipway/switch-on/v1', [sheet.id, backOf(killSwitch.flags).map(({ key }) => key)]),
  );
  if (order.plan === null) return preview(parts, order, hung, hash);
  if (order.plan !== hash) {
    return refuse('plan-changed', ['What would be switched on is no longer what you were shown.'], {
      next: ['Nothing was changed. Look at it again.'],
      offers: [typedSwitch('switch-on', { ...order, id: sheet.id }, null, 'Show it as it is now')],
    });
  }
  return turnBack(visiting, order, hung);
}

/** Nobody learns from an answer what exists where they have no business. */
function isSeenBy(parts: EngineParts, actor: Actor, { killSwitch }: HungSwitch): boolean {
  const { grants } = parts.catalog();
  return killSwitch.flags.some(({ services, environment }) =>
    services.some((service) => may(actor, 'look', { service, environment }, grants)),
  );
}

function meant(seen: readonly HungSwitch[], { id, flag, service, environment }: BackOrder): HungSwitch[] {
  const open = seen.filter(({ killSwitch: { back } }) => back === null);
  if (id !== null) return open.filter(({ sheet }) => sheet.id === id);
  const name = flag ?? service;
  return open.filter(({ killSwitch: { flags } }) =>
    flags.some(
      (each) =>
        (environment === null || each.environment === environment) &&
        (name === null || each.key === name || (flag === null && each.services.includes(name))),
    ),
  );
}

/**
 * While it is being switched off nobody knows whether it was on, and a call that is on its way would come after ours. One
 * that nobody hears of any more is looked at again within a minute.
 */
function refuseAtOnce({ flags }: KillSwitch, order: BackOrder): Refusal | null {
  const sent = flags.filter(({ state }) => state === 'sent');
  if (sent.length === 0) return null;
  return refuse('too-late', [`${namesOf(sent)} is being switched off at this moment. Nothing was changed.`], {
    next: ['Look at it again in a moment, at the latest in a minute.'],
    offers: [typedSwitch('switch-on', order, null, 'Show how it stands now')],
  });
}

/** What was off before stays off. */
function backOf(flags: readonly SwitchedFlag[]): SwitchedFlag[] {
  return flags.filter(({ before }) => before?.isOn === true);
}

async function preview(
  parts: EngineParts,
  order: BackOrder,
  { killSwitch, sheet }: HungSwitch,
  hash: string,
): Promise<Answer> {
  const { flags } = killSwitch;
  const back = backOf(flags);
  const rows = await Promise.all(
    flags.map(async (flag) => {
      const read = await readFlag(parts, flag);
      const now = 'standing' in read ? sayFlag(read.standing) : `not known: ${read.say}`;
      const then = flag.before === null ? 'not known' : sayFlag(flag.before);
      return [flag.key, flag.environment, now, then, back.includes(flag) ? 'on again' : 'stays off'];
    }),
  );
  const sentence =
    back.length === 0
      ? `Nothing was on before ${sheet.id}: this would only take the switch away. Nothing has been changed yet.`
      : `This would switch ${namesOf(back)} on again. Nothing has been changed yet.`;
  return answer(
    sentence,
    [
      {
        kind: 'table',
        caption: 'Would be switched on again',
        columns: ['Flag', 'Where', 'Now', 'Before', 'Then'],
        rows,
      },
      {
        kind: 'note',
        text: ['With the share that it has at its flag service. Nothing has been changed yet.'],
      },
    ],
    {
      title: `Switch ${namesOf(flags)} on again?`.slice(0, 150),
      offers: [typedSwitch('switch-on', { ...order, id: sheet.id }, hash, 'Switch on again…')],
    },
  );
}

async function turnBack(visiting: Visiting, { why, incident }: BackOrder, hung: HungSwitch): Promise<Reply> {
  const { parts, visitor } = visiting;
  const { sheet, killSwitch } = hung;
  const atMs = await parts.store.nowMs();
  const back = backOf(killSwitch.flags);
  const after: KillSwitch = {
    ...killSwitch,
    back: { by: visitor.actor.id, why, incident, atMs },
    flags: killSwitch.flags.map((flag): SwitchedFlag => {
      if (!back.includes(flag)) return { ...flag, state: 'done', say: 'off, as before' };
      return { ...flag, state: 'sent', say: null };
    }),
  };
  const put = await putSwitch(parts, {
    sheet,
    after,
    key: visitor.key,
    records: [
      recordOf(visiting, { action: 'switch-on', sheet, scope: killSwitch.scope, detail: { why, incident } }),
    ],
  });
  if (put === 'behind')
    return refuse('too-late', ['Somebody else did something with it in the same moment.']);
  const fresh = await parts.store.board.find({ kind: KILL_SWITCH, id: sheet.id });
  if (fresh === null) return refuse('unavailable', ['It could not be written down. Nothing was changed.']);
  const now = KillSwitch.parse(fresh.body);
  const settled = fresh.isOpen ? await settleSwitch(parts, { sheet: fresh, killSwitch: now }) : now;
  return { ...sayKillSwitch(sheet.id, settled), sentence: switchSentence(settled) };
}

function nothingHangs(
  parts: EngineParts,
  actor: Actor,
  open: readonly HungSwitch[],
  { service, environment }: BackOrder,
): Reply {
  const refused = refuseUnlessAllowed(parts.catalog(), actor, {
    permission: 'emergency',
    service,
    environment,
  });
  if (refused !== null) return refused;
  const names = open.map(({ sheet, killSwitch }) => `${namesOf(killSwitch.flags)} (${sheet.id})`);
  return refuse('nothing-to-do', ['No kill switch hangs for that.'], {
    next:
      names.length === 0
        ? ['Nothing is switched off by one.']
        : ['Switched off are: ', code(names.join(', ')), '.'],
  });
}

function whichOne(found: readonly HungSwitch[], order: BackOrder): Reply {
  return refuse('bad-arguments', ['Several kill switches hang for that: say which.'], {
    offers: found.slice(0, 5).map(({ sheet, killSwitch }) => ({
      label: `${namesOf(killSwitch.flags)} (${sheet.id})`.slice(0, 75),
      command: EMERGENCY,
      text: typedSwitch('switch-on', { ...order, id: sheet.id }, null, '').text,
    })),
  });
}
