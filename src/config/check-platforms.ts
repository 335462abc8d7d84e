import type { Known } from './known.ts';
import type { SlipwayFile } from './schema.ts';
import { exists, type Wrong } from './wrong.ts';

/** Every platform is of a kind that there is, and takes what stands beside it. */
export function checkPlatforms({ platforms }: SlipwayFile, known: Known): Wrong[] {
  const kinds = known.platforms.filter((kind) => kind !== 'local');
  return Object.entries(platforms).flatMap(([name, { kind, ...settings }]) => {
    const path = ['platforms', name];
    const unknown = exists('kind of platform', kind, kinds, [...path, 'kind']);
    if (unknown.length > 0) return unknown;
    return known.checkPlatform(kind, settings).map((issue) => ({
      path: [...path, ...issue.path],
      message: `the platform ${kind} does not take this: ${issue.message}.`,
      meant: [],
    }));
  });
}

/** Every platform that a webhook is for is there. */
export function checkWebhooks({ platforms, webhooks }: SlipwayFile): Wrong[] {
  const names = ['local', ...Object.keys(platforms)];
  return Object.entries(webhooks).flatMap(([name, { platforms: named }]) =>
    (named ?? []).flatMap((each, index) =>
      exists('platform', each, names, ['webhooks', name, 'platforms', index]),
    ),
  );
}
