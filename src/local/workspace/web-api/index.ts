import type { Worlds } from '../worlds.ts';
import { chat } from './chat.ts';
import { conversations } from './conversations.ts';
import { fileMethods, type Uploads } from './files.ts';
import { items } from './items.ts';
import type { Method } from './method.ts';
import { oauthMethods } from './oauth.ts';
import { people } from './people.ts';
import { views } from './views.ts';
import { workspaceMethods } from './workspace.ts';

/** Every method of the Web API that the workspace knows; any other is `unknown_method`. */
export function webApi(uploads: Uploads, worlds: () => Worlds): ReadonlyMap<string, Method> {
  const all = {
    ...chat,
    ...conversations,
    ...people,
    ...views,
    ...items,
    ...workspaceMethods,
    ...fileMethods(uploads),
    ...oauthMethods(worlds),
  };
  return new Map(Object.entries(all));
}
