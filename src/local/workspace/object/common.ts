import type { Channel, Json } from '../model.ts';
import type { World } from '../world.ts';

/** The parts that Slack's payloads have in common (types: @slack/bolt 5.1, `dist/types`). */
export function common(world: World): Json {
  const { team, app } = world.settings.seed;
  return {
    token: 'verification-token-is-deprecated',
    api_app_id: app.id,
    team: { id: team.id, domain: team.domain },
    enterprise: team.enterprise ?? null,
    is_enterprise_install: world.access.isWhole(),
  };
}

export function userOf(world: World, user: string): Json {
  const person = world.state.people.get(user);
  const name = person?.name ?? user;
  return { id: user, username: name, name, team_id: world.settings.seed.team.id };
}

export function channelOf(channel: Channel): Json {
  return { id: channel.id, name: channel.kind === 'direct' ? 'directmessage' : channel.name };
}
