import type { Answer } from '../../support/stand-in/index.ts';
import { shown } from './code.ts';
import { answer, type Handler, no, type Place, page, REPO } from './place.ts';
import type { CheckRun } from './state.ts';

/** The app whose runs GitHub's own workflows are. */
const WORKFLOWS = { id: 15_368, slug: 'github-actions' };

/** What was checked of commits, who reviewed what brought them, and what branches demand. */
export const handleChecks: Handler = (place) => {
  const { path } = place;
  const [what, , last] = path;
  if (what === 'commits') return ofCommit(place, path.slice(1, -1).join('/'), path.at(-1) ?? '');
  if (what === 'rules') return rules(place);
  if (what === 'branches' && last === 'protection') return protection(place);
  if (what === 'pulls' && last === 'reviews') return reviews(place, Number(path[1]));
  if (what === 'pulls' && last === 'commits') return commitsOf(place, Number(path[1]));
  return null;
};

function ofCommit({ state, call }: Place, ref: string, what: string): Answer | null {
  const commit = state.history.resolve(ref);
  if (commit === null)
    return what === 'status' ? no(404, 'Not Found') : no(422, `No commit found for SHA: ${ref}`);
  if (what === 'status') {
    const all = state.statuses.get(commit.sha) ?? [];
    const isBad = all.some((one) => one.state === 'failure' || one.state === 'error');
    const isGood = all.length > 0 && all.every((one) => one.state === 'success');
    return answer(call, `${REPO}/commits/{ref}/status`, 200, {
      // As GitHub says it: pending where there is none at all.
      state: isBad ? 'failure' : isGood ? 'success' : 'pending',
      statuses: page(call, all).map((one) => ({ ...one, description: null, target_url: null })),
      sha: commit.sha,
      total_count: all.length,
    });
  }
  if (what === 'check-runs') {
    const all = (state.runs.get(commit.sha) ?? []).map((run, at) => ({ ...run, id: at + 1 }));
    // The latest of each suite: a name that runs in two is there twice.
    const keyOf = ({ name, suite = 0, app = WORKFLOWS }: CheckRun) => `${app.id} ${suite} ${name}`;
    const latest = [...new Map(all.map((run) => [keyOf(run), run])).values()];
    const chosen = call.query.get('filter') === 'all' ? all : latest;
    const check_runs = page(call, chosen).map(({ id, name, status, conclusion, app = WORKFLOWS }) => ({
      id,
      name,
      status,
      conclusion,
      app,
      head_sha: commit.sha,
      pull_requests: [],
    }));
    return answer(call, `${REPO}/commits/{ref}/check-runs`, 200, { total_count: chosen.length, check_runs });
  }
  const found = state.pulls.filter(({ commits }) => commits.includes(commit.sha));
  const shownPulls = found.map(({ number, headSha, mergeSha, author }) => ({
    number,
    user: author === undefined ? null : { login: author },
    html_url: `https://github.com/acme/shop/pull/${number}`,
    merged_at: mergeSha === null ? null : '2026-11-02T10:00:00Z',
    merge_commit_sha: mergeSha,
    head: { sha: headSha },
  }));
  return answer(call, `${REPO}/commits/{commit_sha}/pulls`, 200, page(call, shownPulls));
}

function rules({ state, call }: Place): Answer {
  const { rules: contexts } = state.required;
  if (contexts === null)
    return no(403, 'Upgrade to GitHub Pro or make this repository public to enable this feature.');
  const rule = {
    type: 'required_status_checks',
    parameters: {
      required_status_checks: contexts.map((context) => ({ context })),
      strict_required_status_checks_policy: false,
    },
  };
  const all = [...(contexts.length === 0 ? [] : [rule]), ...state.rules];
  return answer(call, `${REPO}/rules/branches/{branch}`, 200, page(call, all));
}

function protection({ state, call, path }: Place): Answer {
  const { classic } = state.required;
  if (state.hidesProtection) return no(404, 'Not Found');
  if (classic === null) return no(403, 'Resource not accessible by personal access token');
  if (path[3] === undefined) {
    if (state.protection === null) return no(404, 'Branch not protected');
    return answer(call, `${REPO}/branches/{branch}/protection`, 200, state.protection);
  }
  if (classic.length === 0) return no(404, 'Branch not protected');
  const template = `${REPO}/branches/{branch}/protection/required_status_checks`;
  return answer(call, template, 200, { strict: false, contexts: classic, checks: [] });
}

/** At most 250 of them, however many there are. */
function commitsOf({ state, call }: Place, number: number): Answer {
  const pull = state.pulls.find((one) => one.number === number);
  if (pull === undefined) return no(404, 'Not Found');
  const found = pull.commits.slice(0, 250).flatMap((sha) => state.history.find(sha) ?? []);
  return answer(call, `${REPO}/pulls/{pull_number}/commits`, 200, page(call, found).map(shown));
}

function reviews({ state, call }: Place, number: number): Answer {
  const pull = state.pulls.find((one) => one.number === number);
  if (pull === undefined) return no(404, 'Not Found');
  const said = pull.reviews.map(({ login, state: word, commit, association = 'MEMBER' }) => ({
    user: { login },
    author_association: association,
    state: word,
    commit_id: commit,
    body: '',
  }));
  return answer(call, `${REPO}/pulls/{pull_number}/reviews`, 200, page(call, said));
}
