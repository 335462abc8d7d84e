import { deployTo } from '../../src/command/index.ts';

export const deployStaging = deployTo('staging', {
  summary: 'Run a version of a service in staging, with every check',
  examples: ['api@v2', 'api v2 --strategy all-at-once', 'web --reason "try the new header"'],
});
