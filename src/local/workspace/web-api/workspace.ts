import { z } from 'zod';
import { type Method, MethodError, method } from './method.ts';

const authTest = method({
  tier: 'special',
  args: z.object({}),
  run: (world) => {
    const { team, app, people } = world.settings.seed;
    return {
      url: `${world.url()}/`,
      team: team.name,
      user: people.find(({ id }) => id === app.botUser)?.name ?? 'bot',
      team_id: team.id,
      user_id: app.botUser,
      bot_id: app.botId,
      ...(team.enterprise === undefined ? {} : { enterprise_id: team.enterprise.id }),
      is_enterprise_install: world.access.isWhole(),
    };
  },
});

const apiTest = method({
  tier: 4,
  token: 'none',
  args: z.looseObject({ error: z.string().optional() }),
  run: (_world, args) => {
    if (args.error !== undefined) throw new MethodError(args.error, { args });
    return { args };
  },
});

const teamInfo = method({
  tier: 3,
  scopes: ['team:read'],
  args: z.object({}),
  run: (world) => {
    const { team } = world.settings.seed;
    return { team: { ...team, email_domain: '', icon: { image_default: true } } };
  },
});

const openConnection = method({
  tier: 3,
  token: 'app',
  args: z.object({}),
  run: (world) => {
    const ticket = world.socket?.ticket() ?? null;
    if (ticket === null) throw new MethodError('too_many_websockets');
    return {
      url: `${world.url().replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${world.settings.seed.app.id}`,
    };
  },
});

export const workspaceMethods: Readonly<Record<string, Method>> = {
  'auth.test': authTest,
  'api.test': apiTest,
  'team.info': teamInfo,
  'apps.connections.open': openConnection,
};
