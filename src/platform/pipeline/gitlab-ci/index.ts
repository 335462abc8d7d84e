import type { PlatformKind } from '../../platform.ts';
import { openPipelines } from '../open.ts';
import { Address, Settings } from './address.ts';
import { type KnownVariables, openProject } from './pipeline.ts';

/** gitlab.com allows 2,000 a minute, and 300 for some lists; one of your own allows what you say. */
const LIMIT = { perMinute: 300, reserved: 60 } as const;

/** Pipelines of a project at GitLab that deploy what they are told to. */
export const gitlabCi: PlatformKind = {
  id: 'gitlab-ci',
  summary: 'A pipeline of GitLab CI that deploys',
  Address,
  Settings,
  open(_name, settings, around) {
    const { token, url } = Settings.parse(settings);
    const known: KnownVariables = new Map();
    const http = around.door({
      baseUrl: url,
      limit: LIMIT,
      async authorize(isAgain) {
        const secret = await around.secret(token, isAgain ? 'again' : undefined);
        return { 'private-token': secret.open() };
      },
    });
    return openPipelines(
      {
        kind: gitlabCi,
        parse: (address) => Address.parse(address),
        pipelineOf: (address, urgency) =>
          openProject(urgency === 'urgent' ? http.urgent : http, url, address, known),
        retention: 'as long as GitLab keeps the logs of jobs',
      },
      around,
    );
  },
};
