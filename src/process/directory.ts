import { slackDoor } from '../config/index.ts';
import type { Actor, Caller } from '../core/person.ts';
import type { Directory } from '../engine/parts.ts';
import { type SlackConfiguration, slackClients, slackDirectory } from '../slack/index.ts';
import type { Store } from '../store/index.ts';
import { clock } from './clock.ts';
import { readOAuth } from './oauth.ts';
import type { Settings } from './settings.ts';

const SLACK_API_URL = 'https://slack.com/api/';

type Asked = Pick<SlackConfiguration, 'botToken' | 'slackApiUrl' | 'homeTeam' | 'oauth'>;

/** Where people are looked up, once it is known where the chat is. Until then nobody is known. */
export type LateDirectory = Directory & { ask(configuration: Asked): void };

export function lateDirectory(
  store: Store,
  { log }: Pick<Settings, 'log'>,
  stopping: AbortSignal,
): LateDirectory {
  let directory: Directory | null = null;
  return {
    ask(configuration) {
      const clients = slackClients({ configuration, store, clock, log: log.child({ part: 'directory' }) });
      directory = slackDirectory({
        clients,
        homeTeam: configuration.homeTeam,
        nowMs: clock.nowMs,
        async sleep(ms) {
          await clock.sleep(ms, stopping);
          return !stopping.aborted;
        },
      });
    },
    look: async (caller, how, patience) =>
      hostActor(caller) ??
      (await directory?.look(caller, how, patience)) ?? { ...caller, kind: 'unknown', groups: [] },
  };
}

/** Somebody at the host's own command line, whose door only its own users can open; known without asking anybody. */
export function hostActor(caller: Caller): Actor | null {
  return caller.id.startsWith('os:') ? { ...caller, kind: 'host', groups: [] } : null;
}

/** A worker looks people up too: whoever approved something may have left by the time it starts. */
export async function askSlack(directory: LateDirectory, settings: Settings): Promise<void> {
  const { slack } = settings.configuration.current();
  const door = await slackDoor(slack, settings.secrets);
  if (door.kind === 'incomplete' || door.kind === 'local') return;
  directory.ask({
    botToken: door.botToken === null ? null : (await settings.secrets.read(door.botToken)).open(),
    slackApiUrl: settings.slackApiUrl ?? SLACK_API_URL,
    homeTeam: slack.homeTeam,
    oauth: door.kind === 'installed' ? await readOAuth(settings) : null,
  });
}
