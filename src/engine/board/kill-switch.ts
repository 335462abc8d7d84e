import type { FlagState } from '../../core/flag.ts';
import {
  isOver,
  KillSwitch,
  keepsOff,
  type SwitchedFlag,
  switchDueMs,
  wantedOf,
} from '../../core/kill-switch.ts';
import type { Text } from '../../core/text.ts';
import type { Notice, PutDown, Sheet } from '../../store/store.ts';
import { flagServiceOf, turnFlag } from '../flags/turn.ts';
import type { EngineParts } from '../parts.ts';
import { notYetWords, sayKillSwitch } from './kill-switch-words.ts';
import { recordOfProgram } from './noted.ts';
import type { SheetKind } from './sheet.ts';
import { loudNotices } from './told.ts';

export const KILL_SWITCH = 'kill-switch';

/** What somebody switched off in an emergency; it hangs until somebody switches it on again. */
export const killSwitches: SheetKind = {
  kind: KILL_SWITCH,
  say: (sheet) => sayKillSwitch(sheet.id, KillSwitch.parse(sheet.body)),
  attend: async (sheet, parts) => {
    await settleSwitch(parts, { sheet, killSwitch: KillSwitch.parse(sheet.body) });
  },
};

export type HungSwitch = { readonly sheet: Sheet; readonly killSwitch: KillSwitch };

const SHEETS_MAX = 500;

/** Those that hang. One that cannot be read is left out: there is nothing to show of it. */
export async function openSwitches(parts: EngineParts): Promise<HungSwitch[]> {
  return (await hanging(parts)).flatMap(readSwitch);
}

/**
 * The one that keeps a flag off; null where none does. One that cannot be read, because a newer version of the program
 * wrote it, may be about any flag.
 */
export async function switchOver(
  parts: EngineParts,
  flag: Parameters<typeof keepsOff>[1],
): Promise<{ readonly id: string; readonly isRead: boolean } | null> {
  const sheets = await hanging(parts);
  const known = sheets.flatMap(readSwitch).find(({ killSwitch }) => keepsOff(killSwitch, flag));
  if (known !== undefined) return { id: known.sheet.id, isRead: true };
  const unread = sheets.find((sheet) => readSwitch(sheet).length === 0);
  return unread === undefined ? null : { id: unread.id, isRead: false };
}

function hanging({ store }: EngineParts): Promise<readonly Sheet[]> {
  return store.board.list({ kind: KILL_SWITCH, isOpen: true, limit: SHEETS_MAX });
}

function readSwitch(sheet: Sheet): HungSwitch[] {
  const { data: killSwitch } = KillSwitch.safeParse(sheet.body);
  return killSwitch === undefined ? [] : [{ sheet, killSwitch }];
}

/**
 * Carries out what is not done yet, and writes down how it went. Everything that is called here has been written down
 * before; each flag is looked at first, so that a second process that does the same changes nothing.
 */
export async function settleSwitch(
  parts: EngineParts,
  { sheet, killSwitch }: HungSwitch,
): Promise<KillSwitch> {
  const flags = await Promise.all(
    killSwitch.flags.map((flag) => {
      if (flag.state === 'done') return flag;
      return killSwitch.back === null
        ? turnOnce(parts, { sheet, killSwitch }, flag, wantedOf(killSwitch))
        : turnBack(parts, { sheet, killSwitch }, flag);
    }),
  );
  const after = { ...killSwitch, flags };
  const record = recordOfProgram({
    action: killSwitch.back === null ? 'kill-switch-turned' : 'switch-on-turned',
    sheet,
    scope: killSwitch.scope,
    detail: { flags: flags.map(({ key, environment, state, say }) => ({ key, environment, state, say })) },
  });
  const hasTurned = flags.some(({ state, say }, index) => {
    const was = killSwitch.flags[index];
    return was?.state !== state || was.say !== say;
  });
  await putSwitch(parts, {
    sheet,
    after,
    key: `settle/${sheet.version}`,
    records: hasTurned ? [record] : [],
    words: newlyFailed(killSwitch, after) ? words(parts, sheet, after) : [],
  });
  return after;
}

