import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Http } from '../../http/door.ts';
import { path } from '../../http/path.ts';
import type { Health, Preview, Previews } from '../platform.ts';
import { Branch } from './schema.ts';

/** Ours alone begin so: what people branch for themselves is theirs. */
const NAMED = /^preview-(\S+)-([0-9a-f]{8})$/;
const Deleted = z.object({ message: z.literal('ok') });

const ofBranch: Readonly<Record<string, Health>> = {
  CREATING_PROJECT: 'starting',
  RUNNING_MIGRATIONS: 'starting',
  MIGRATIONS_PASSED: 'starting',
  MIGRATIONS_FAILED: 'unhealthy',
  FUNCTIONS_DEPLOYED: 'healthy',
  FUNCTIONS_FAILED: 'unhealthy',
};

/** Branches of the project that we made. The default branch is the project itself, and no id leads there. */
export function openPreviews(http: Http, ref: string): Previews {
  async function list(): Promise<readonly Branch[]> {
    const branches = await http.get(path`/v1/projects/${ref}/branches`, z.array(Branch));
    return branches.filter((branch) => isPreview(branch, ref));
  }

  return {
    list: async () => (await list()).map(previewOf),
    async create({ id }, { version }) {
      const call = createHash('sha256').update(`slipway/preview\0${id}`).digest('hex').slice(0, 8);
      const json = { branch_name: `preview-${version.name}-${call}`, persistent: false };
      return previewOf(await http.post(path`/v1/projects/${ref}/branches`, json, Branch));
    },
    async destroy(_intent, previewId) {
      // The API takes the reference of a project as well, and would take the project with it.
      if (!z.uuid().safeParse(previewId).success) throw refuse('rejected', `${previewId} is no preview`);
      const branches = await http.get(path`/v1/projects/${ref}/branches`, z.array(Branch));
      const branch = branches.find(({ id }) => id === previewId);
      if (branch === undefined) throw refuse('not-found', `the preview ${previewId} is gone`);
      if (!isPreview(branch, ref))
        throw refuse('rejected', `the branch ${branch.name} is no preview of ours`);
      await http.delete(path`/v1/branches/${previewId}`, Deleted);
    },
  };
}

function isPreview(
  { is_default, persistent, parent_project_ref, project_ref, name }: Branch,
  ref: string,
): boolean {
  return !is_default && !persistent && parent_project_ref === ref && project_ref !== ref && NAMED.test(name);
}

function previewOf({ id, name, project_ref, status, created_at, preview_project_status }: Branch): Preview {
  const createdAtMs = Date.parse(created_at ?? '');
  const isUp = preview_project_status === undefined || preview_project_status === 'ACTIVE_HEALTHY';
  const health = ofBranch[status] ?? 'unknown';
  return {
    id,
    version: { name: NAMED.exec(name)?.[1] ?? name, commit: null },
    health: health === 'healthy' && !isUp ? 'unknown' : health,
    url: `https://${project_ref}.supabase.co`,
    owner: null,
    createdAtMs: Number.isNaN(createdAtMs) ? null : createdAtMs,
    cost: null,
  };
}

function refuse(code: 'rejected' | 'not-found', message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}
