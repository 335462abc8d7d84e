import type { types } from '@slack/bolt';
import type { HomeItem, HomeList, HomePlace, HomeService, HomeView } from '../../core/home.ts';
import { sayPreference } from '../../core/preference.ts';
import type { Offer } from '../../core/refusal.ts';
import { duration, type Text, time } from '../../core/text.ts';
import { type Block, header, leaves, note, plainText, richText } from './block.ts';
import { actionsBlock, linkButton, offerButton } from './button.ts';
import { clean } from './clean.ts';
import { limits } from './limits.ts';
import { renderTable } from './table.ts';

/** What goes around a home, from whoever knows where it is shown. */
export type Surroundings = {
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  /** Where the cards of deployments stand, as far as known. */
  readonly cards: ReadonlyMap<string, string>;
};

/** `plainer` is for a Slack that does not take tables there. */
export type RenderedHome = { readonly view: types.HomeView; readonly plainer: types.HomeView };

export function renderHome(home: HomeView, { commands, cards }: Surroundings): RenderedHome {
  const list = (title: string, { items, more }: HomeList): Block[] =>
    items.length === 0
      ? []
      : [header(title), ...items.flatMap((each) => item(each, cards)), ...leftOut(more)];
  const waits = [
    ...list('Waits for your approval', home.approvals),
    ...list('Waits for your review', home.reviews),
  ];
  const top: Block[] = [
    ...list('In the way of deployments', home.standing),
    ...(waits.length === 0 ? [richText(['Nothing waits for you.'])] : waits),
    ...list('On its way', home.running),
  ];
  const bottom: Block[] = [
    ...list('Went wrong in the last seven days', home.failures),
    header('Your preferences'),
    ...preferences(home),
    header('How to begin'),
    howToBegin(commands),
  ];
  const services = servicesOf(home);
  const view = (middle: readonly Block[]): types.HomeView => ({
    type: 'home',
    blocks: [...top, ...middle, ...bottom].slice(0, limits.blocksInView),
  });
  return { view: view(services.blocks), plainer: view(services.plainer) };
}

/** The home of somebody who is told why there is nothing on it. */
export function renderHomeless(blocks: readonly Block[]): types.HomeView {
  return { type: 'home', blocks: blocks.slice(0, limits.blocksInView) };
}

function item(
  { text, note: small, offers, deploymentId }: HomeItem,
  cards: ReadonlyMap<string, string>,
): Block[] {
  const url = deploymentId === null ? undefined : cards.get(deploymentId);
  const opening = url === undefined ? [] : [linkButton('Open its card', url) ?? []].flat();
  return [twoLines(text, small), ...actionsBlock([...buttons(offers), ...opening])];
}

function buttons(offers: readonly Offer[]) {
  return offers.flatMap((offer, index) => offerButton(offer, index) ?? []);
}

const LINE_MAX = 1_000;

function twoLines(first: Text, second: Text): types.RichTextBlock {
  const section = (text: Text) => ({ type: 'rich_text_section' as const, elements: leaves(text, LINE_MAX) });
  return { type: 'rich_text', elements: [section(first), section(second)] };
}

function leftOut(count: number): Block[] {
  return count === 0 ? [] : [{ type: 'context', elements: [plainText(`and ${count} more`)] }];
}

type Middle = { readonly blocks: readonly Block[]; readonly plainer: readonly Block[] };

function servicesOf({ services, moreServices, asOfMs }: HomeView): Middle {
  const table = renderTable({
    kind: 'table',
    caption: 'What runs where',
    columns: ['Service', 'Environment', 'Runs', 'Health', 'Read'],
    rows: services.flatMap((service) => rowsOf(service, asOfMs)),
  });
  const title = header('Your services');
  if (table === null) return { blocks: [], plainer: [] };
  const all: Offer = { label: 'Show everything', command: 'deploy-status', text: '' };
  // Ages stand still until something changes, so that it is said beside them when they were right.
  const asOf = note(['As of ', time(asOfMs)]);
  const after = [asOf, ...leftOut(moreServices), ...actionsBlock(buttons([all]))];
  return { blocks: [title, table.block, ...after], plainer: [title, table.plainer, ...after] };
}

function rowsOf({ name, isFavourite, places }: HomeService, asOfMs: number): string[][] {
  return places.map((place) => [
    isFavourite ? `★ ${name}` : name,
    place.environment,
    place.runs,
    place.health,
    readWords(place, asOfMs),
  ]);
}

function readWords({ seenAtMs, stale }: HomePlace, asOfMs: number): string {
  const age = seenAtMs === null ? 'not yet' : `${duration(Math.max(1_000, asOfMs - seenAtMs))} ago`;
  return stale === null ? age : `${age}: ${stale}`;
}

function preferences({ preference }: HomeView): Block[] {
  const change: Offer = { label: 'Change…', command: 'deploy-status', text: 'prefer' };
  return [richText([sayPreference(preference).join(' ')]), ...actionsBlock(buttons([change]))];
}

const COMMANDS_MAX = 20;

function howToBegin(commands: Surroundings['commands']): types.RichTextBlock {
  return {
    type: 'rich_text',
    elements: [
      {
        type: 'rich_text_list',
        style: 'bullet',
        elements: commands.slice(0, COMMANDS_MAX).map(({ name, summary }) => ({
          type: 'rich_text_section',
          elements: [
            { type: 'text', text: clean(`/${name}`, 40), style: { code: true } },
            { type: 'text', text: clean(` ${summary}`, 200) },
          ],
        })),
      },
    ],
  };
}
