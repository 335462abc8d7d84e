import { z } from 'zod';
import { channelId, type Method, MethodError, method, text } from './method.ts';
import { channelFor, messageIn, needMembership } from './where.ts';

const addReaction = method({
  tier: 3,
  scopes: ['reactions:write'],
  args: z.object({ channel: channelId, name: z.string(), timestamp: text }),
  run: (world, args) => {
    const channel = channelFor(world, args.channel);
    needMembership(world, channel);
    if (!/^[a-z0-9_+'-]{1,100}(::skin-tone-\d)?$/.test(args.name)) throw new MethodError('invalid_name');
    const message = messageIn(world, channel, args.timestamp);
    const { botUser } = world.settings.seed.app;
    const users = Object.hasOwn(message.reactions, args.name) ? (message.reactions[args.name] ?? []) : [];
    if (users.includes(botUser)) throw new MethodError('already_reacted');
    const reactions = { ...message.reactions, [args.name]: [...users, botUser] };
    world.state.putMessage({ ...message, reactions });
    return {};
  },
});

const addPin = method({
  tier: 2,
  scopes: ['pins:write'],
  args: z.object({ channel: channelId, timestamp: text.optional() }),
  run: (world, args) => {
    const channel = channelFor(world, args.channel);
    needMembership(world, channel);
    if (args.timestamp === undefined) throw new MethodError('no_item_specified');
    const message = messageIn(world, channel, args.timestamp);
    if (message.isPinned) throw new MethodError('already_pinned');
    world.state.putMessage({ ...message, isPinned: true });
    return {};
  },
});

export const items: Readonly<Record<string, Method>> = {
  'reactions.add': addReaction,
  'pins.add': addPin,
};
