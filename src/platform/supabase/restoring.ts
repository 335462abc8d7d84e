import { z } from 'zod';
import type { Http } from '../../http/door.ts';
import { path } from '../../http/path.ts';
import type { Datastore } from '../restoring.ts';
import { Address } from './address.ts';
import { Project } from './schema.ts';

/** The database of a project. */
export const DatabaseAddress = Address.pick({ project: true });

const Points = z.object({
  pitr_enabled: z.boolean(),
  physical_backup_data: z.object({
    earliest_physical_backup_date_unix: z.number().int().optional(),
    latest_physical_backup_date_unix: z.number().int().optional(),
  }),
});

const NO_PITR =
  'point-in-time recovery is not switched on for the project: a daily backup is restored by hand';

/** Words of the official description (`status` of a project). */
const states: Readonly<Record<string, 'serving' | 'restoring' | 'failed'>> = {
  ACTIVE_HEALTHY: 'serving',
  RESTORING: 'restoring',
  COMING_UP: 'restoring',
  RESTORE_FAILED: 'failed',
  INIT_FAILED: 'failed',
};

/** Point-in-time recovery. Supabase keeps no list of restores, so that only its status says how one goes. */
export function openDatabase(http: Http, ref: string): Datastore {
  return {
    async points() {
      const answer = await http.get(path`/v1/projects/${ref}/database/backups`, Points);
      const { earliest_physical_backup_date_unix: earliest, latest_physical_backup_date_unix: latest } =
        answer.physical_backup_data;
      if (!answer.pitr_enabled) return { can: false, say: NO_PITR };
      if (earliest === undefined || latest === undefined)
        return { can: false, say: 'there is no backup yet' };
      return { can: true, earliestMs: earliest * 1_000, latestMs: latest * 1_000 };
    },
    async look() {
      const { status } = await http.get(path`/v1/projects/${ref}`, Project);
      const state = states[status] ?? 'unknown';
      return { state, say: `the project is ${status.slice(0, 40).toLowerCase().replaceAll('_', ' ')}` };
    },
    async restore(toMs) {
      await http.send({
        method: 'POST',
        path: path`/v1/projects/${ref}/database/backups/restore-pitr`,
        body: { json: { recovery_time_target_unix: Math.floor(toMs / 1_000) } },
        as: 'nothing',
        Answer: z.undefined(),
      });
    },
  };
}
