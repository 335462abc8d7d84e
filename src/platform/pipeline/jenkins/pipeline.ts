import { z } from 'zod';
import type { Version } from '../../../core/plan.ts';
import type { Http } from '../../../http/door.ts';
import { oneCommand, word } from '../../shell.ts';
import { writeMark } from '../mark.ts';
import type { Pipeline } from '../pipeline.ts';
import { notSeenYet, unlessEnded } from '../words.ts';
import type { Address } from './address.ts';
import { type Ordered, openReading, pathOf } from './read.ts';
import { idOf } from './run-of.ts';

/** Where it answers, and as whom. */
type Reached = { readonly url: string; readonly user: string };

const Nothing = z.undefined();
const ORDERED_MAX = 100;

/** One job, and the one for going back where there is one. */
export function openJob(
  http: Http,
  { url, user }: Reached,
  address: Address,
  ordered: Ordered,
  nowMs: () => number,
): Pipeline {
  const jobs = [...new Set([address.job, address.rollback?.job ?? address.job])];
  const { runs, placeOf } = openReading(http, jobs, address, ordered, nowMs);
  return {
    service: 'Jenkins',
    name: `the job ${address.job}`,
    runs,
    async start(mark, way) {
      const back = way === 'back' ? address.rollback : undefined;
      const form = new URLSearchParams(
        parametersOf(address, mark.version, writeMark(mark), back?.parameters ?? {}),
      );
      const { header } = await http.send({
        method: 'POST',
        path: `${pathOf(back?.job ?? address.job)}/buildWithParameters`,
        body: { type: 'application/x-www-form-urlencoded', text: form.toString() },
        as: 'nothing',
        Answer: Nothing,
      });
      const [, item] = /\/queue\/item\/(\d+)\/?$/.exec(header('location') ?? '') ?? [];
      if (item === undefined) throw notSeenYet('Jenkins', mark.version.name);
      const id = idOf(Number(item));
      ordered.set(id, { mark, atMs: nowMs() });
      for (const [old] of [...ordered].slice(0, -ORDERED_MAX)) ordered.delete(old);
      return id;
    },
    byHand(version) {
      const { job, parameters = {} } = address.rollback ?? { job: address.job };
      const given = Object.entries(parametersOf(address, version, 'by-hand', parameters));
      return oneCommand([
        // Without its token curl asks for it (https://curl.se/docs/manpage.html#-u).
        `curl --fail --user ${word(user)} ${word(`${url.replace(/\/+$/, '')}${pathOf(job)}/buildWithParameters`)}`,
        ...given.map(([key, value]) => `--data-urlencode ${word(`${key}=${value}`)}`),
      ]);
    },
    async cancel({ id }) {
      const place = await placeOf(id);
      const query = place === null ? { id: id.replace(/^queue-/, '') } : {};
      const to = place === null ? '/queue/cancelItem' : `${place}/stop`;
      // It leads back to a page for people.
      const okStatuses = [302, 303];
      await http
        .send({ method: 'POST', path: to, query, as: 'nothing', Answer: Nothing, okStatuses })
        .catch(unlessEnded);
    },
    async log({ id, startedAtMs: atMs }) {
      const place = await placeOf(id);
      if (place === null) return [];
      const { value } = await http.send({
        method: 'GET',
        path: `${place}/logText/progressiveText`,
        query: { start: 0 },
        as: 'text',
        Answer: z.string(),
      });
      // Jenkins keeps no times of lines by itself.
      return value
        .split(/\r?\n/)
        .filter((text) => text !== '')
        .map((text) => ({ atMs, level: /^ERROR\b/.test(text) ? 'error' : 'info', text }));
    },
  };
}

function parametersOf(
  { parameters, versionParameter, commitParameter, markParameter }: Address,
  { name, commit }: Version,
  mark: string,
  back: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    ...parameters,
    ...back,
    [versionParameter]: name,
    ...(commitParameter === undefined ? {} : { [commitParameter]: commit ?? '' }),
    // Of two equal orders in the queue Jenkins makes one: this one is like no other.
    [markParameter]: mark,
  };
}
