import { expect, test } from 'vitest';
import { emptyHome } from '../../../test/support/home.ts';
import type { HomeItem, HomeList } from '../../core/home.ts';
import { checkBlocks } from '../../local/workspace/blocks/validate.ts';
import { renderHome } from './home.ts';

const offer = { label: 'Do it', command: 'deploy-status', text: 'd-7f3a9k2m' };
const item: HomeItem = {
  text: ['<!channel> *x* ', { kind: 'strong', text: 'a'.repeat(3_000) }],
  note: ['small'],
  offers: [offer, { ...offer, isDangerous: true, confirm: { title: 'Sure?', text: 'Really.' } }],
  deploymentId: 'd-7f3a9k2m',
};
const full: HomeList = { items: Array.from({ length: 5 }, () => item), more: 7 };
const place = {
  environment: 'staging',
  runs: 'v2',
  health: 'healthy',
  seenAtMs: 1,
  stale: 'not read lately',
};
const commands = Array.from({ length: 15 }, (_, index) => ({ name: `deploy-${index}`, summary: 'Does it' }));
const cards = new Map([['d-7f3a9k2m', 'https://slack.example/archives/C1/p1']]);

const fullest = {
  ...emptyHome,
  approvals: full,
  reviews: full,
  running: full,
  standing: full,
  failures: full,
  services: Array.from({ length: 8 }, (_, index) => ({
    name: `service-${index}`,
    isFavourite: index === 0,
    places: Array.from({ length: 5 }, () => place),
  })),
  moreServices: 3,
};

test('the fullest home has at most 100 blocks, and Slack takes every one of them', () => {
  const { view, plainer } = renderHome(fullest, { commands, cards });
  for (const { blocks } of [view, plainer]) {
    expect(blocks.length).toBeLessThanOrEqual(100);
    expect(blocks.at(-1)?.type).toBe('rich_text');
    expect(checkBlocks(blocks, '/blocks', { surface: 'home', isReadyImage: () => true })).toEqual([]);
  }
  expect(JSON.stringify(view)).not.toContain('<!channel>');
});

test('every button is a command that somebody could have typed, or the way to a card', () => {
  const { view } = renderHome(fullest, { commands, cards });
  const elements = view.blocks.flatMap((block) =>
    block.type === 'actions' && 'elements' in block ? block.elements : [],
  );
  expect(elements.length).toBeGreaterThan(20);
  for (const element of elements) {
    if (element.type !== 'button') throw new Error(element.type);
    expect(element.action_id).toMatch(/^v1:(run:\d|link)$/);
    if (element.action_id !== 'v1:link') expect(element.value).toMatch(/^deploy-[a-z]+( |$)/);
  }
});

test('an empty home says that nothing waits, what is chosen, and how to begin', () => {
  const { view } = renderHome(emptyHome, { commands, cards: new Map() });
  const words = JSON.stringify(view);
  for (const said of ['Nothing waits for you.', 'You are not written to', '/deploy-0', 'prefer'])
    expect(words).toContain(said);
  expect(words).not.toContain('On its way');
});
