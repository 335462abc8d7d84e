import { render as kind } from '../../src/platform/render/index.ts';
import { aroundWith } from '../stand-in/around.ts';
import { COMMITS, openRender, SERVICE, TOKEN } from '../stand-in/render/index.ts';
import { settledSoon } from '../stand-in/settled-soon.ts';
import { impatient, type Member, troublesIn, type World } from './platform-member.ts';

/** Far longer than any test: builds end when they are told to. */
const BUILD_MS = 3_600_000;
const commitOf = (name: string) => COMMITS[name]?.id ?? null;

export const render: Member = {
  name: 'render',
  does: 'replaces',
  async open(opening): Promise<World> {
    const standIn = await openRender({ buildMs: BUILD_MS });
    const { state } = standIn;
    // What somebody had there before us, and took away.
    for (const commitId of ['a'.repeat(40), 'b'.repeat(40)]) state.start({ commitId }, 'manual');
    for (const deploy of state.deploys) deploy.status = 'deactivated';
    const settings = { token: 'env:RENDER_API_KEY', url: standIn.url };
    return {
      platform: settledSoon(kind.open('render', settings, impatient(aroundWith(TOKEN), opening))),
      target: { id: 'shop/production', address: { service: SERVICE } },
      versions: { good: 'good', better: 'better', crashing: 'crashing' },
      version: (name) => ({ name, commit: commitOf(name) }),
      foreignAddress: { service: 'prj_1' },
      calls: () => standIn.calls().length,
      ...troublesIn(standIn, {
        change: { method: 'POST', path: /\/(?:deploys|rollback)$/ },
        question: { method: 'GET', path: `/services/${SERVICE}/deploys` },
        strangeWord: (json) =>
          (json as { deploy: object }[]).map((line) => ({
            ...line,
            deploy: { ...line.deploy, status: 'pondering' },
          })),
      }),
      settle: async () => state.settle(),
      hands: {
        somebodyElse: async (version) => void state.push(commitOf(version) ?? ''),
        async cancel(releaseId) {
          const deploy = state.deploys.find(({ id }) => id === releaseId);
          if (deploy !== undefined) state.cancel(deploy);
        },
        forget: async (releaseId) => void state.dropped.add(releaseId),
      },
      close: () => standIn.close(),
    };
  },
};
