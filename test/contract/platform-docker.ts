import { docker as kind } from '../../src/platform/docker/index.ts';
import { aroundWith } from '../stand-in/around.ts';
import { openDocker, REPOSITORY } from '../stand-in/docker/index.ts';
import { settledSoon } from '../stand-in/settled-soon.ts';
import { impatient, type Member, troublesIn, type World } from './platform-member.ts';

/**
 * None of its versions is told to crash here: what was before is stopped for it, so that it does not go on serving.
 * What becomes of one that does is in `platform-docker.test.ts`.
 */
export const docker: Member = {
  name: 'docker',
  does: 'replaces',
  async open(opening): Promise<World> {
    const standIn = await openDocker();
    const { engine } = standIn;
    for (const tag of ['good', 'better']) engine.images.add(`${REPOSITORY}:${tag}`);
    const { troubles, trouble } = troublesIn(standIn, {
      change: { method: 'POST', path: /\/start$/ },
      question: { method: 'GET', path: /^\/v1\.41\/containers\/[^/]+\/json$/ },
      strangeWord: (json) => ({
        ...(json as object),
        State: { ...(json as { State: object }).State, Status: 'pondering' },
      }),
    });
    return {
      platform: settledSoon(
        kind.open('docker', { socket: standIn.socket }, impatient(aroundWith('nothing'), opening)),
      ),
      target: { id: 'shop/production', address: { name: 'shop', image: `${REPOSITORY}:{version}` } },
      versions: { good: 'good', better: 'better', crashing: null },
      foreignAddress: { name: 'shop', image: `${REPOSITORY}:latest` },
      calls: () => standIn.calls().length,
      // A start is answered by its status alone, of which there is nothing to break off.
      troubles: troubles.filter((each) => each !== 'truncate'),
      trouble,
      settle: async () => undefined,
      hands: {
        async somebodyElse(version) {
          for (const made of engine.containers) if (made.State.Status === 'running') engine.end(made);
          const made = engine.create('shop', { Image: `${REPOSITORY}:${version}` });
          if (made !== null) engine.start(made);
        },
        async forget(releaseId) {
          const made = engine.find(releaseId);
          if (made === undefined) return;
          engine.images.delete(made.Config.Image);
          engine.remove(made);
        },
      },
      close: () => standIn.close(),
    };
  },
};
