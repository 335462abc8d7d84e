import type { Answer, Chart, Part } from '../../core/answer.ts';
import type { Offer, Refusal } from '../../core/refusal.ts';
import { plain, type Text } from '../../core/text.ts';
import { type Block, bullets, header, type Message, message, note, plainText, richText } from './block.ts';
import { actionsBlock, button, isAsTyped, linkButton, offerButton, VERSION } from './button.ts';
import { renderChart } from './chart.ts';
import { clean } from './clean.ts';
import { limits } from './limits.ts';
import { preformatted, renderTable } from './table.ts';

const OFFERS_MAX = 5;
/** Kept free for the title, the buttons and the note about what was left out. */
const BLOCKS_KEPT = 6;
const LOG_LINE_MAX = 400;

/** What goes around an answer, from whoever knows where it is shown. */
export type Around = {
  /** What was typed, so that it can be asked again; null where it cannot be. */
  readonly asked: string | null;
  /** Where the cards of its deployments stand, as far as known. */
  readonly links: readonly { readonly label: string; readonly url: string }[];
  /** Shown to a whole channel: nothing to press. */
  readonly isPublic: boolean;
};

export const alone: Around = { asked: null, links: [], isPublic: false };

export function renderAnswer(answer: Answer, around: Around = alone): Message {
  const title = answer.title === undefined ? [] : [header(answer.title)];
  const rendered = renderParts(answer.parts);
  const buttons = around.isPublic ? [] : answerButtons(answer, around);
  const said = rendered.length === 0 ? [both(richText([answer.sentence]))] : rendered;
  const most = limits.blocksInMessage - BLOCKS_KEPT;
  const kept = said.slice(0, most);
  const cut = said.length > most ? [leftOut(said.length - most, 'parts')] : [];
  return message(
    answer.sentence,
    [...title, ...kept.map(({ block }) => block), ...cut, ...buttons],
    [...title, ...kept.map(({ plainer }) => plainer), ...cut, ...buttons],
  );
}

/** What happened, why, and what to do next. */
export function renderRefusal(refusal: Refusal, around: Around = alone): Message {
  const { message: why, next } = refusal;
  const words = next === undefined ? plain(why) : `${plain(why)} ${plain(next)}`;
  return message(words, [
    richText(why, 2_000),
    ...(next === undefined ? [] : [richText(['→ ', ...next], 1_000)]),
    ...(around.isPublic ? [] : actionsBlock(offerElements(refusal.offers))),
  ]);
}

type Rendered = { readonly block: Block; readonly plainer: Block };

function renderParts(parts: readonly Part[]): Rendered[] {
  const firstTable = parts.findIndex(({ kind }) => kind === 'table');
  const drawn = parts.flatMap(({ kind }, index) => (kind === 'chart' ? [index] : [])).slice(0, limits.charts);
  return parts.flatMap((part, index) => {
    if (part.kind === 'table') return tableParts(part, index === firstTable);
    if (part.kind === 'chart') return chartParts(part, drawn.includes(index));
    return renderPart(part).map(both);
  });
}

function renderPart(part: Exclude<Part, { kind: 'table' | 'chart' }>): Block[] {
  switch (part.kind) {
    case 'text':
      return [richText(part.text)];
    case 'note':
      return [note(part.text)];
    case 'facts': {
      const facts = part.facts.map(({ name, value }): Text => [strongly(name), ...value]);
      return facts.length === 0 ? [] : [bullets(facts)];
    }
    case 'log':
      return [renderLog(part.lines)];
  }
}

function strongly(name: string): Text[number] {
  return { kind: 'strong', text: `${name}: ` };
}

function tableParts(part: Extract<Part, { kind: 'table' }>, isFirst: boolean): Rendered[] {
  const table = renderTable(part);
  if (table === null) return [both(richText([`${part.caption}: nothing.`]))];
  const { block, plainer, rowsLeftOut } = table;
  return [
    { block: isFirst ? block : plainer, plainer },
    ...(rowsLeftOut > 0 ? [both(leftOut(rowsLeftOut, 'rows'))] : []),
  ];
}

function chartParts(part: Chart, isDrawn: boolean): Rendered[] {
  const chart = renderChart(part);
  if (chart === null) return [both(richText([`${part.title}: there is no number, which is not zero.`]))];
  const { block, plainer } = chart;
  const named = [both(richText([strongly(part.title)])), both(plainer)];
  return isDrawn ? [{ block, plainer }] : named;
}

function leftOut(count: number, what: string): Block {
  return {
    type: 'context',
    elements: [plainText(`${count} more ${what} did not fit; ask for less at once.`)],
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how terminals colour their text
const ANSI = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

/** The newest lines that fit. */
function renderLog(lines: readonly string[]): Block {
  const fitting: string[] = [];
  let left: number = limits.log;
  for (const line of lines.toReversed()) {
    const shown = clean(line.replaceAll(ANSI, ''), LOG_LINE_MAX);
    left -= shown.length + 1;
    if (left < 0) break;
    fitting.unshift(shown);
  }
  return preformatted(fitting);
}

function both(block: Block): Rendered {
  return { block, plainer: block };
}

function answerButtons(answer: Answer, { asked, links }: Around): Block[] {
  const opening = links.flatMap(({ label, url }) => linkButton(label, url) ?? []);
  const canRepeat = asked !== null && answer.isShareable === true && isAsTyped(asked);
  const repeating = canRepeat ? repeatButtons(asked) : [];
  return actionsBlock([...opening, ...offerElements(answer.offers), ...repeating]);
}

function repeatButtons(asked: string) {
  return [
    button({ id: `${VERSION}:refresh`, value: asked, label: '⟳ Refresh', says: 'Ask again' }),
    button({ id: `${VERSION}:share`, value: asked, label: 'Share', says: 'Show this to the whole channel' }),
  ];
}

function offerElements(list: readonly Offer[] = []) {
  return list.slice(0, OFFERS_MAX).flatMap((offer, index) => offerButton(offer, index) ?? []);
}
