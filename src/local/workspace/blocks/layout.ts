import { countLimits, messageLimits, textLimits } from '../limits.ts';
import { isJson } from '../model.ts';
import { dataVisualization } from './chart.ts';
import {
  all,
  boolean,
  byType,
  type Check,
  integer,
  list,
  object,
  oneOf,
  rule,
  say,
  string,
  url,
} from './check.ts';
import { cardText, imageBlock, imageElement } from './compose.ts';
import { elements, fits } from './elements.ts';
import { richText, richTextIn } from './rich-text.ts';
import { dataTable, table } from './tables.ts';
import { id, plain, words } from './text.ts';

const block = { block_id: id };
const element = (allowed: readonly string[]): Check => byType(() => elements, allowed);

const section = all(
  object(
    {},
    {
      ...block,
      text: words(textLimits.any),
      fields: list(words(textLimits.sectionField), { min: 1, max: countLimits.sectionFields }),
      accessory: element(fits.section),
      expand: boolean,
    },
  ),
  rule(({ text, fields }) =>
    text === undefined && fields === undefined ? 'missing required field: text' : null,
  ),
);

const input: Check = object(
  { label: plain(textLimits.inputLabel), element: element(fits.input) },
  { ...block, hint: plain(textLimits.inputHint), optional: boolean, dispatch_action: boolean },
);

const taskCard = object(
  {
    task_id: id,
    title: string({ min: 1, max: textLimits.taskTitle }),
    status: oneOf('pending', 'in_progress', 'complete', 'error'),
  },
  {
    ...block,
    details: richTextIn,
    output: richTextIn,
    sources: list(
      byType(() => ({ url: object({ url: url(textLimits.url), text: string({ min: 1 }) }) })),
      { max: 100 },
    ),
  },
);

const hasUniqueTasks: Check = (plan, at, findings) => {
  const tasks = isJson(plan) && Array.isArray(plan['tasks']) ? plan['tasks'] : [];
  const seen = new Set<unknown>();
  for (const [index, task] of tasks.filter(isJson).entries()) {
    if (seen.has(task['task_id'])) say(findings, `${at}/tasks/${index}/task_id`, 'must be unique');
    seen.add(task['task_id']);
  }
};

const plan = all(
  object(
    { title: string({ min: 1, max: textLimits.taskTitle }) },
    {
      ...block,
      tasks: list(
        byType(() => ({ task_card: taskCard })),
        { max: messageLimits.blocks },
      ),
    },
  ),
  hasUniqueTasks,
);

const card = all(
  object(
    {},
    {
      ...block,
      hero_image: imageElement,
      icon: imageElement,
      title: cardText(textLimits.cardTitle),
      subtitle: cardText(textLimits.cardTitle),
      body: cardText(textLimits.cardBody),
      actions: list(element(['button']), { min: 1, max: countLimits.cardActions }),
    },
  ),
  rule((content) =>
    ['hero_image', 'title', 'actions', 'body'].every((name) => content[name] === undefined)
      ? 'must provide at least one of `hero_image`, `title`, `actions`, `body`'
      : null,
  ),
);

const container = all(
  object(
    {
      child_blocks: list(
        byType(
          () => blocks,
          [
            'actions',
            'context',
            'divider',
            'file',
            'header',
            'image',
            'input',
            'rich_text',
            'section',
            'table',
          ],
        ),
        { min: 1, max: countLimits.containerBlocks },
      ),
    },
    {
      ...block,
      title: plain(textLimits.containerTitle),
      rich_text_title: richTextIn,
      subtitle: words(textLimits.containerTitle),
      width: oneOf('narrow', 'standard', 'wide', 'full'),
      icon: imageElement,
      is_collapsible: boolean,
      default_collapsed: boolean,
      has_header_divider: boolean,
    },
  ),
  rule(({ title, rich_text_title }) =>
    title === undefined && rich_text_title === undefined ? 'missing required field: title' : null,
  ),
  rule(({ default_collapsed, is_collapsible }) =>
    default_collapsed === true && is_collapsible !== true
      ? '`default_collapsed` needs `is_collapsible`'
      : null,
  ),
);

/** Every block that the workspace takes, by its type. `video` and `file` are not: no app of ours may send them. */
export const blocks: Readonly<Record<string, Check>> = {
  section,
  divider: object({}, block),
  header: object({ text: plain(textLimits.header) }, { ...block, level: integer(1, 4) }),
  context: object(
    {
      elements: list(
        byType(() => ({ ...contextTexts, image: imageElement })),
        { min: 1, max: countLimits.contextElements },
      ),
    },
    block,
  ),
  actions: object({ elements: list(element(fits.actions), { min: 1, max: countLimits.actions }) }, block),
  context_actions: object(
    { elements: list(element(fits.contextActions), { min: 1, max: countLimits.contextActions }) },
    block,
  ),
  image: imageBlock(id),
  input,
  rich_text: richText,
  markdown: object({ text: string({ min: 1, max: messageLimits.markdownTotal }) }, block),
  plan,
  task_card: taskCard,
  table,
  data_table: dataTable,
  data_visualization: dataVisualization,
  alert: object(
    { text: words(textLimits.any) },
    { ...block, level: oneOf('default', 'info', 'warning', 'error', 'success') },
  ),
  card,
  carousel: object(
    {
      elements: list(
        byType(() => ({ card })),
        { min: 1, max: countLimits.carouselCards },
      ),
    },
    block,
  ),
  container,
};

const contextTexts = {
  plain_text: words(textLimits.any),
  mrkdwn: words(textLimits.any),
};
