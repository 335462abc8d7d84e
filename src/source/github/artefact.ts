import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { ArtefactFile } from '../source.ts';
import type { Client } from './client.ts';
import { fileInZip } from './zip.ts';

const Artefacts = z.object({
  artifacts: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      size_in_bytes: z.int(),
      expired: z.boolean(),
      created_at: z.string().nullable(),
      workflow_run: z
        .object({
          head_sha: z.string().optional(),
          repository_id: z.int().optional(),
          head_repository_id: z.int().optional(),
        })
        .nullish(),
    }),
  ),
});

const PAGE = 100;
const BYTES_MAX = 20_000_000;

/**
 * One file of the newest artefact of that name that a run of this commit has left. Runs of forks do not count: what they
 * leave behind is whatever somebody outside wanted it to be.
 */
export async function artefactOf(
  client: Client,
  commit: string,
  name: string,
  path: string,
): Promise<ArtefactFile | null> {
  const { artifacts } = await client.get('/actions/artifacts', Artefacts, { name, per_page: PAGE });
  const own = artifacts
    .filter(
      ({ workflow_run: run, expired, ...one }) =>
        one.name === name &&
        !expired &&
        run?.head_sha === commit &&
        run.head_repository_id !== undefined &&
        run.head_repository_id === run.repository_id,
    )
    .toSorted((a, b) => b.id - a.id);
  const [newest] = own;
  if (newest === undefined) return null;
  if (newest.size_in_bytes > BYTES_MAX) throw tooLarge(name);
  const zip = await client.get(
    '/actions/artifacts/{artifact_id}/{archive_format}',
    z.instanceof(ArrayBuffer),
    {
      artifact_id: newest.id,
      archive_format: 'zip',
    },
  );
  const text = fileInZip(new Uint8Array(zip), path, BYTES_MAX);
  const madeAtMs = Date.parse(newest.created_at ?? '');
  if (text === null || Number.isNaN(madeAtMs)) return null;
  return { text, madeAtMs };
}

function tooLarge(name: string): Failed {
  const message = `the artefact ${name} is larger than ${BYTES_MAX / 1_000_000} MB`;
  return new Failed({ code: 'rejected', message, retryAfterMs: null });
}
