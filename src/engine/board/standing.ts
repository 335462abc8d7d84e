import { z } from 'zod';
import { frozenAt, sayFreezeWindow } from '../../core/freeze.ts';
import { may } from '../../core/person.ts';
import type { Offer } from '../../core/refusal.ts';
import { overlaps, Scope, sayScope } from '../../core/scope.ts';
import type { Visiting } from '../desk/visitor.ts';
import { obstructions } from './index.ts';

/** Something that stands in the way, or will, in one line. */
export type StandingLine = {
  /** `l-7f3a9k2m`, or where it is configured. */
  readonly id: string;
  readonly what: string;
  readonly say: string;
  /** The first thing that can be done about it. */
  readonly offer: Offer | null;
};

const Placed = z.union([
  z.object({ scope: Scope }).transform(({ scope }) => [scope]),
  z.object({ places: z.array(Scope) }).transform(({ places }) => places),
]);

/** Everything that hangs on the board or is configured and stands in the way of deployments in a scope, as far as somebody may look. */
export async function standingIn({ parts, visitor }: Visiting, scope: Scope): Promise<StandingLine[]> {
  const { grants, freezes = [] } = parts.catalog();
  const nowMs = await parts.store.nowMs();
  const isSeen = (place: Scope) => overlaps(place, scope) && may(visitor.actor, 'look', place, grants);
  const hanging = (await obstructions(parts)).filter(({ sheet }) =>
    // What cannot be read reaches everything.
    (Placed.safeParse(sheet.body).data ?? [{ service: null, environment: null }]).some(isSeen),
  );
  return [
    ...hanging.map(({ sheet, said }) => ({
      id: sheet.id,
      what: sheet.kind,
      say: said?.sentence ?? 'It cannot be read: it stands in everybody’s way.',
      offer: said?.offers?.find(({ isDangerous }) => isDangerous === true) ?? said?.offers?.[0] ?? null,
    })),
    ...freezes
      .filter(({ scope: place }) => isSeen(place))
      .map(({ name, scope: place, window, reason }) => {
        const isOn = frozenAt(window, nowMs) !== null;
        const say = `${isOn ? 'FROZEN now' : 'Not now'}: ${sayScope(place)}, ${sayFreezeWindow(window, nowMs)}. ${reason}`;
        return { id: `slipway.yml: ${name}`, what: 'freeze', say, offer: null };
      }),
  ];
}
