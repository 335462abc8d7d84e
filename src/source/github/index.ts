import type { Source, SourceKind } from '../source.ts';
import { alertsIn } from './alerts.ts';
import { checksOf } from './checks.ts';
import { openClient } from './client.ts';
import { compareRefs } from './compare.ts';
import { keepRecord } from './record.ts';
import { namesIn, resolveRef } from './refs.ts';
import { reviewsOf } from './reviews.ts';
import { Settings } from './settings.ts';

/** A repository at GitHub: what there is, what differs, what was checked, and a record of what is deployed. */
export const github: SourceKind = {
  id: 'github',
  summary: 'A repository at GitHub',
  Settings,
  open(settings, around): Source {
    const read = Settings.parse(settings);
    const client = openClient(read, around);
    const source: Source = {
      kind: 'github',
      resolve: (ref) => resolveRef(client, ref),
      names: (limit) => namesIn(client, limit),
      compare: (base, head) => compareRefs(client, read, base, head),
      checks: (commit) => checksOf(client, commit, read.branch ?? null),
      reviews: (commit) => reviewsOf(client, commit),
      alerts: () => alertsIn(client),
    };
    if (!read.record) return source;
    return {
      ...source,
      record: (told) => keepRecord(client, told, read.environments[told.environment] ?? told.environment),
    };
  },
};
