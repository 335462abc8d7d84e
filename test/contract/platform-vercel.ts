import { vercel as kind } from '../../src/platform/vercel/index.ts';
import { aroundWith } from '../stand-in/around.ts';
import { settledSoon } from '../stand-in/settled-soon.ts';
import { COMMITS, openVercel, PROJECT, TEAM, TOKEN } from '../stand-in/vercel/index.ts';
import { impatient, type Member, troublesIn, type World } from './platform-member.ts';

/** Far longer than any test: builds end when they are told to. */
const BUILD_MS = 3_600_000;
const commitOf = (name: string) => COMMITS[name]?.id ?? null;

/** A project that stages its deployments, and one that gives them its domains at once. */
export const vercel: Member = memberOf('vercel', 'stages');
export const vercelAtOnce: Member = memberOf('vercel, domains at once', 'replaces');

function memberOf(name: string, does: Member['does']): Member {
  return {
    name,
    does,
    async open(opening): Promise<World> {
      const standIn = await openVercel({ buildMs: BUILD_MS, autoAssign: does === 'replaces' });
      const { state } = standIn;
      // What somebody had there before us, and took away.
      for (const sha of ['a'.repeat(40), 'b'.repeat(40)])
        state.create({ sha, target: 'production', meta: {} });
      for (const deployment of state.deployments) {
        deployment.readyState = 'READY';
        deployment.readySubstate = 'PROMOTED';
        deployment.aliasAssigned = deployment.createdAt;
        deployment.hasServed = true;
      }
      const settings = { token: 'env:VERCEL_TOKEN', team: TEAM, url: standIn.url };
      return {
        platform: settledSoon(kind.open('vercel', settings, impatient(aroundWith(TOKEN), opening))),
        target: { id: 'web/production', address: { project: PROJECT } },
        versions: { good: 'good', better: 'better', crashing: 'crashing' },
        version: (version) => ({ name: version, commit: commitOf(version) }),
        foreignAddress: { project: 'srv-1' },
        calls: () => standIn.calls().length,
        ...troublesIn(standIn, {
          change: { method: 'POST', path: /^\/v13\/deployments$|\/rollback\// },
          question: { method: 'GET', path: '/v6/deployments' },
          strangeWord: (json) => {
            const page = json as { deployments: object[] };
            const deployments = page.deployments.map((each) => ({ ...each, readyState: 'PONDERING' }));
            return { ...page, deployments };
          },
        }),
        settle: async () => state.settle(),
        hands: {
          async somebodyElse(version) {
            state.create({ sha: commitOf(version) ?? '', target: 'production', meta: {} });
          },
          cancel: async (releaseId) => void state.cancel(releaseId),
          async forget(releaseId) {
            state.deployments.splice(state.deployments.indexOf(state.find(releaseId)), 1);
          },
        },
        close: () => standIn.close(),
      };
    },
  };
}
