import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';
import { handleActions } from './actions.ts';
import { ActionsState } from './actions-state.ts';
import { artefactAt, handleArtefacts } from './artefacts.ts';
import { handleChecks } from './checks.ts';
import { handleCode } from './code.ts';
import { handleDeployments } from './deployments.ts';
import { handleFindings } from './findings.ts';
import { answer, no, type Place } from './place.ts';
import { GitHubState } from './state.ts';

export { ActionsState } from './actions-state.ts';
export { GitHubState } from './state.ts';

// Put together here, so that nothing that scans the repository takes it for a real one.
export const TOKEN = ['gh', 'p_', 'standInStandInStandIn'].join('');
const INSTALLATION_TOKEN = ['gh', 's_', 'installationStandIn'].join('');

export type GitHub = StandIn & {
  readonly state: GitHubState;
  readonly actions: ActionsState;
  /** Tokens that are taken; tests take one away. */
  readonly tokens: Set<string>;
};

export const REPOSITORY = 'acme/shop';

/** Parts of the API that the copy of its description leaves out; their shapes are those of GitHub's pages. */
const leftOut = [
  [/\/code-scanning\/analyses/, 'code-scanning/code-scanning'],
  [/\/dependency-graph\/compare\//, 'dependency-graph/dependency-review'],
  [/\/_?(?:actions\/artifacts|artefacts\/)/, 'actions/artifacts'],
].map(([path, page]) => ({
  path: path as RegExp,
  because: `it is described at https://docs.github.com/en/rest/${page}`,
}));

/** GitHub with one repository, held to its own description of its API. */
export async function openGitHub(): Promise<GitHub> {
  const state = new GitHubState();
  const actions = new ActionsState();
  const tokens = new Set([TOKEN]);
  const logs = {
    path: /^\/_logs\//,
    because: 'the place that a log is redirected to is not part of the API',
  };
  const standIn = await openStandIn({
    spec: 'github-rest.json',
    basePath: '',
    beyondSpec: [logs, ...leftOut],
    handle: (call) => handle(state, actions, tokens, call),
  });
  actions.url = standIn.url;
  return { ...standIn, state, actions, tokens };
}

function handle(state: GitHubState, actions: ActionsState, tokens: Set<string>, call: Call): Answer {
  if (call.path.startsWith('/_logs/')) return actions.logAt(call);
  if (call.path.startsWith('/_artefacts/')) return artefactAt(state, call.path);
  const said = call.headers['authorization'] ?? '';
  if (/^\/app\/installations\/\d+\/access_tokens$/.test(call.path))
    return installationToken(tokens, call, said);
  if (!tokens.has(said.replace(/^Bearer /, ''))) return no(401, 'Bad credentials');
  const [, repos, owner, repo, ...rest] = call.path.split('/').map(decodeURIComponent);
  if (repos !== 'repos' || `${owner}/${repo}` !== REPOSITORY || !state.isVisible) return no(404, 'Not Found');
  if (state.forbidden?.test(`/${rest.join('/')}`) === true) {
    return no(403, 'Resource not accessible by personal access token');
  }
  const place: Place = { state, call, path: rest };
  return (
    handleCode(place) ??
    handleChecks(place) ??
    handleFindings(place) ??
    handleArtefacts(place) ??
    handleDeployments(place) ??
    handleActions(actions, place) ??
    no(404, 'Not Found')
  );
}

/** For whoever shows a JWT that the App's key signed; that it did is not looked at here. */
function installationToken(tokens: Set<string>, call: Call, said: string): Answer {
  if (!/^bearer [\w-]+\.[\w-]+\.[\w-]+$/i.test(said)) return no(401, 'A JSON web token could not be decoded');
  const token = `${INSTALLATION_TOKEN}${tokens.size}`;
  tokens.add(token);
  const template = '/app/installations/{installation_id}/access_tokens';
  const expires_at = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z$/, 'Z');
  return answer(call, template, 201, { token, expires_at, permissions: {}, repository_selection: 'all' });
}
