import { messageLimits, viewLimits } from '../limits.ts';
import { isJson, type Json, objectsIn, textAt } from '../model.ts';
import { byType, type Findings, lengthOf, list, type Problem, type Surface, say } from './check.ts';
import { blocks } from './layout.ts';

const everywhere = [
  'section',
  'divider',
  'header',
  'context',
  'actions',
  'image',
  'input',
  'rich_text',
  'card',
];

/** Which blocks may stand on which surface (docs.slack.dev/blocks.json, 2026; the stricter where sources differ). */
const allowed: Readonly<Record<Surface, readonly string[]>> = {
  message: [
    ...everywhere,
    'carousel',
    'container',
    'context_actions',
    'data_table',
    'data_visualization',
    'markdown',
    'plan',
    'table',
    'task_card',
  ],
  modal: [...everywhere, 'alert'],
  home: [...everywhere, 'carousel', 'data_table', 'table'],
};

export type Looking = { readonly surface: Surface; readonly isReadyImage: (fileId: string) => boolean };

/** What Slack would find wrong with these blocks; empty when it would take them. `at` is where they stand. */
export function checkBlocks(value: unknown, at: string, looking: Looking): readonly Problem[] {
  const findings: Findings = { ...looking, problems: [] };
  const max = looking.surface === 'message' ? messageLimits.blocks : viewLimits.blocks;
  list(
    byType(() => blocks, allowed[looking.surface]),
    { max },
  )(value, at, findings);
  if (!Array.isArray(value)) return findings.problems;
  checkIds(value, at, findings);
  if (looking.surface === 'message') checkWholeMessage(value, at, findings);
  return findings.problems;
}

/** The code that Slack answers with: a second table is the one rule of blocks that it files elsewhere. */
export function codeFor(problems: readonly Problem[]): string {
  return problems.every(({ message }) => message === secondTable) ? 'invalid_attachments' : 'invalid_blocks';
}

const secondTable = 'only_one_table_allowed';

/**
 * `block_id` is unique on a surface, and `action_id` within its block: two buttons of one `actions` block that share
 * one are refused, two sections' buttons are not (docs.slack.dev, "Block elements").
 */
function checkIds(value: unknown, at: string, findings: Findings): void {
  walkIds(value, at, { block_id: new Set(), action_id: new Set() }, findings);
}

type Seen = { readonly block_id: Set<unknown>; readonly action_id: Set<unknown> };

function walkIds(part: unknown, at: string, around: Seen, findings: Findings): void {
  if (typeof part !== 'object' || part === null) return;
  const isBlock = isJson(part) && Object.hasOwn(blocks, String(part['type'])) && part['type'] !== 'image';
  const seen = isBlock ? { ...around, action_id: new Set() } : around;
  if (isJson(part))
    for (const name of ['block_id', 'action_id'] as const) noteId(part, name, at, seen, findings);
  for (const [name, member] of Object.entries(part)) walkIds(member, `${at}/${name}`, seen, findings);
}

function noteId(part: Json, name: keyof Seen, at: string, seen: Seen, findings: Findings): void {
  const id = part[name];
  if (id === undefined) return;
  if (seen[name].has(id)) say(findings, `${at}/${name}`, `\`${name}\` "${String(id)}" already exists`);
  seen[name].add(id);
}

function checkWholeMessage(value: readonly unknown[], at: string, findings: Findings): void {
  const kinds = [...objectsIn(value)].map((part) => part['type']);
  const count = (...types: readonly string[]): number =>
    kinds.filter((kind) => types.includes(String(kind))).length;
  if (count('plan') > messageLimits.plans) say(findings, at, 'only one plan block is allowed in a message');
  if (count('data_visualization') > messageLimits.charts)
    say(findings, at, 'too many data_visualization blocks');
  if (count('table', 'data_table') > messageLimits.tables) say(findings, '', secondTable);
  const markdown = value
    .filter((part): part is Json => isJson(part) && part['type'] === 'markdown')
    .reduce((sum, part) => sum + lengthOf(textAt(part, 'text') ?? ''), 0);
  if (markdown > messageLimits.markdownTotal)
    say(findings, at, `markdown must be less than ${messageLimits.markdownTotal + 1} characters in all`);
}
