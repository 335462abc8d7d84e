import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import { overlaps, type Scope } from '../../src/core/scope.ts';
import { plain } from '../../src/core/text.ts';
import { orderLock } from '../../src/engine/board/lock.ts';
import { boardCatalog, openBoardWorld } from '../support/board-world.ts';
import { embeddedWorld, serverWorld } from './store-world.ts';

const names = Array.from({ length: 8 }, (_, index) => `P${index}`);
const catalog = {
  ...boardCatalog,
  grants: [{ role: 'deployer', people: names, services: '*', environments: '*' } as const],
};
const scope = fc.record({
  service: fc.constantFrom('api', 'web', null),
  environment: fc.constantFrom('staging', 'production', null),
});

type Held = { readonly scope: Scope; readonly by: string };

for (const world of [await serverWorld(), await embeddedWorld()]) {
  if (world === null) continue;
  describe(`of overlapping locks that are taken at once, in ${world.name}`, () => {
    afterAll(() => world.close());

    test('none stands beside another one, and whoever got none is told who has what is in the way', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(scope, { minLength: 2, maxLength: 8 }), async (scopes) => {
          const store = await world.fresh();
          const { visiting } = openBoardWorld(catalog, { store });
          const replies = await Promise.all(
            scopes.map((which, index) =>
              orderLock(visiting(`P${index}`), {
                kind: 'lock',
                ...{ which: { scope: which }, why: null, forMs: null, to: null, seen: null },
              }),
            ),
          );
          const sheets = await store.board.list({ kind: 'lock', isOpen: true, limit: 99 });
          const held = sheets.map(({ body }): Held => {
            const lock = body as { scope: Scope; holder: { by: string } };
            return { scope: lock.scope, by: lock.holder.by };
          });
          for (const one of held)
            expect(held.filter((other) => other !== one && overlaps(one.scope, other.scope))).toEqual([]);
          for (const [index, reply] of replies.entries()) {
            const mine = held.find(({ by }) => by === `P${index}`);
            if (!isRefusal(reply)) {
              expect(mine?.scope).toEqual(scopes[index]);
              continue;
            }
            expect(mine).toBeUndefined();
            const inTheWay = held.filter((other) => overlaps(other.scope, scopes[index] as Scope));
            expect(inTheWay.map(({ by }) => `@${by}`)).toContain(/@P\d/.exec(plain(reply.message))?.[0]);
          }
        }),
        { numRuns: world.name.includes('embedded') ? 15 : 60 },
      );
    });
  });
}
