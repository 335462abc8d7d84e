import type { Answer } from '../../support/stand-in/index.ts';
import { answer, type Handler, no, type Place, page, REPO } from './place.ts';

/** What was checked of commits, who reviewed what brought them, and what is known to be unsafe. */
export const handleChecks: Handler = (place) => {
  const { path } = place;
  const [what, , last] = path;
  if (what === 'commits') return ofCommit(place, path.slice(1, -1).join('/'), path.at(-1) ?? '');
  if (what === 'rules') return rules(place);
  if (what === 'branches' && last === 'protection') return protection(place);
  if (what === 'pulls' && last === 'reviews') return reviews(place, Number(path[1]));
  if (path.at(-1) === 'alerts') return alerts(place, what ?? '');
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
    const all = state.runs.get(commit.sha) ?? [];
    const latest = [...new Map(all.map((run) => [run.name, run])).values()];
    const chosen = call.query.get('filter') === 'all' ? all : latest;
    const check_runs = page(call, chosen).map((run) => ({ ...run, head_sha: commit.sha, pull_requests: [] }));
    return answer(call, `${REPO}/commits/{ref}/check-runs`, 200, { total_count: chosen.length, check_runs });
  }
  const found = state.pulls.filter(({ commits }) => commits.includes(commit.sha));
  const shownPulls = found.map(({ number, headSha, mergeSha }) => ({
    number,
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
  return answer(
    call,
    `${REPO}/rules/branches/{branch}`,
    200,
    page(call, contexts.length === 0 ? [] : [rule]),
  );
}

function protection({ state, call }: Place): Answer {
  const { classic } = state.required;
  if (classic === null) return no(403, 'Resource not accessible by personal access token');
  if (classic.length === 0) return no(404, 'Branch not protected');
  const template = `${REPO}/branches/{branch}/protection/required_status_checks`;
  return answer(call, template, 200, { strict: false, contexts: classic, checks: [] });
}

function reviews({ state, call }: Place, number: number): Answer {
  const pull = state.pulls.find((one) => one.number === number);
  if (pull === undefined) return no(404, 'Not Found');
  const shown = pull.reviews.map(({ login, state: said, commit }) => ({
    user: { login },
    state: said,
    commit_id: commit,
    body: '',
  }));
  return answer(call, `${REPO}/pulls/{pull_number}/reviews`, 200, page(call, shown));
}

function alerts({ state, call }: Place, what: string): Answer | null {
  const { code, dependencies, secrets } = state.alerts;
  if (what === 'code-scanning') {
    if (code === null)
      return no(403, 'Code Security must be enabled for this repository to use code scanning.');
    const shown = code.map(({ severity }, at) => ({
      number: at + 1,
      state: 'open',
      rule: { security_severity_level: severity, severity: 'error' },
    }));
    return answer(call, `${REPO}/code-scanning/alerts`, 200, page(call, shown));
  }
  if (what === 'dependabot') {
    if (dependencies === null) return no(403, 'Dependabot alerts are disabled for this repository.');
    const shown = dependencies.map(({ severity }, at) => ({
      number: at + 1,
      state: 'open',
      security_advisory: { severity },
    }));
    return answer(call, `${REPO}/dependabot/alerts`, 200, page(call, shown));
  }
  if (what !== 'secret-scanning') return null;
  if (secrets === null) return no(404, 'Secret scanning is disabled on this repository.');
  const isHidden = call.query.get('hide_secret') === 'true';
  const shown = secrets.map(({ secret }, at) => ({
    number: at + 1,
    state: 'open',
    ...(isHidden ? {} : { secret }),
  }));
  return answer(call, `${REPO}/secret-scanning/alerts`, 200, page(call, shown));
}
