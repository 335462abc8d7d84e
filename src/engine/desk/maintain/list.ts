import { answer, type Part, type Reply } from '../../../core/answer.ts';
import { type Scope, sayScope } from '../../../core/scope.ts';
import { time } from '../../../core/text.ts';
import { type StandingLine, standingIn } from '../../board/standing.ts';
import { refuseUnlessAllowed } from '../place.ts';
import type { Visiting } from '../visitor.ts';

const ROWS_MAX = 90;
const OFFERS_MAX = 5;

export const listOffer = { label: 'What stands in the way', command: 'deploy-maintenance', text: 'list' };

const LINES_MAX = 5;

/** The same in a few lines, for an answer about something else. */
export function standingParts(lines: readonly StandingLine[]): Part[] {
  const more = lines.length - LINES_MAX;
  return [
    ...lines.slice(0, LINES_MAX).map(({ say }): Part => ({ kind: 'text', text: [say] })),
    ...(more > 0 ? [{ kind: 'text', text: [`${more} more stand in the way.`] } as const] : []),
  ];
}

/** Everything that hangs there and stands in the way, or will. */
export async function listStanding(visiting: Visiting, scope: Scope): Promise<Reply> {
  const { parts, visitor } = visiting;
  const refused = refuseUnlessAllowed(parts.catalog(), visitor.actor, { permission: 'look', ...scope });
  if (refused !== null) return refused;
  const lines = await standingIn(visiting, scope);
  const note = { kind: 'note', text: ['As of ', time(await parts.store.nowMs())] } as const;
  if (lines.length === 0) {
    const sentence = `Nothing stands in the way of ${sayScope(scope)}.`;
    return answer(sentence, [{ kind: 'text', text: [sentence] }, note], { isShareable: true });
  }
  const sentence = `${lines.length === 1 ? '1 thing stands' : `${lines.length} things stand`} in the way of ${sayScope(scope)}, or will.`;
  const rows = lines.slice(0, ROWS_MAX).map(({ what, id, say }) => [what, id, say]);
  const offers = lines.flatMap(({ id, offer }) =>
    offer === null ? [] : [{ ...offer, label: `${offer.label}: ${id}`.slice(0, 75) }],
  );
  const table = {
    kind: 'table',
    caption: 'What stands in the way',
    columns: ['What', 'Id', 'Says'],
    rows,
  } as const;
  return answer(sentence, [table, note], {
    title: 'What stands in the way',
    offers: offers.slice(0, OFFERS_MAX),
    isShareable: true,
  });
}
