/**
 * A function has a name for people beside its slug, by which nothing is found: it says which version of ours it is and
 * which call put it there. Whoever deploys with something else gives it the name that they like, so that it shows.
 */
export type Mark = { readonly version: string; readonly intentId: string };

/** `orders v2.3.0 (d-7f3a9k2m/replace.orders/staging/forward/1)`. */
export function markedName(slug: string, version: string, intentId: string): string {
  return `${slug} ${version} (${intentId})`;
}

/** Null for a name that is not one of ours. */
export function readMark(slug: string, name: string): Mark | null {
  const parts = /^(\S+) (\S+) \((d-[0-9a-z]{8}\/[^()\s]{1,200})\)$/.exec(name);
  if (parts === null || parts[1] !== slug) return null;
  const [, , version = '', intentId = ''] = parts;
  return { version, intentId };
}

/** `d-7f3a9k2m`: whose call it was. */
export function deploymentOf(intentId: string): string {
  return intentId.split('/')[0] ?? '';
}
