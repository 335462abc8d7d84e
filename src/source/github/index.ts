import type { Source, SourceKind } from '../source.ts';
import { alertsIn } from './alerts.ts';
import { artefactOf } from './artefact.ts';
import { changeOf } from './change.ts';
import { checkListOf } from './check-list.ts';
import { checksOf } from './checks.ts';
import { openClient } from './client.ts';
import { compareRefs } from './compare.ts';
import { filesIn, type KnownTexts } from './files.ts';
import { findingsIn } from './findings.ts';
import { protectionOf } from './protection.ts';
import { reachesOf } from './reaches.ts';
import { keepRecord } from './record.ts';
import { namesIn, resolveRef } from './refs.ts';
import { reviewsOf } from './reviews.ts';
import { Settings } from './settings.ts';
import { signatureOf } from './signatures.ts';

/** A repository at GitHub: what there is, what differs, what was checked, and a record of what is deployed. */
export const github: SourceKind = {
  id: 'github',
  summary: 'A repository at GitHub',
  Settings,
  open(settings, around): Source {
    const read = Settings.parse(settings);
    const client = openClient(read, around);
    const texts: KnownTexts = new Map();
    const source: Source = {
      kind: 'github',
      resolve: (ref) => resolveRef(client, ref),
      names: (limit) => namesIn(client, limit),
      compare: (base, head) => compareRefs(client, read, base, head),
      checks: (commit) => checksOf(client, commit, read.branch ?? null),
      reviews: (commit) => reviewsOf(client, commit),
      alerts: () => alertsIn(client),
      async checked(commit) {
        const list = await checkListOf(client, commit, read.branch ?? null);
        return list ?? { checks: [], required: null, unread: [`the commit ${commit.slice(0, 12)}`] };
      },
      change: (commit) => changeOf(client, commit),
      protection: (branch) => protectionOf(client, branch ?? read.branch ?? null),
      reaches: (branches, commit) => reachesOf(client, branches, commit),
      signature: (commit) => signatureOf(client, commit),
      findings: (commit) => findingsIn(client, commit, read.branch ?? null),
      files: (commit, folder, endings) => filesIn(client, commit, folder, endings, texts),
      artefact: (commit, name, path) => artefactOf(client, commit, name, path),
    };
    if (!read.record) return source;
    return {
      ...source,
      record: (told) => keepRecord(client, told, read.environments[told.environment] ?? told.environment),
    };
  },
};
