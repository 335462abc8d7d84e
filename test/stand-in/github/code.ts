import { createHash } from 'node:crypto';
import type { Answer } from '../../support/stand-in/index.ts';
import type { GitCommit } from './history.ts';
import { answer, type Handler, no, type Place, page, REPO } from './place.ts';

const FILES_MAX = 300;
/** What is not paged comes so many at a time. */
const PAGE = 250;

/** The repository, its refs, its commits, what differs between them, and its files. */
export const handleCode: Handler = (place) => {
  const { state, call, path } = place;
  const [what, ...rest] = path;
  if (what === undefined) return answer(call, REPO, 200, { full_name: 'acme/shop', default_branch: 'main' });
  if (what === 'tags' || what === 'branches') return rest.length === 0 ? refs(place, what) : null;
  if (what === 'compare') return compare(place, rest.join('/'));
  if (what === 'contents') return contents(place, rest.join('/'));
  const isCommit = what === 'commits' && !['status', 'check-runs', 'pulls'].includes(rest.at(-1) ?? '');
  if (!isCommit) return null;
  const found = state.history.resolve(rest.join('/'));
  if (found === null) return no(422, `No commit found for SHA: ${rest.join('/')}`);
  return answer(call, `${REPO}/commits/{ref}`, 200, { ...shown(found), files: page(call, found.files) });
};

function refs({ state, call }: Place, what: 'tags' | 'branches'): Answer {
  const tags = [...state.history.tags].map(([name, { commit }]) => ({ name, commit: { sha: commit } }));
  const branches = [...state.history.branches].map(([name, sha]) => ({ name, commit: { sha } }));
  return answer(call, `${REPO}/${what}`, 200, page(call, what === 'tags' ? tags : branches));
}

function compare({ state, call }: Place, basehead: string): Answer {
  const [base, head] = basehead.split('...').map((ref) => state.history.resolve(ref));
  if (base == null || head == null) return no(404, 'Not Found');
  const relation = state.history.compare(base, head);
  if (relation === null) return no(404, `No common ancestor between ${base.sha} and ${head.sha}.`);
  const { status, ahead, behind } = relation;
  const isPaged = call.query.has('per_page');
  const files = new Map(ahead.flatMap((one) => one.files).map((file) => [file.filename, file]));
  const isFirst = Number(call.query.get('page') ?? 1) === 1;
  return answer(call, `${REPO}/compare/{basehead}`, 200, {
    status,
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    html_url: `https://github.com/acme/shop/compare/${basehead}`,
    base_commit: shown(base),
    merge_base_commit: shown(base),
    commits: (isPaged ? page(call, ahead) : ahead.slice(0, PAGE)).map(shown),
    ...(isFirst ? { files: [...files.values()].slice(0, FILES_MAX).map(diff) } : { files: [] }),
  });
}

function diff({ filename, status }: GitCommit['files'][number]) {
  return { filename, status, sha: '0'.repeat(40), additions: 1, deletions: 0, changes: 1 };
}

export function shown({ sha, message, author, at, parents, signature = 'unsigned' }: GitCommit) {
  const { name, login } = author;
  const isVerified = signature === 'valid';
  const verification = {
    verified: isVerified,
    reason: signature,
    signature: null,
    payload: null,
    verified_at: isVerified ? at : null,
  };
  return {
    sha,
    commit: {
      message,
      author: { name, email: `${name}@example.com`, date: at },
      committer: null,
      tree: {},
      verification,
    },
    author: login === null ? null : { login },
    committer: null,
    parents: parents.map((parent) => ({ sha: parent })),
  };
}

/** Each entry once; GitHub names what stands in a file by a hash of it. */
function folder({ state, call }: Pick<Place, 'state' | 'call'>, path: string): Answer {
  const start = `${call.query.get('ref')} ${path}/`;
  const entries = new Map<string, Record<string, unknown>>();
  for (const [key, text] of state.contents) {
    if (!key.startsWith(start)) continue;
    const [name = '', ...below] = key.slice(start.length).split('/');
    const sha = createHash('sha1').update(text).digest('hex');
    const type = below.length > 0 ? 'dir' : state.links.has(key) ? 'symlink' : 'file';
    const url = `https://api.github.com/repos/acme/shop/contents/${path}/${name}`;
    const links = { url, git_url: url, html_url: url, download_url: url };
    const _links = { self: url, git: url, html: url };
    const size = type === 'dir' ? 0 : text.length;
    entries.set(name, { type, name, path: `${path}/${name}`, sha, size, ...links, _links });
  }
  if (entries.size === 0) return no(404, 'Not Found');
  return answer(call, `${REPO}/contents/{path}`, 200, [...entries.values()]);
}

function contents({ state, call }: Place, path: string): Answer {
  const text = state.contents.get(`${call.query.get('ref')} ${path}`);
  if (text === undefined) return folder({ state, call }, path);
  const file = { type: 'file', encoding: 'base64', content: Buffer.from(text).toString('base64') };
  return answer(call, `${REPO}/contents/{path}`, 200, { ...file, path, name: path, size: text.length });
}
