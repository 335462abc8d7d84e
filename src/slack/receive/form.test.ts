import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  commandBody,
  deliver,
  interactionBody,
  openWorld,
  soon,
  type World,
} from '../../../test/support/slack/open-world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const view = (values: object, origin: object) => ({
  type: 'view_submission',
  view: {
    id: 'V1',
    hash: 'h',
    callback_id: 'v1:form',
    private_metadata: JSON.stringify(origin),
    state: { values },
  },
});
const field = (value: string) => ({ 'v1:text': { type: 'plain_text_input', value } });

test('a command that does several things asks which one first, and then for what that takes, in the same window', async () => {
  await deliver(world, commandBody('/deploy-emergency', '--env staging'));
  await soon(() => world.api.length > 0);
  const first = JSON.parse(world.api[0]?.args['view'] ?? '{}');
  const namesIn = (blocks: { block_id?: string }[]) => blocks.flatMap(({ block_id }) => block_id ?? []);
  expect(namesIn(first.blocks)).toEqual(['do']);
  expect(first.blocks.at(-1)).toMatchObject({ optional: false, element: { type: 'radio_buttons' } });
  expect(first.submit.text).toBe('Next');

  const chosen = { do: { 'v1:verb': { selected_option: { value: 'abort-all' } } } };
  const acked = await deliver(world, interactionBody(view(chosen, JSON.parse(first.private_metadata))));
  expect(acked.json).toMatchObject({ response_action: 'update' });
  const { view: second } = acked.json as { view: { blocks: object[]; private_metadata: string } };
  expect(namesIn(second.blocks)).toEqual(['service', 'environment', 'incident', 'reason', 'confirm']);
  expect(JSON.parse(second.private_metadata)).toMatchObject({ kept: { do: 'abort-all' } });
  expect(JSON.stringify(second.blocks)).toContain('staging');
  expect(world.asked).toEqual([]);

  const filled = { environment: field('staging'), incident: field('INC-7'), reason: field('it burns') };
  const wrong = await deliver(world, interactionBody(view(filled, JSON.parse(second.private_metadata))));
  expect(wrong.json).toMatchObject({ response_action: 'errors' });
  const right = { ...filled, reason: field('checkout answers 500 since noon'), confirm: field('staging') };
  const done = await deliver(world, interactionBody(view(right, JSON.parse(second.private_metadata))));
  expect(done).toMatchObject({ status: 200, body: '' });
  await soon(() => world.asked.length > 0);
});
