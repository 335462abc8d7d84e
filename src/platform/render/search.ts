import type { Found, Sought } from '../platform.ts';
import type { Deploy } from './schema.ts';
import { isOfVersion } from './version.ts';

/** How far Render's clock and the database's may be apart without a deploy being overlooked. */
export const SKEW_MS = 120_000;

/** Those that a lost call may have made: by when, by what started them and by what they deploy. Nothing else is kept. */
export function candidatesOf(
  deploys: readonly Deploy[],
  { doing, version, sinceMs }: Sought,
): readonly Deploy[] {
  const trigger = doing === 'restore' ? 'rollback' : 'api';
  return deploys.filter(
    (deploy) =>
      deploy.trigger === trigger &&
      Date.parse(deploy.createdAt ?? '') >= sinceMs - SKEW_MS &&
      isOfVersion(deploy, version),
  );
}

export function foundAmong(deploys: readonly Deploy[], sought: Sought): Found {
  const candidates = candidatesOf(deploys, sought);
  const [only] = candidates;
  if (only === undefined) return { kind: 'absent' };
  if (candidates.length === 1) return { kind: 'found', releaseId: only.id };
  const ids = candidates.map(({ id, createdAt }) => `${id} of ${createdAt ?? 'an unknown time'}`).join(', ');
  return {
    kind: 'ambiguous',
    say: `${candidates.length} deploys of ${sought.version.name} at Render may be ours, and none carries a mark: ${ids}. Look at them in Render's dashboard, cancel those that nobody wants, and resolve this deployment`,
  };
}
