import type { Capabilities } from '../../core/capability.ts';
import type { Backups } from './schema.ts';

/**
 * A deployment is to be seen when it is answered. One that is still being bundled after this may yet arrive: then the same
 * version is deployed twice, which harms nobody.
 */
const SETTLE_MS = 15_000;

/** `backups` is null where they could not be read; data is never put back with a function, so it decides nothing. */
export function capabilitiesOf(backups: Backups | null): Capabilities {
  const stays = 'everything that was written to the database, storage and queues since';
  const points = sayBackups(backups);
  return {
    takes: 'listed',
    staged: {
      can: false,
      why: 'platform',
      say: 'Supabase keeps one version of an edge function: a new one comes in the place of the old one.',
    },
    replace: {
      can: true,
      how: {
        how: 'deploys the function in the place of the one that runs, after keeping that one',
        canCancel: false,
      },
      caveats: [
        'migrations of the database are no part of this: they are steps of their own and run over Postgres',
        'the bundle that runs is kept on this machine: where several deploy, they have to share the folder',
      ],
    },
    traffic: {
      can: false,
      why: 'platform',
      say: 'Supabase cannot share traffic out between versions of a function.',
    },
    rollback: {
      can: true,
      how: {
        kind: 'start-kept-artefact',
        how: 'deploy the bundle that ran before again, as it was kept before it was replaced',
        horizon: 'what Slipway has kept since it deploys there',
        leaves: points === null ? [stays] : [`${stays} (${points})`],
      },
      caveats: [],
    },
    logs: {
      can: true,
      how: { build: false, runtime: true, retention: 'the last 24 hours' },
      caveats: ['Supabase answers thirty questions about logs a minute'],
    },
    metrics: {
      can: false,
      why: 'platform',
      say: 'Supabase does not count requests by version of a function.',
    },
    maintenance: {
      can: false,
      why: 'platform',
      say: 'Supabase has no page for people: pausing takes the whole project down, its database too.',
    },
    settings: {
      can: true,
      how: { readsValues: 'all' },
      caveats: [
        'secrets belong to the project, not to one function, and are compared by the digest that Supabase gives',
      ],
    },
    previews: {
      can: true,
      how: {},
      caveats: [
        'a branch has a database of its own with the migrations, and costs by the hour',
        'a function is on it only where the repository of the project puts it',
      ],
    },
    once: { kind: 'marker', settleMs: SETTLE_MS },
  };
}

/** Data is put back by a person, for the whole project and all that was written since. */
function sayBackups(backups: Backups | null): string | null {
  if (backups === null) return null;
  if (backups.pitr_enabled) return 'a person can put the whole project back to a point in time';
  const last = backups.backups
    .filter(({ status }) => status === 'COMPLETED')
    .map(({ inserted_at }) => inserted_at)
    .toSorted()
    .at(-1);
  return last === undefined
    ? 'the project has no backup'
    : `the last backup of the project is of ${last.slice(0, 40)}`;
}
