import { resolve } from 'node:path';
import { z } from 'zod';
import type { Checks, Source, SourceKind } from '../source.ts';
import { compareReleases, releaseFor, releaseNamed, versionOf } from './compare.ts';
import { type Release, readReleases } from './file.ts';
import { filesIn } from './files.ts';

const Settings = z.strictObject({
  file: z
    .string()
    .min(1)
    .max(500)
    .describe('YAML or JSON; a path that is not absolute starts in the folder of the services.'),
});

/** A file beside the service that lists its releases: for services whose history is kept nowhere else. */
export const changelog: SourceKind = {
  id: 'changelog',
  summary: 'A file beside the service that lists its releases',
  Settings,
  open(settings, { folder }): Source {
    const file = resolve(folder, Settings.parse(settings).file);
    // Read anew each time: it is small, and what is compared has to be what it says now.
    const read = () => readReleases(file);
    return {
      kind: 'changelog',
      async resolve(ref) {
        const release = releaseFor(await read(), ref);
        return release === null ? null : versionOf(release);
      },
      async names(limit) {
        return (await read()).slice(0, limit).map(({ version }) => version);
      },
      async compare(base, head) {
        const releases = await read();
        return compareReleases(releases, releaseNamed(releases, base), releaseNamed(releases, head));
      },
      async files(at, where, endings) {
        return filesIn(folder, releaseNamed(await read(), at), where, endings);
      },
      async checks(commit) {
        return checksOf(releaseFor(await read(), commit), commit);
      },
    };
  },
};

function checksOf(release: Release | null, ref: string): Checks {
  if (release === null) return unknown(`the changelog knows no ${ref}`);
  const { checks = [], version } = release;
  if (checks.length === 0) return unknown(`the changelog says of no check of ${version} how it ended`);
  const failing = checks.filter(({ state }) => state === 'fail').map(({ name }) => name);
  return failing.length === 0
    ? { state: 'pass', failing, because: `all ${checks.length} checks of ${version} passed` }
    : {
        state: 'fail',
        failing,
        because: `${failing.length} of ${checks.length} checks of ${version} failed: ${failing.join(', ')}`,
      };
}

function unknown(because: string): Checks {
  return { state: 'unknown', failing: [], because };
}
