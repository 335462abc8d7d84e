import { z } from 'zod';
import { type Answer, answer } from '../../core/answer.ts';
import type { Offer } from '../../core/refusal.ts';
import { Scope, sayScope } from '../../core/scope.ts';
import { person, strong, type Text, time } from '../../core/text.ts';
import type { Put, Sheet, TargetState } from '../../store/store.ts';
import { adoptionMark, type Drift, type FoundRelease, markOf, strangersIn } from '../drift.ts';
import type { EngineParts } from '../parts.ts';
import { recordOfProgram } from './noted.ts';
import type { SheetKind } from './sheet.ts';
import { sheetNotices } from './told.ts';

export const FOREIGN = 'foreign';

/** What somebody else left at one place. Each place has one sheet; what was found there anew begins a new card. */
export const Foreign = z.object({
  scope: Scope,
  target: z.string(),
  /** The version that we had left there. */
  left: z.string(),
  found: z.array(z.object({ releaseId: z.string(), version: z.string(), trafficPercent: z.number() })),
  noticedAtMs: z.number(),
  /** Counts how often something was found there. */
  round: z.number().int().positive(),
  closed: z
    .object({ how: z.enum(['adopted', 'over']), by: z.string().nullable(), atMs: z.number() })
    .nullable(),
});
export type Foreign = z.output<typeof Foreign>;

/** Shown, never fought: it stands in nobody's way. */
export const foreigns: SheetKind = {
  kind: FOREIGN,
  say: (sheet) => sayForeign(Foreign.parse(sheet.body)),
};

function sayForeign(foreign: Foreign): Answer {
  const { scope, target, left, found, noticedAtMs, closed } = foreign;
  const place = sayScope(scope);
  const what =
    found.length === 0
      ? `Nothing of ${place} serves any more; Slipway left ${left} there.`
      : `Someone else deployed ${strangersIn(foreign)} to ${place}, where Slipway had left ${left}.`;
  const state: Text = closed === null ? ['Slipway leaves it as it is.'] : sayClosed(closed);
  return answer(
    what,
    [
      { kind: 'text', text: [strong(what)] },
      { kind: 'note', text: ['Seen ', time(noticedAtMs), '. ', ...state] },
    ],
    {
      title: closed === null ? 'Deployed by someone else' : 'Deployed by someone else, and settled',
      offers: closed === null ? [driftOffer(scope), ...adoptOffers(target, scope, found)] : [],
    },
  );
}

function sayClosed({ how, by, atMs }: NonNullable<Foreign['closed']>): Text {
  if (how === 'over')
    return ['What Slipway left there serves again, or something newer of its own, since ', time(atMs), '.'];
  return ['Adopted', ...(by === null ? [] : [' by ', person(by)]), ', ', time(atMs), '.'];
}

export function driftOffer({ service, environment }: Scope): Offer {
  const words = [
    ...(service === null ? [] : [service]),
    '--drift',
    ...(environment === null ? [] : ['--env', environment]),
  ];
  return { label: 'What differs', command: 'deploy-compare', text: words.join(' ') };
}

/** Only what serves alone can be adopted: of two nobody could say which one Slipway is to believe. */
export function adoptOffers(
  target: string,
  { service, environment }: Scope,
  found: readonly FoundRelease[],
): Offer[] {
  const [only, ...others] = found;
  if (only === undefined || others.length > 0 || only.trafficPercent !== 100) return [];
  return [
    {
      label: `Adopt ${only.version}`,
      command: 'deploy-compare',
      text: `${service} --env ${environment} --adopt ${adoptionMark(target, only)}`,
    },
  ];
}

const SHEETS_MAX = 1_000;

/** What is known to have been deployed by others, by place. */
export async function openForeigns({ store }: EngineParts): Promise<ReadonlyMap<string, Sheet>> {
  const sheets = await store.board.list({ kind: FOREIGN, isOpen: true, limit: SHEETS_MAX });
  return new Map(sheets.map((sheet) => [sheet.id, sheet]));
}

/** Writes down what was found, and tells it, unless that was done already. */
export async function noteForeign(
  parts: EngineParts,
  state: TargetState,
  scope: Scope,
  drift: Extract<Drift, { kind: 'foreign' }>,
): Promise<void> {
  const id = { kind: FOREIGN, id: state.id };
  const sheet = await parts.store.board.find(id);
  const before = sheet === null ? null : (Foreign.safeParse(sheet.body).data ?? null);
  const mark = markOf(drift.found);
  const isKnown =
    sheet?.isOpen === true && before !== null && before.left === drift.left && markOf(before.found) === mark;
  if (isKnown) return;
  const round = (before?.round ?? 0) + 1;
  const foreign: Foreign = {
    scope,
    target: state.id,
    left: drift.left,
    found: [...drift.found],
    noticedAtMs: await parts.store.nowMs(),
    round,
    closed: null,
  };
  await parts.store.board.put({
    ...id,
    afterVersion: sheet?.version ?? 0,
    key: `found/${round}/${mark}`,
    body: foreign,
    isOpen: true,
    dueAtMs: null,
    notices: sheetNotices(parts, id, scope, round),
    records: [
      recordOfProgram({
        action: 'foreign-deployment',
        sheet: id,
        scope,
        detail: { left: drift.left, found: drift.found.map(({ version }) => version) },
      }),
    ],
  });
}

/** What somebody else left there does not serve any more, or a deployment of ours has come after it. */
export async function closeForeign(parts: EngineParts, sheet: Sheet): Promise<void> {
  const foreign = Foreign.parse(sheet.body);
  await parts.store.board.put(
    closing(
      parts,
      sheet,
      foreign,
      { how: 'over', by: null, atMs: await parts.store.nowMs() },
      `over/${sheet.version}`,
    ),
  );
}

/** The sheet with its end; whoever adopts writes it in the transaction in which they do. */
export function closing(
  parts: EngineParts,
  { version }: Pick<Sheet, 'version'>,
  foreign: Foreign,
  closed: NonNullable<Foreign['closed']>,
  key: string,
): Put {
  const id = { kind: FOREIGN, id: foreign.target };
  return {
    ...id,
    afterVersion: version,
    key,
    body: { ...foreign, closed },
    isOpen: false,
    dueAtMs: null,
    notices: sheetNotices(parts, id, foreign.scope, foreign.round),
  };
}
