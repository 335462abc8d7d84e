import type { Json, View } from '../model.ts';
import type { World } from '../world.ts';
import { stateOf } from './form.ts';

export function viewObject(world: World, view: View): Json {
  const { team, app } = world.settings.seed;
  const { content } = view;
  return {
    id: view.id,
    team_id: team.id,
    app_id: app.id,
    app_installed_team_id: team.id,
    bot_id: app.botId,
    type: view.type,
    title: content['title'] ?? { type: 'plain_text', text: 'View Title', emoji: true },
    submit: content['submit'] ?? null,
    close: content['close'] ?? null,
    submit_disabled: content['submit_disabled'] ?? false,
    blocks: view.blocks,
    private_metadata: content['private_metadata'] ?? '',
    callback_id: content['callback_id'] ?? '',
    external_id: content['external_id'] ?? '',
    state: { values: stateOf(view.blocks, view.values) },
    hash: view.hash,
    clear_on_close: content['clear_on_close'] ?? false,
    notify_on_close: content['notify_on_close'] ?? false,
    root_view_id: view.rootId,
    previous_view_id: view.previousId,
  };
}
