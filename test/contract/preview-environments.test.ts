import { afterAll, beforeAll, expect, test } from 'vitest';
import { isRefusal } from '../../src/core/refusal.ts';
import { render } from '../../src/platform/render/index.ts';
import { aroundWith } from '../stand-in/around.ts';
import { openRender, SERVICE, TOKEN } from '../stand-in/render/index.ts';
import { openOffice, said } from '../support/office/office.ts';

let standIn: Awaited<ReturnType<typeof openRender>>;
beforeAll(async () => {
  standIn = await openRender({ imagePath: 'docker.io/acme/shop:v1' });
});
afterAll(() => standIn.close());

test('a preview at Render is made, listed and destroyed from the desk, and the service itself stays', async () => {
  const office = openOffice();
  const platform = render.open(
    'render',
    { token: 'env:RENDER_API_KEY', url: standIn.url },
    aroundWith(TOKEN),
  );
  const site = platform.site({ id: 'api/staging', address: { service: SERVICE } });
  office.world.extras.set('api/staging', site);
  const ann = office.as('U0ANN');
  const made = await ann.previews({
    kind: 'create',
    service: 'api',
    environment: null,
    ref: 'v2',
    forMs: 3_600_000,
  });
  const id = /p-[0-9a-f]{8}/.exec(said(made))?.[0] ?? '';
  expect(standIn.state.previews.size).toBe(1);
  const listed = await office.as('U0ANN').previews({ kind: 'list', service: 'api' });
  const rows = isRefusal(listed)
    ? []
    : listed.parts.flatMap((part) => (part.kind === 'table' ? part.rows : []));
  expect(rows.map((row) => row.slice(0, 3))).toEqual([[id, 'api/staging', 'v2']]);
  standIn.state.previews.set('srv-other', { name: 'other', imagePath: 'x:y', parent: 'srv-somebody' });
  expect(said(await office.as('U0ANN').previews({ kind: 'destroy', id }))).toBe(`${id} is destroyed.`);
  expect([...standIn.state.previews.keys()]).toEqual(['srv-other']);
  await platform.close();
});
