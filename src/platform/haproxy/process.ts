import { z } from 'zod';
import type { Capabilities } from '../../core/capability.ts';
import { Failed, type Failure } from '../../core/failure.ts';
import type { Http } from '../../http/door.ts';
import type { Health, Site, StandingRelease } from '../platform.ts';
import { oneLine } from './table.ts';

const no = (say: string) => ({ can: false, why: 'platform', say }) as const;

const noStaging = 'Nothing is started here, and so nothing beside what runs.';
const noTraffic = 'One process takes what it is sent: sharing is what a router before it does.';
const noLogs = 'A process that somebody else starts keeps its log where they put it.';
const noNumbers = 'A process is only asked for its version here: HAProxy counts what it answers.';

/** A process that somebody else starts: it is asked how it is and which version it is, and nothing more. */
const capabilities: Capabilities = {
  takes: 'any-name',
  staged: no(noStaging),
  replace: {
    can: true,
    how: {
      how: 'Nothing is started from here: whoever starts processes there has put the version in place before, which is checked',
      canCancel: false,
    },
    caveats: ['the version has to run there already when the order comes'],
  },
  traffic: no(noTraffic),
  rollback: no('Whoever starts processes there has to start the version of before again.'),
  logs: no(noLogs),
  metrics: no(noNumbers),
  maintenance: no('A process has no maintenance page of its own.'),
  once: { kind: 'natural', settleMs: 0 },
};

/** What one process says of itself; it is its own release. */
type Said = Pick<StandingRelease, 'health' | 'say'> & { readonly version: string | null };

export type ProcessParts = {
  readonly http: Http;
  readonly url: string;
  readonly versionHeader: string;
  readonly nowMs: () => number;
};

export function openProcess({ http, url, versionHeader, nowMs }: ProcessParts): Site {
  const unsupported = async (message: string): Promise<never> => {
    throw new Failed({ code: 'unsupported', message, retryAfterMs: null });
  };
  const ask = () => askProcess(http, url, versionHeader);

  async function insistOn(wanted: string): Promise<{ readonly releaseId: string }> {
    const { version, say } = await ask();
    if (version === wanted) return { releaseId: wanted };
    const has = version === null ? `it says none (${say})` : `it runs ${version}`;
    const message = `${wanted} does not run at ${url}: ${has}. Start ${wanted} there, then try again`;
    throw new Failed({ code: 'rejected', message, retryAfterMs: null });
  }

  return {
    capabilities: async () => capabilities,
    async versions(limit) {
      const { version } = await ask();
      const known = { commit: null, note: `runs at ${url}`, createdAtMs: null };
      return version === null ? [] : [{ name: version, ...known }].slice(0, limit);
    },
    async look() {
      const { version, health, say } = await ask();
      const name = version ?? 'unknown';
      const release: StandingRelease = {
        releaseId: name,
        version: { name, commit: null },
        trafficPercent: 100,
        health,
        say,
        url,
        intentId: null,
      };
      return { atMs: nowMs(), frontDoor: url, releases: [release] };
    },
    release: () => unsupported(noStaging),
    route: () => unsupported(noTraffic),
    retire: () => unsupported(noStaging),
    replace: (_intent, { name }) => insistOn(name),
    restore: (_intent, { version }) => insistOn(version.name),
    async find(_intent, sought) {
      const { version } = await ask();
      return version === sought.version.name ? { kind: 'found', releaseId: version } : { kind: 'absent' };
    },
    logs: () => unsupported(noLogs),
    measure: async () => null,
  };
}

/** What answers 2xx and says no version may be anybody: it is not healthy. */
async function askProcess(http: Http, url: string, versionHeader: string): Promise<Said> {
  const { pathname, search } = new URL(url);
  const query = Object.fromEntries(new URLSearchParams(search));
  const asked = { method: 'GET', path: pathname, query, as: 'nothing', Answer: z.undefined() } as const;
  const reply = await http.send(asked).catch(failureOf);
  if ('code' in reply) return { version: null, health: sick(reply), say: oneLine(reply.message) };
  const version = reply.header(versionHeader);
  if (version === null || !/^[\w.+-]{1,128}$/.test(version)) {
    return { version: null, health: 'unknown', say: `answers without its version in ${versionHeader}` };
  }
  return { version, health: 'healthy', say: `answers ${reply.status}` };
}

const sick = ({ code }: Failure): Health => (code === 'misunderstood' ? 'unknown' : 'unhealthy');

function failureOf(error: unknown): Failure {
  if (error instanceof Failed) return error.failure;
  throw error;
}
