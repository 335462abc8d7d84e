import { Failed } from '../../core/failure.ts';

const PLACE = '{version}';

/** A tag, as the distribution specification has it: 128 letters at most, and no + (https://github.com/opencontainers/distribution-spec). */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

/** The image of a version. @throws {Failed} `rejected` for a name that no tag can have; nothing is called. */
export function imageOf(pattern: string, version: string): string {
  const image = pattern.replace(PLACE, version);
  const tag = image.slice(image.lastIndexOf(':') + 1);
  if (TAG.test(tag) && !/[/@:]/.test(version)) return image;
  throw new Failed({
    code: 'rejected',
    message: `${version} cannot be the tag of an image: letters, digits, . _ and - are allowed. Name the tag as the registry has it`,
    retryAfterMs: null,
  });
}

/** What people call the version that an image is: what stands in the place of {version}, or else the image itself. */
export function versionOf(pattern: string, image: string): string {
  const at = pattern.indexOf(PLACE);
  const [before, after] = [pattern.slice(0, at), pattern.slice(at + PLACE.length)];
  const [untilDigest = image] = image.split('@');
  const isOurs =
    untilDigest.length > before.length + after.length &&
    untilDigest.startsWith(before) &&
    untilDigest.endsWith(after);
  if (isOurs) return untilDigest.slice(before.length, untilDigest.length - after.length);
  return image.slice(image.lastIndexOf('/') + 1);
}

/** A tag that is a whole commit tells which one it was built from. */
export function commitOf(version: string): string | null {
  return /^[0-9a-f]{40}$/.test(version) ? version : null;
}
