import type { PlatformKind } from '../../platform.ts';
import { openPipelines } from '../open.ts';
import { Address, Settings } from './address.ts';
import { openWorkflow } from './pipeline.ts';

/** 5,000 calls an hour for a token (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). */
const LIMIT = { perMinute: 80, reserved: 20 } as const;

/** A workflow of GitHub Actions that deploys what it is told to. */
export const githubActions: PlatformKind = {
  id: 'github-actions',
  summary: 'A workflow of GitHub Actions that deploys',
  Address,
  Settings,
  open(_name, settings, around) {
    const { token, url } = Settings.parse(settings);
    const http = around.door({
      baseUrl: url,
      limit: LIMIT,
      async authorize(isAgain) {
        const secret = await around.secret(token, isAgain ? 'again' : undefined);
        return { authorization: `Bearer ${secret.open()}`, 'x-github-api-version': '2022-11-28' };
      },
    });
    return openPipelines(
      {
        kind: githubActions,
        parse: (address) => Address.parse(address),
        pipelineOf: (address, urgency) =>
          openWorkflow(urgency === 'urgent' ? http.urgent : http, url, address, around),
        retention: '90 days unless the repository says otherwise, and only of jobs that have ended',
      },
      around,
    );
  },
};
