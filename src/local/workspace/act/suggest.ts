import { z } from 'zod';
import { actionsIn } from '../blocks/identify.ts';
import { bodyOf, isGood } from '../deliver/deliver.ts';
import { countLimits, textLimits } from '../limits.ts';
import type { Json } from '../model.ts';
import { common, userOf } from '../object/common.ts';
import type { OptionsAnswer } from '../page-contract.ts';
import type { World } from '../world.ts';
import { type BlockAction, surroundings } from './interact.ts';

export type Query = Pick<
  BlockAction,
  'channel' | 'messageTs' | 'viewId' | 'isHome' | 'blockId' | 'actionId'
> & {
  readonly typed: string;
};

const Plain = z.object({ text: z.string().min(1).max(textLimits.optionText) });
const Option = z.object({
  text: Plain,
  value: z.string().min(1).max(textLimits.optionValue),
  description: Plain.optional(),
});
const Options = z.array(Option).max(countLimits.options);
const Answer = z.union([
  z.object({ options: Options }),
  z.object({
    option_groups: z.array(z.object({ label: Plain, options: Options })).max(countLimits.optionGroups),
  }),
]);

/** How many letters Slack waits for when the element does not say (docs.slack.dev, "Select menu element"). */
const minQueryLength = 3;

/**
 * What the app offers for what was typed into an external_select.
 * @returns null when it gave nothing that Slack could show.
 */
export async function suggest(world: World, user: string, query: Query): Promise<OptionsAnswer | null> {
  const around = surroundings(world, user, { ...query, action: {} });
  if (around === null) return null;
  if (query.typed.length < leastLetters(world, user, query)) return { options: [] };
  const { trigger_id: _unused, response_url: _none, ...place } = around;
  const outcome = await world.deliver({
    kind: 'interactive',
    what: `block_suggestion ${query.actionId}`,
    payload: {
      type: 'block_suggestion',
      user: userOf(world, user),
      ...common(world),
      ...place,
      action_id: query.actionId,
      block_id: query.blockId,
      value: query.typed,
    },
    retry: null,
  });
  const answer = isGood(outcome) ? Answer.safeParse(bodyOf(outcome)).data : undefined;
  if (answer === undefined) return null;
  const options =
    'options' in answer ? answer.options : answer.option_groups.flatMap((group) => group.options);
  return {
    options: options.map(({ text, value, description }) => ({
      text: text.text,
      value,
      description: description?.text ?? null,
    })),
  };
}

function leastLetters(world: World, user: string, query: Query): number {
  const element = actionsIn(blocksAround(world, user, query)).find(
    (each) => each.element['action_id'] === query.actionId,
  )?.element;
  const least = element?.['min_query_length'];
  return typeof least === 'number' ? least : minQueryLength;
}

function blocksAround(world: World, user: string, query: Query): readonly Json[] {
  const view = query.isHome
    ? world.screens.home(user)
    : world.screens.stack(user).find(({ id }) => id === query.viewId);
  const message = query.channel === null ? null : world.state.message(query.channel, query.messageTs ?? '');
  return view?.blocks ?? message?.blocks ?? [];
}