/**
 * What another switch keeps off meanwhile is not switched on: whoever pulled that one knows more than whoever wanted it
 * back. It is asked about after our call too: who pulled one before that came found the flag off still, and has said so.
 */
async function turnBack(parts: EngineParts, hung: HungSwitch, flag: SwitchedFlag): Promise<SwitchedFlag> {
  const early = await switchOver(parts, flag);
  const turned = early === null ? await turnOnce(parts, hung, flag, wantedOf(hung.killSwitch)) : flag;
  const over = early ?? (await switchOver(parts, flag));
  if (over === null) return turned;
  const off = await turnOnce(parts, hung, turned, { isOn: false, rolloutPercent: null });
  return off.state === 'done' ? { ...off, say: `off: ${over.id} keeps it off` } : off;
}

/** What was as it shall be without us is believed once every earlier call of ours has come, or can be believed to be lost. */
async function turnOnce(
  parts: EngineParts,
  { sheet, killSwitch }: HungSwitch,
  flag: SwitchedFlag,
  wanted: FlagState,
): Promise<SwitchedFlag> {
  const { by, why, incident } = killSwitch.back ?? killSwitch.pulled;
  const intent = {
    id: `${sheet.id}/${flag.key}/${flag.environment}/${flag.tries}`,
    comment: `${by}, ${incident}: ${why}`,
  };
  const turned = await turnFlag(parts, flag, intent, wanted);
  const before = killSwitch.back === null ? beforeOf(flag, turned.before) : flag.before;
  const next = { ...flag, before, tries: flag.tries + 1 };
  const nowMs = await parts.store.nowMs();
  if (!turned.isDone) return { ...next, state: 'failed', sentAtMs: nowMs, say: turned.say };
  const isSure = turned.hasCalled || flag.tries === 0 || nowMs >= flag.sentAtMs + settleMsOf(parts, flag);
  if (isSure) return { ...next, state: 'done', say: turned.say };
  return { ...next, state: 'failed', say: `${turned.say}, and an earlier call may still change that` };
}

/** What is off now may be so because of a call of ours that nobody heard of; what is on was on before. */
function beforeOf({ before }: SwitchedFlag, seen: FlagState | null): FlagState | null {
  return seen?.isOn === true ? seen : (before ?? seen);
}

function settleMsOf(parts: EngineParts, flag: SwitchedFlag): number {
  const { writing } = flagServiceOf(parts, flag);
  return writing.can ? writing.settleMs : 0;
}

type Next = {
  readonly sheet: Pick<Sheet, 'id' | 'version'>;
  readonly after: KillSwitch;
  readonly key: string;
  readonly records: NonNullable<Parameters<EngineParts['store']['board']['put']>[0]['records']>;
  readonly words?: readonly Notice[];
};

/** Its next version, on its card, in the channels that hear of emergencies too. */
export async function putSwitch(parts: EngineParts, next: Next): Promise<PutDown> {
  const { sheet, after, key, records, words: more = [] } = next;
  const id = { kind: KILL_SWITCH, id: sheet.id };
  const isOpen = !isOver(after);
  return parts.store.board.put({
    ...id,
    afterVersion: sheet.version,
    key,
    body: after,
    isOpen,
    dueAtMs: isOpen ? switchDueMs(after, await parts.store.nowMs()) : null,
    notices: [...loudNotices(parts, id, after.scope), ...more],
    records,
  });
}

function newlyFailed(before: KillSwitch, { flags }: KillSwitch): boolean {
  return flags.some(({ state }, index) => state === 'failed' && before.flags[index]?.state === 'sent');
}

/** Whoever pulled it thinks that it is off: everybody hears at once that it is not. */
function words(parts: EngineParts, { id }: Pick<Sheet, 'id'>, after: KillSwitch): Notice[] {
  const text: Text = notYetWords(after);
  return parts.catalog().emergency.channels.map((channel) => {
    const key = `word/${KILL_SWITCH}/${id}/${channel}/${after.back === null ? 'off' : 'on'}`;
    const to = { kind: 'channel', id: channel } as const;
    return {
      key,
      stream: key,
      lane: 'critical',
      content: { kind: 'word', to, text, offers: [], under: null },
    };
  });
}
