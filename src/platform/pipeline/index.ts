export { githubActions } from './github-actions/index.ts';
export { gitlabCi } from './gitlab-ci/index.ts';
export { jenkins } from './jenkins/index.ts';
