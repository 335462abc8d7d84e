import {
  githubActions as actionsKind,
  gitlabCi as gitlabKind,
  jenkins as jenkinsKind,
} from '../../src/platform/pipeline/index.ts';
import { aroundWith } from '../stand-in/around.ts';
import { TOKEN as GITHUB_TOKEN, openGitHub } from '../stand-in/github/index.ts';
import { TOKEN as GITLAB_TOKEN, openGitLab } from '../stand-in/gitlab/index.ts';
import { TOKEN as JENKINS_TOKEN, openJenkins, USER } from '../stand-in/jenkins/index.ts';
import { settledSoon } from '../stand-in/settled-soon.ts';
import { impatient, type Member, troublesIn, type World } from './platform-member.ts';

const versions = { good: 'v1', better: 'v2', crashing: 'v6' } as const;
const target = 'api/staging';
/** As a workflow writes it. */
const input = (name: string) => `$\{{ inputs.${name} }}`;

export const githubActions: Member = {
  name: 'github-actions',
  does: 'replaces',
  async open(opening): Promise<World> {
    const standIn = await openGitHub();
    const { actions } = standIn;
    actions.workflows.set('deploy.yml', {
      inputs: ['version', 'slipway'],
      runName: `Deploy ${input('version')} (${input('slipway')})`,
    });
    actions.ends.set(versions.crashing, 'failure');
    const settings = { token: 'env:GITHUB_ACTIONS_TOKEN', url: standIn.url };
    const platform = actionsKind.open('ci', settings, impatient(aroundWith(GITHUB_TOKEN), opening));
    return {
      platform: settledSoon(platform),
      target: { id: target, address: { repository: 'acme/shop', workflow: 'deploy.yml' } },
      versions,
      foreignAddress: { repository: 'acme/shop', workflow: '../deploy.yml' },
      calls: () => standIn.calls().length,
      ...troublesIn(standIn, {
        change: { method: 'POST', path: /\/dispatches$/ },
        question: { method: 'GET', path: /\/runs$/ },
        strangeWord: (json) => JSON.parse(JSON.stringify(json).replaceAll('"success"', '"splendid"')),
      }),
      settle: async () => actions.settle(),
      hands: {
        somebodyElse: async (version) => void actions.start('deploy.yml', { version }),
        async cancel(releaseId) {
          const run = actions.runs.find(({ id }) => String(id) === releaseId);
          if (run !== undefined) actions.end(run, 'cancelled');
        },
      },
      close: () => standIn.close(),
    };
  },
};

export const gitlabCi: Member = {
  name: 'gitlab-ci',
  does: 'replaces',
  async open(opening): Promise<World> {
    const standIn = await openGitLab();
    const { state } = standIn;
    state.ends.set(versions.crashing, 'failed');
    const settings = { token: 'env:GITLAB_TOKEN', url: standIn.url };
    const platform = gitlabKind.open('ci', settings, impatient(aroundWith(GITLAB_TOKEN), opening));
    return {
      platform: settledSoon(platform),
      target: { id: target, address: { project: 'acme/shop' } },
      versions,
      foreignAddress: { project: '../admin' },
      calls: () => standIn.calls().length,
      ...troublesIn(standIn, {
        change: { method: 'POST', path: /\/pipeline$/ },
        question: { method: 'GET', path: /\/pipelines$/ },
        strangeWord: (json) => (json as object[]).map((one) => ({ ...one, status: 'splendid' })),
      }),
      settle: async () => state.settle(),
      hands: {
        somebodyElse: async (version) => void state.start({ VERSION: version }, 'web'),
        async cancel(releaseId) {
          const pipeline = state.pipelines.find(({ id }) => String(id) === releaseId);
          if (pipeline !== undefined) state.end(pipeline, 'canceled');
        },
      },
      close: () => standIn.close(),
    };
  },
};

export const jenkins: Member = {
  name: 'jenkins',
  does: 'replaces',
  async open(opening): Promise<World> {
    const standIn = await openJenkins();
    const { state } = standIn;
    state.ends.set(versions.crashing, 'FAILURE');
    const settings = { url: standIn.url, user: USER, token: 'env:JENKINS_TOKEN' };
    const troubles = troublesIn(standIn, {
      change: { method: 'POST', path: /buildWithParameters$/ },
      question: { method: 'GET', path: '/job/shop/job/deploy/api/json' },
      strangeWord: (json) => JSON.parse(JSON.stringify(json).replaceAll('"SUCCESS"', '"SPLENDID"')),
    });
    const platform = jenkinsKind.open('ci', settings, impatient(aroundWith(JENKINS_TOKEN), opening));
    return {
      platform: settledSoon(platform),
      target: { id: target, address: { job: 'shop/deploy' } },
      versions,
      foreignAddress: { job: 'shop/../admin' },
      calls: () => standIn.calls().length,
      ...troubles,
      // What it answers is a header: there is nothing that could break off.
      troubles: troubles.troubles.filter((one) => one !== 'truncate'),
      settle: async () => state.settle(),
      hands: {
        somebodyElse: async (version) => void state.enqueue('shop/deploy', { VERSION: version }),
        async cancel(releaseId) {
          const one = state.all.find(({ queueId }) => `queue-${queueId}` === releaseId);
          if (one !== undefined) state.end(one, 'ABORTED');
        },
      },
      close: () => standIn.close(),
    };
  },
};
