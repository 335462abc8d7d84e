import type { World } from '../world.ts';

/** `&`, `<` and `>`, the only three that Slack escapes. */
export function escapeControl(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

type Forms = {
  readonly person: (id: string, name: string) => string;
  readonly channel: (id: string, name: string) => string;
};

/** A command's text with `should_escape`: ids beside the names (docs.slack.dev, "Slash commands"). */
const inCommands: Forms = {
  person: (id, name) => `<@${id}|${name}>`,
  channel: (id, name) => `<#${id}|${name}>`,
};

const inMessages: Forms = { person: (id) => `<@${id}>`, channel: (id, name) => `<#${id}|${name}>` };

export function escapeCommand(world: World, text: string, shouldEscape: boolean): string {
  return shouldEscape ? withMentions(world, text, inCommands) : escapeControl(text);
}

export function escapeMessage(world: World, text: string): string {
  return withMentions(world, text, inMessages).replace(/(^|\s)@(here|channel|everyone)\b/g, '$1<!$2>');
}

/** Mentions by name, mentions that a client already wrote with their id, and links; all else is escaped. */
function withMentions(world: World, text: string, forms: Forms): string {
  const pattern =
    /<([@#])([A-Z0-9]+)(?:\|[^>]*)?>|(^|[\s(])([@#])([a-z0-9][a-z0-9._-]*)|https?:\/\/[^\s<>]+/g;
  let result = '';
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    const [whole, writtenSign, writtenId, before = '', sign, name] = match;
    result += escapeControl(text.slice(from, match.index) + before);
    from = match.index + whole.length;
    const mention = mentioned(world, writtenSign ?? sign, writtenId ?? name, forms);
    if (sign === undefined && writtenSign === undefined) result += `<${escapeControl(whole)}>`;
    else result += mention ?? escapeControl(whole.slice(before.length));
  }
  return result + escapeControl(text.slice(from));
}

function mentioned(
  world: World,
  sign: string | undefined,
  key: string | undefined,
  forms: Forms,
): string | null {
  if (sign === '@') {
    const person = [...world.state.people.values()].find(({ id, name }) => id === key || name === key);
    return person === undefined ? null : forms.person(person.id, person.name);
  }
  const channel = world.state.channelNamed(key ?? '');
  return channel === null ? null : forms.channel(channel.id, channel.name);
}
