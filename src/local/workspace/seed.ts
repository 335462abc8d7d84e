import type { Channel, Person, Team, UserGroup } from './model.ts';

export type Seed = {
  readonly team: Team;
  readonly app: { readonly id: string; readonly botId: string; readonly botUser: string };
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
  readonly groups: readonly UserGroup[];
};

const humans = ['U0ADA', 'U0BEN', 'U0CLEO', 'U0DANA'] as const;
const bot = 'U0SLIPWAY';

function person(id: string, name: string, realName: string, about: string, colour: string): Person {
  return {
    id,
    name,
    realName,
    email: `${name}@example.test`,
    about,
    isBot: false,
    isGuest: false,
    timeZone: 'Europe/Berlin',
    colour,
  };
}

function channel(id: string, name: string, topic: string, members: readonly string[]): Channel {
  return { id, name, kind: 'channel', topic, isArchived: false, members };
}

function direct(human: string): Channel {
  const id = `D0${human.slice(2)}`;
  return { id, name: '', kind: 'direct', topic: '', isArchived: false, members: [human, bot] };
}

/** Who and what is there when nobody says otherwise. The bot is not in #general, as in most real workspaces. */
export const localSeed: Seed = {
  team: { id: 'T0LOCAL', name: 'Local', domain: 'local' },
  app: { id: 'A0SLIPWAY', botId: 'B0SLIPWAY', botUser: bot },
  people: [
    person('U0ADA', 'ada', 'Ada', 'asks for deployments', '#2f6feb'),
    person('U0BEN', 'ben', 'Ben', 'approves them', '#2da44e'),
    person('U0CLEO', 'cleo', 'Cleo', 'is not allowed to', '#bf5af2'),
    { ...person('U0DANA', 'dana', 'Dana', 'is a guest', '#d4a72c'), isGuest: true },
    { ...person(bot, 'slipway', 'Slipway', 'the deploy desk', '#1d2b3a'), isBot: true },
  ],
  channels: [
    channel('C0DEPLOYS', 'deploys', 'Where deployments are asked for and watched', [...humans, bot]),
    channel('C0PRODUCTION', 'production', 'What reaches customers', ['U0ADA', 'U0BEN', 'U0CLEO', bot]),
    channel('C0GENERAL', 'general', 'Everybody', humans),
    ...humans.map(direct),
  ],
  groups: [
    { id: 'S0APPROVERS', handle: 'approvers', name: 'Approvers', members: ['U0BEN'] },
    { id: 'S0DEPLOYERS', handle: 'deployers', name: 'Deployers', members: ['U0ADA', 'U0BEN'] },
  ],
};
