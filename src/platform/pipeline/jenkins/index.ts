import type { PlatformKind } from '../../platform.ts';
import { openPipelines } from '../open.ts';
import { Address, Settings } from './address.ts';
import { openJob } from './pipeline.ts';
import type { Ordered } from './read.ts';

/** Jenkins has no limit of its own; one controller does everything, and is not to be kept busy by us. */
const LIMIT = { perMinute: 120, reserved: 30 } as const;

/** A job of Jenkins that deploys what it is told to. */
export const jenkins: PlatformKind = {
  id: 'jenkins',
  summary: 'A job of Jenkins that deploys',
  Address,
  Settings,
  open(_name, settings, around) {
    const { url, user, token } = Settings.parse(settings);
    const ordered: Ordered = new Map();
    const http = around.door({
      baseUrl: url,
      limit: LIMIT,
      async authorize(isAgain) {
        const secret = await around.secret(token, isAgain ? 'again' : undefined);
        const both = Buffer.from(`${user}:${secret.open()}`, 'utf8').toString('base64');
        return { authorization: `Basic ${both}` };
      },
    });
    return openPipelines(
      {
        kind: jenkins,
        parse: (address) => Address.parse(address),
        pipelineOf: (address, urgency) =>
          openJob(urgency === 'urgent' ? http.urgent : http, { url, user }, address, ordered, () =>
            around.clock.nowMs(),
          ),
        retention: 'as long as the job keeps its builds',
      },
      around,
    );
  },
};
