import { deployTo } from '../../src/command/index.ts';

export const deployProduction = deployTo('production', {
  summary: 'Show what a deployment to production would do, collect approvals, then do it',
  examples: ['api@v2', 'api v2 --strategy canary', 'web --reason "the new header"'],
});
