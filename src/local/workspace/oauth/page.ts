import type { Reply } from '../http/reply.ts';
import { textReply } from '../http/reply.ts';
import type { World } from '../world.ts';
import type { Worlds } from '../worlds.ts';
import type { Authority, Wish } from './authority.ts';
import type { Place } from './grants.ts';

/**
 * The page that asks whether the app may: `/oauth/v2/authorize`, as people are sent to it, and what its buttons lead
 * to. Whoever sits here may say yes for every workspace, which is what this workspace is for.
 */
export function answerOAuth(worlds: Worlds, verb: string, url: URL): Reply {
  const { authority } = worlds;
  if (authority === null) return textReply(404, 'This app is installed already.');
  if (verb !== 'GET') return textReply(405, 'Open it in a browser.');
  const wish = authority.wish(url.searchParams);
  if (typeof wish === 'string')
    return html(400, 'This app cannot be installed', `<p>Slack says: ${escaped(wish)}</p>`);
  switch (url.pathname) {
    case '/oauth/v2/authorize':
      return html(200, 'Slipway would like to be installed', choices(worlds, wish, url));
    case '/oauth/v2/deny':
      return back(wish, { error: 'access_denied', state: wish.state });
    case '/oauth/v2/allow':
      return allow(authority, worlds, wish, url.searchParams.get('in') ?? '');
    default:
      return textReply(404, 'There is no such thing here.');
  }
}

function allow(authority: Authority, worlds: Worlds, wish: Wish, where: string): Reply {
  const place = placesOf(worlds).find((each) => (each.place.team ?? each.place.enterprise) === where);
  if (place === undefined) return html(400, 'No such workspace', '<p>Go back and choose another.</p>');
  const by = place.world.settings.seed.people[0]?.id ?? '';
  return redirect(authority.approve(wish, place.place, by));
}

type Choice = { readonly place: Place; readonly name: string; readonly world: World };

/** Every workspace, and every organisation where the app says that it can be installed in a whole one. */
function placesOf({ all }: Worlds): readonly Choice[] {
  const single = all.map((world) => {
    const { team } = world.settings.seed;
    return { place: { enterprise: team.enterprise?.id ?? null, team: team.id }, name: team.name, world };
  });
  const whole = all.flatMap((world) => {
    const { enterprise } = world.settings.seed.team;
    const isOffered = world.settings.manifest.settings.org_deploy_enabled === true;
    if (enterprise === undefined || !isOffered) return [];
    return [{ place: { enterprise: enterprise.id, team: null }, name: `all of ${enterprise.name}`, world }];
  });
  return [...single, ...whole];
}

function choices(worlds: Worlds, wish: Wish, url: URL): string {
  const link = (path: string, more: string, words: string) =>
    `<p><a href="${escaped(`${path}${url.search}${more}`)}">${escaped(words)}</a></p>`;
  const places = placesOf(worlds).map(({ place, name }) => {
    const id = place.team ?? place.enterprise ?? '';
    return link('/oauth/v2/allow', `&in=${encodeURIComponent(id)}`, `Allow in ${name} (${id})`);
  });
  const asked = `<p>It asks for: ${escaped(wish.scopes.join(', '))}</p>`;
  return `${asked}${places.join('')}${link('/oauth/v2/deny', '', 'Cancel')}`;
}

function back({ redirect: to }: Wish, query: Readonly<Record<string, string>>): Reply {
  const url = new URL(to);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return redirect(url.href);
}

function redirect(location: string): Reply {
  return { status: 302, headers: { location }, body: '' };
}

function html(status: number, title: string, content: string): Reply {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    },
    body: `<!doctype html><title>${escaped(title)}</title><h1>${escaped(title)}</h1>${content}`,
  };
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? '');
}
