import { afterEach, expect, test } from 'vitest';
import { commandBody, deliver, openWorld, type World } from '../../../test/support/slack/open-world.ts';

let world: World;
afterEach(() => world.close());

test('what has a path of its own is taken by whoever it is for, and everything else stays with Slack', async () => {
  const taken: string[] = [];
  world = await openWorld({
    transport: {
      kind: 'http',
      signingSecret: 'the signing secret of tests',
      host: '127.0.0.1',
      port: 0,
      also(request, response) {
        if (request.url !== '/webhooks/x') return false;
        taken.push(request.url);
        response.writeHead(204).end();
        return true;
      },
    },
  });
  const to = (path: string) => fetch(new URL(path, world.url), { method: 'POST', body: '{}' });
  expect((await to('/webhooks/x')).status).toBe(204);
  expect((await to('/webhooks/y')).status).toBe(404);
  expect((await deliver(world, commandBody('/deploy-staging', 'api v2'))).status).toBe(200);
  expect(taken).toEqual(['/webhooks/x']);
});
