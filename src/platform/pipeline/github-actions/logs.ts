import { z } from 'zod';
import { Failed } from '../../../core/failure.ts';
import type { Http } from '../../../http/door.ts';
import { path } from '../../../http/path.ts';
import type { Around } from '../../platform.ts';
import type { Run, Said } from '../pipeline.ts';

const Jobs = z.object({ jobs: z.array(z.object({ id: z.int(), status: z.string() })) });
const JOBS_MAX = 10;

/** GitHub hands a job's log out when the job has ended, behind an address that is good for a minute. */
export async function readJobLogs(
  http: Http,
  below: string,
  { id }: Run,
  { door }: Pick<Around, 'door'>,
): Promise<Said[]> {
  const { jobs } = await http.get(`${below}${path`/actions/runs/${id}/jobs`}`, Jobs, { per_page: JOBS_MAX });
  const ended = jobs.filter(({ status }) => status === 'completed');
  const texts = await Promise.all(
    ended.map(async (job) => {
      const { header } = await http.send({
        method: 'GET',
        path: `${below}${path`/actions/jobs/${job.id}/logs`}`,
        as: 'nothing',
        Answer: z.undefined(),
        okStatuses: [302],
      });
      return readAt(header('location'), door);
    }),
  );
  return texts.flatMap(linesOf);
}

/** Elsewhere, and without saying who we are: the address itself lets in. */
async function readAt(location: string | null, door: Around['door']): Promise<string> {
  if (location === null || !URL.canParse(location)) {
    const message = 'GitHub does not say where the log is';
    throw new Failed({ code: 'misunderstood', message, retryAfterMs: null });
  }
  const { origin, pathname, searchParams } = new URL(location);
  const { value } = await door({ baseUrl: origin }).send({
    method: 'GET',
    path: pathname,
    query: Object.fromEntries(searchParams),
    as: 'text',
    Answer: z.string(),
  });
  return value;
}

/** `2026-11-20T12:00:00.1234567Z ##[error]It went wrong`. */
function linesOf(text: string): Said[] {
  return text.split(/\r?\n/).flatMap((line): Said[] => {
    const [, at = '', mark, said = ''] = /^(\S+Z) (?:##\[(\w+)\])?(.*)$/.exec(line) ?? [];
    const atMs = Date.parse(at.replace(/(\.\d{3})\d*Z$/, '$1Z'));
    const isNoise = Number.isNaN(atMs) || said === '' || mark === 'endgroup';
    return isNoise ? [] : [{ atMs, level: levels.get(mark ?? '') ?? 'info', text: said }];
  });
}

const levels = new Map<string, Said['level']>([
  ['error', 'error'],
  ['warning', 'warn'],
]);
