import type { Answer } from '../../support/stand-in/index.ts';
import { answer, type Handler, no, type Place, page, REPO } from './place.ts';

/** What is known to be unsafe: of the code, of what it needs, and of secrets in it. */
export const handleFindings: Handler = (place) => {
  const [what, last] = place.path;
  if (what === 'code-scanning' && last === 'analyses') return analyses(place);
  if (what === 'code-scanning' && last === 'alerts') return codeAlerts(place);
  if (what === 'dependabot' && last === 'alerts') return dependencyAlerts(place);
  if (what === 'dependency-graph' && last === 'compare') return dependencyChanges(place);
  if (what === 'secret-scanning' && last === 'alerts') return secretAlerts(place);
  return null;
};

const NO_CODE = 'Code Security must be enabled for this repository to use code scanning.';

function analyses({ state, call }: Place): Answer {
  if (state.alerts.code === null) return no(403, NO_CODE);
  const ref = call.query.get('ref');
  const found = ref === 'refs/heads/main' ? state.analyses : [];
  const shown = found.map(({ commit, tool, category = '', error = '', at }, index) => ({
    id: found.length - index,
    ref,
    commit_sha: commit,
    analysis_key: `.github/workflows/${tool}.yml:analyze`,
    category,
    error,
    created_at: at,
    tool: { name: tool, guid: null, version: '2' },
  }));
  return { status: 200, json: page(call, shown) };
}

function codeAlerts({ state, call }: Place): Answer {
  const { code } = state.alerts;
  if (code === null) return no(403, NO_CODE);
  const wanted = call.query.get('state');
  const shown = code
    .map((alert, at) => ({ ...alert, number: at + 1, state: alert.fixedAt === undefined ? 'open' : 'fixed' }))
    .filter((alert) => wanted === null || alert.state === wanted)
    .map(({ number, severity, level = 'error', fixedAt, state: how }) => ({
      number,
      state: how,
      fixed_at: fixedAt ?? null,
      rule: { security_severity_level: severity === '' ? null : severity, severity: level },
    }));
  return answer(call, `${REPO}/code-scanning/alerts`, 200, page(call, shown));
}

function dependencyAlerts({ state, call }: Place): Answer {
  const { dependencies } = state.alerts;
  if (dependencies === null) return no(403, 'Dependabot alerts are disabled for this repository.');
  const severity = call.query.get('severity');
  const shown = dependencies
    .map((alert, at) => ({ number: at + 1, state: 'open', security_advisory: { severity: alert.severity } }))
    .filter((alert) => severity === null || alert.security_advisory.severity === severity);
  return answer(call, `${REPO}/dependabot/alerts`, 200, page(call, shown));
}

function dependencyChanges({ state, path }: Place): Answer {
  if (state.dependencyChanges === null)
    return no(403, 'Dependency review is not supported on this repository.');
  const found = state.dependencyChanges.get(path.slice(2).join('/')) ?? [];
  const shown = found.map(({ change, severity }, at) => ({
    change_type: change,
    manifest: 'package-lock.json',
    ecosystem: 'npm',
    name: `package-${at}`,
    version: '1.0.0',
    vulnerabilities: [
      { severity, advisory_ghsa_id: `GHSA-${at}`, advisory_summary: 'bad', advisory_url: '' },
    ],
  }));
  return { status: 200, json: shown };
}

function secretAlerts({ state, call }: Place): Answer {
  const { secrets } = state.alerts;
  if (secrets === null) return no(404, 'Secret scanning is disabled on this repository.');
  const isHidden = call.query.get('hide_secret') === 'true';
  const shown = secrets.map(({ secret }, at) => ({
    number: at + 1,
    state: 'open',
    ...(isHidden ? {} : { secret }),
  }));
  return answer(call, `${REPO}/secret-scanning/alerts`, 200, page(call, shown));
}
