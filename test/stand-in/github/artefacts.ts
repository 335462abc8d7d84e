import type { Answer } from '../../support/stand-in/index.ts';
import { type Handler, no, page } from './place.ts';
import type { GitHubState } from './state.ts';

/** What runs have left behind: a list, and zips behind a redirect. */
export const handleArtefacts: Handler = ({ state, call, path }) => {
  const [actions, artifacts, id, format] = path;
  if (actions !== 'actions' || artifacts !== 'artifacts') return null;
  if (id !== undefined) {
    const isThere = state.artefacts.some((one) => String(one.id) === id) && format === 'zip';
    // The bytes are kept elsewhere, and the address is good for a minute.
    return isThere ? { status: 302, headers: { location: `/_artefacts/${id}` } } : no(404, 'Not Found');
  }
  const name = call.query.get('name');
  const found = state.artefacts.filter((one) => name === null || one.name === name);
  const shown = found.map(
    ({ id: number, name: called, commit, isOfFork = false, expired = false, size, zip: bytes }) => ({
      id: number,
      name: called,
      size_in_bytes: size ?? bytes.length,
      expired,
      created_at: '2026-11-20T10:00:00Z',
      workflow_run: {
        id: 1,
        repository_id: 7,
        head_repository_id: isOfFork ? 8 : 7,
        head_branch: 'main',
        head_sha: commit,
      },
    }),
  );
  return { status: 200, json: { total_count: found.length, artifacts: page(call, shown) } };
};

export function artefactAt({ artefacts }: GitHubState, path: string): Answer {
  const found = artefacts.find(({ id }) => path === `/_artefacts/${id}`);
  return found === undefined
    ? { status: 404, text: 'gone' }
    : { status: 200, text: found.zip, type: 'application/zip' };
}
