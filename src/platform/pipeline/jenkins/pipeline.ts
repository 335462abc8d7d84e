import { z } from 'zod';
import type { Http } from '../../../http/door.ts';
import { type Mark, writeMark } from '../mark.ts';
import type { Pipeline } from '../pipeline.ts';
import { notSeenYet, unlessEnded } from '../words.ts';
import type { Address } from './address.ts';
import { type Ordered, openReading, pathOf } from './read.ts';
import { idOf } from './run-of.ts';

const Nothing = z.undefined();
const ORDERED_MAX = 100;

/** One job, and the one for going back where there is one. */
export function openJob(http: Http, address: Address, ordered: Ordered, nowMs: () => number): Pipeline {
  const jobs = [...new Set([address.job, address.rollback?.job ?? address.job])];
  const { runs, placeOf } = openReading(http, jobs, address, ordered, nowMs);
  return {
    service: 'Jenkins',
    name: `the job ${address.job}`,
    runs,
    async start(mark, way) {
      const back = way === 'back' ? address.rollback : undefined;
      const form = new URLSearchParams(parametersOf(address, mark, back?.parameters ?? {}));
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
  mark: Mark,
  back: Readonly<Record<string, string>>,
): Record<string, string> {
  const { name, commit } = mark.version;
  return {
    ...parameters,
    ...back,
    [versionParameter]: name,
    ...(commitParameter === undefined ? {} : { [commitParameter]: commit ?? '' }),
    // Of two equal orders in the queue Jenkins makes one: this one is like no other.
    [markParameter]: writeMark(mark),
  };
}
