import { Failed } from '../core/failure.ts';
import { cloudflare } from './cloudflare/index.ts';
import { composed } from './composed/index.ts';
import { docker } from './docker/index.ts';
import { ecs } from './ecs/index.ts';
import { haproxy } from './haproxy/index.ts';
import { kubernetes } from './kubernetes/index.ts';
import { local } from './local/index.ts';
import { githubActions, gitlabCi, jenkins } from './pipeline/index.ts';
import type { Around, Platform, PlatformKind } from './platform.ts';
import { render } from './render/index.ts';
import { supabase } from './supabase/index.ts';
import { vercel } from './vercel/index.ts';

export { type LocalPlatform, localPlatform } from './local/index.ts';

/** Every kind of platform that a configuration can open by name. A new one is a folder here and a line here. */
export const openableKinds: readonly PlatformKind[] = [
  cloudflare,
  composed,
  docker,
  ecs,
  haproxy,
  kubernetes,
  render,
  vercel,
  supabase,
  githubActions,
  gitlabCi,
  jenkins,
];

/** What can be said of every kind without opening it: enough to check a configuration. */
export const platformKinds: readonly (Pick<Platform, 'id' | 'summary' | 'Address'> &
  Partial<Pick<PlatformKind, 'Settings'>>)[] = [local, ...openableKinds];

/** Calls nobody yet. @throws {Failed} `not-found` for a kind that this program does not have */
export function openPlatform(kind: string, name: string, settings: unknown, around: Around): Platform {
  const found = openableKinds.find(({ id }) => id === kind);
  if (found !== undefined) return found.open(name, settings, around);
  const message = `there is no platform of the kind ${kind} in this process`;
  throw new Failed({ code: 'not-found', message, retryAfterMs: null });
}
