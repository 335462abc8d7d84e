import { cloudflare as kind } from '../../src/platform/cloudflare/index.ts';
import { aroundWith } from '../stand-in/around.ts';
import { ACCOUNT, openCloudflare } from '../stand-in/cloudflare/index.ts';
import { settledSoon } from '../stand-in/settled-soon.ts';
import { impatient, type Member, troublesIn, type World } from './platform-member.ts';

const WORKER = 'shop-api';

export const cloudflare: Member = {
  name: 'cloudflare',
  does: 'stages',
  async open(opening): Promise<World> {
    const standIn = await openCloudflare();
    const ids = new Map(['before', 'v1', 'v2'].map((name) => [name, standIn.upload(WORKER, name)]));
    // The first deployment of a Worker is never ours to stage.
    const deploy = (version: string) => standIn.deployOutside(WORKER, { [ids.get(version) ?? '']: 100 });
    deploy('before');
    const settings = { account: ACCOUNT, token: 'env:CLOUDFLARE_API_TOKEN', baseUrl: standIn.url };
    return {
      platform: settledSoon(kind.open('edge', settings, impatient(aroundWith('not-a-real-token'), opening))),
      target: { id: 'api/staging', address: { worker: WORKER } },
      versions: { good: 'v1', better: 'v2', crashing: null },
      foreignAddress: { worker: '../shop-api' },
      calls: () => standIn.calls().length,
      ...troublesIn(standIn, {
        change: { method: 'POST', path: /\/deployments$/ },
        question: { method: 'GET', path: /\/deployments$/ },
        strangeWord: (json) => {
          const { result, ...rest } = json as { result: { deployments: object[] } };
          const deployments = result.deployments.map((each) => ({ ...each, strategy: 'pondering' }));
          return { ...rest, result: { deployments } };
        },
      }),
      settle: async () => undefined,
      hands: { somebodyElse: async (version) => deploy(version) },
      close: () => standIn.close(),
    };
  },
};
