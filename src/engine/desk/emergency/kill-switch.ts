import { type Answer, answer, type Reply } from '../../../core/answer.ts';
import { hashOf } from '../../../core/canonical.ts';
import type { EmergencyOrder } from '../../../core/emergency-order.ts';
import { type FlagState, sayFlag } from '../../../core/flag.ts';
import { type FlagInReach, KillSwitch, type SwitchedFlag, switchHash } from '../../../core/kill-switch.ts';
import type { Actor } from '../../../core/person.ts';
import { shortHash } from '../../../core/plan-parts.ts';
import { type Refusal, refuse } from '../../../core/refusal.ts';
import type { Scope } from '../../../core/scope.ts';
import { KILL_SWITCH, putSwitch, settleSwitch } from '../../board/kill-switch.ts';
import { namesOf, sayKillSwitch, switchSentence } from '../../board/kill-switch-words.ts';
import { recordOf } from '../../board/noted.ts';
import { reviewOf } from '../../board/review.ts';
import { flagsMeant, flagsSeen } from '../../flags/found.ts';
import { flagServiceOf, readFlag } from '../../flags/turn.ts';
import type { EngineParts } from '../../parts.ts';
import { refuseUnlessAllowed } from '../place.ts';
import type { Visiting } from '../visitor.ts';
import { noFlags, refuseReach, typedSwitch, unknownFlag } from './switch-words.ts';

export type PullOrder = Extract<EmergencyOrder, { kind: 'kill-switch' }>;

/**
 * Switches flags off at once, whatever is on its way; shows first which, and how they stand. It is written down and
 * loud before the first call, read back after it, and tried again until it is so. Unlike a hotfix it is not refused
 * because of an open review: what it does is to stop something.
 */
export async function killSwitch(visiting: Visiting, order: PullOrder): Promise<Reply> {
  const { parts, visitor } = visiting;
  const id = `k-${hashOf('slipway/kill-switch-id/v1', visitor.key).slice(0, 8)}`;
  const mine = await parts.store.board.find({ kind: KILL_SWITCH, id });
  if (mine !== null) return sayKillSwitch(id, KillSwitch.parse(mine.body));
  const actor = await parts.directory.look(visitor.actor, 'fresh');
  const seen = flagsSeen(parts.catalog(), actor);
  const flags = flagsMeant(seen, order);
  if (flags.length === 0) return nothingMeant(parts, actor, seen, order);
  const refused = (await refuseReach(visiting, flags)) ?? refuseReadOnly(parts, flags);
  if (refused !== null) return refused;
  const hash = shortHash(switchHash('off', flags));
  if (order.plan === null) return preview(parts, order, flags, hash);
  if (order.plan !== hash) return changed(order);
  return pull(visiting, order, flags, id);
}

/** Permission first, so that nobody learns from a refusal what exists where they have no business. */
function nothingMeant(
  parts: EngineParts,
  actor: Actor,
  seen: readonly FlagInReach[],
  order: PullOrder,
): Refusal {
  const { service, environment } = order;
  const refused = refuseUnlessAllowed(parts.catalog(), actor, {
    permission: 'emergency',
    service,
    environment,
  });
  if (refused !== null) return refused;
  const isConnected = (parts.catalog().flags ?? []).length > 0;
  return isConnected ? unknownFlag(seen, order) : noFlags(order.flag ?? service ?? '');
}

/** Where nothing can be written there is nothing to pull. */
function refuseReadOnly(parts: EngineParts, flags: readonly FlagInReach[]): Refusal | null {
  const said = flags.flatMap((flag) => {
    const { writing } = flagServiceOf(parts, flag);
    return writing.can ? [] : [`${flag.key} in ${flag.environment}: ${writing.say}.`];
  });
  if (said.length === 0) return null;
  return refuse('not-supported', [said.join(' ')], {
    next: ['Switch it off where it is kept.'],
  });
}

