import { slackDoor } from '../config/index.ts';
import type { Directory } from '../engine/parts.ts';
import { slackClient, slackDirectory } from '../slack/index.ts';
import { clock } from './clock.ts';
import type { Settings } from './settings.ts';

const SLACK_API_URL = 'https://slack.com/api/';

/** Where people are looked up, once it is known where the chat is. Until then nobody is known. */
export type LateDirectory = Directory & {
  ask(
    workspace: { readonly botToken: string | null; readonly slackApiUrl: string },
    homeTeam: string | null,
  ): void;
};

export function lateDirectory(): LateDirectory {
  let directory: Directory | null = null;
  return {
    ask({ botToken, slackApiUrl }, homeTeam) {
      if (botToken === null) return;
      const client = slackClient(botToken, slackApiUrl);
      directory = slackDirectory({ client, homeTeam, nowMs: clock.nowMs });
    },
    look: async (caller, how) =>
      (await directory?.look(caller, how)) ?? { ...caller, kind: 'unknown', groups: [] },
  };
}

/** A worker looks people up too: whoever approved something may have left by the time it starts. */
export async function askSlack(directory: LateDirectory, settings: Settings): Promise<void> {
  const { slack } = settings.configuration.current();
  const door = await slackDoor(slack, settings.secrets);
  if (door.kind === 'incomplete' || door.kind === 'local') return;
  const botToken = door.botToken === null ? null : (await settings.secrets.read(door.botToken)).open();
  directory.ask({ botToken, slackApiUrl: settings.slackApiUrl ?? SLACK_API_URL }, slack.homeTeam);
}