async function preview(
  parts: EngineParts,
  order: PullOrder,
  flags: readonly FlagInReach[],
  hash: string,
): Promise<Answer> {
  const names = namesOf(flags);
  const rows = await Promise.all(
    flags.map(async (flag) => {
      const read = await readFlag(parts, flag);
      const now = 'standing' in read ? sayFlag(read.standing) : `not known: ${read.say}`;
      return [flag.key, `${flag.environment} (${flag.at}: ${flag.theirs})`, flag.services.join(', '), now];
    }),
  );
  const sentence = `This would switch ${names} off. Nothing has been changed yet.`;
  return answer(
    sentence,
    [
      {
        kind: 'table',
        caption: 'Would be switched off',
        columns: ['Flag', 'Where', 'Read by', 'Now'],
        rows,
      },
      {
        kind: 'note',
        text: [
          'At once, whatever is being deployed; no deployment turns it up again until somebody switches it on. A second person reviews it afterwards. Nothing has been changed yet.',
        ],
      },
    ],
    {
      title: `Switch ${names} off?`.slice(0, 150),
      offers: [typedSwitch('kill-switch', order, hash, 'Switch off…')],
    },
  );
}

function changed(order: PullOrder): Refusal {
  return refuse('plan-changed', ['What would be switched off is no longer what you were shown.'], {
    next: ['Nothing was changed. Look at it again.'],
    offers: [typedSwitch('kill-switch', order, null, 'Show what would be switched off now')],
  });
}

/**
 * The review first, so that nothing is ever switched without one; then the switch with what will be called; then the calls.
 * How the flags stand is written down with it: whoever goes on after a crash finds them off, and could not tell.
 */
async function pull(
  visiting: Visiting,
  { why, incident }: PullOrder,
  flags: readonly FlagInReach[],
  id: string,
): Promise<Reply> {
  const { parts, visitor } = visiting;
  const scope = scopeOf(flags);
  const what = `kill-switch (${namesOf(flags)})`;
  const [review, stood] = await Promise.all([
    reviewOf(visiting, { action: what, scope, why, incident }),
    Promise.all(flags.map((flag) => stateNow(parts, flag))),
  ]);
  await parts.store.board.put(review);
  const nowMs = await parts.store.nowMs();
  const after: KillSwitch = {
    scope,
    pulled: { by: visitor.actor.id, why, incident, atMs: nowMs },
    back: null,
    flags: flags.map((flag, index): SwitchedFlag => {
      return {
        ...flag,
        services: [...flag.services],
        before: stood[index] ?? null,
        state: 'sent',
        sentAtMs: nowMs,
        tries: 0,
        say: null,
      };
    }),
  };
  const sheet = { kind: KILL_SWITCH, id, version: 0 };
  const detail = {
    why,
    incident,
    flags: flags.map(({ key, at, environment }) => ({ key, at, environment })),
  };
  await putSwitch(parts, {
    sheet,
    after,
    key: visitor.key,
    records: [recordOf(visiting, { action: 'kill-switch', sheet, scope, detail })],
  });
  const hung = await parts.store.board.find({ kind: KILL_SWITCH, id });
  if (hung === null)
    return refuse('unavailable', ['The switch could not be written down. Nothing was changed.']);
  const settled = await settleSwitch(parts, { sheet: hung, killSwitch: KillSwitch.parse(hung.body) });
  return { ...sayKillSwitch(id, settled), sentence: switchSentence(settled) };
}

async function stateNow(parts: EngineParts, flag: FlagInReach): Promise<FlagState | null> {
  const read = await readFlag(parts, flag);
  if (!('standing' in read)) return null;
  const { isOn, rolloutPercent } = read.standing;
  return { isOn, rolloutPercent };
}

/** What it reaches, as far as a scope can say it. */
function scopeOf(flags: readonly FlagInReach[]): Scope {
  const only = (names: readonly string[]) => (new Set(names).size === 1 ? (names[0] ?? null) : null);
  return {
    service: only(flags.flatMap(({ services }) => services)),
    environment: only(flags.map(({ environment }) => environment)),
  };
}
