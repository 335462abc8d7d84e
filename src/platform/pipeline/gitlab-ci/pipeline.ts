import { z } from 'zod';
import type { Version } from '../../../core/plan.ts';
import type { Http } from '../../../http/door.ts';
import { path } from '../../../http/path.ts';
import { oneCommand, word } from '../../shell.ts';
import { readMark, writeMark } from '../mark.ts';
import type { Pipeline, Run, Said } from '../pipeline.ts';
import { unlessEnded } from '../words.ts';
import type { Address } from './address.ts';
import { FoundPipeline, runOf, Variables } from './run-of.ts';

const Made = z.object({ id: z.int() });
const Job = z.object({
  id: z.int(),
  name: z.string(),
  created_at: z.string(),
  started_at: z.string().nullish(),
});
type Job = z.infer<typeof Job>;

const LISTED = 30;
const JOBS_MAX = 20;
/** What somebody can have started with a version: what a push or a merge request starts is no deployment of ours. */
const startedByHand = new Set(['api', 'trigger', 'web', 'pipeline', 'schedule', 'chat']);

/** Variables of a pipeline never change, so that they are asked for once. */
export type KnownVariables = Map<string, ReadonlyMap<string, string>>;
const KNOWN_MAX = 2_000;

/** Pipelines of one project that deploy one thing. */
export function openProject(http: Http, url: string, address: Address, known: KnownVariables): Pipeline {
  const below = path`/projects/${address.project}`;

  async function variablesOf({ id, name, source }: FoundPipeline): Promise<ReadonlyMap<string, string>> {
    if (!startedByHand.has(source) || readMark(name ?? '') !== null) return new Map();
    const key = `${address.project} ${id}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const read = await http.get(`${below}${path`/pipelines/${id}/variables`}`, Variables);
    const variables = new Map(read.map((one) => [one.key, one.value]));
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(key, variables);
    return variables;
  }
  async function runs(which: 'latest' | 'succeeded'): Promise<readonly Run[]> {
    const query = {
      per_page: LISTED,
      order_by: 'id',
      sort: 'desc',
      ...(which === 'succeeded' ? { status: 'success' } : {}),
    };
    const found = await http.get(`${below}/pipelines`, z.array(FoundPipeline), query);
    const read = await Promise.all(found.map(async (one) => runOf(one, await variablesOf(one), address)));
    return read.filter((run) => run !== null);
  }

  return {
    service: 'GitLab CI',
    name: `the pipeline of ${address.project}`,
    runs,
    async start(mark, way) {
      const back = way === 'back' ? address.rollback : undefined;
      const json = {
        ref: back?.ref ?? address.ref,
        variables: variablesFor(address, mark.version, writeMark(mark), back?.variables ?? {}),
      };
      const { id } = await http.post(`${below}/pipeline`, json, Made);
      return String(id);
    },
    byHand: (version) => runByHand(url, address, version),
    async cancel({ id }) {
      await http.post(`${below}${path`/pipelines/${id}/cancel`}`, undefined, z.unknown()).catch(unlessEnded);
    },
    async log({ id }) {
      const listed = `${below}${path`/pipelines/${id}/jobs`}`;
      const jobs = await http.get(listed, z.array(Job), { per_page: JOBS_MAX });
      return (await Promise.all(jobs.map((job) => readTrace(http, below, job)))).flat();
    },
  };
}

/**
 * `glab ci run` (https://docs.gitlab.com/cli/ci/run/) takes a project by its path, and a variable as `key:value`, of which
 * it reads several from one flag: what has a comma or a quote in it cannot be given there.
 */
function runByHand(url: string, address: Address, version: Version): string | null {
  const { project, ref, rollback } = address;
  const [, site] = /^(https?:\/\/.+?)\/api\/v4\/?$/.exec(url) ?? [];
  const variables = variablesFor(address, version, 'by-hand', rollback?.variables ?? {});
  const isSayable = variables.every(({ value }) => !/[",]/.test(value));
  if (site === undefined || typeof project === 'number' || !isSayable) return null;
  return oneCommand([
    `glab ci run --repo ${site === 'https://gitlab.com' ? project : word(`${site}/${project}`)}`,
    `--branch ${rollback?.ref ?? ref}`,
    ...variables.map(({ key, value }) => `--variables-env ${word(`${key}:${value}`)}`),
  ]);
}

/** The fixed ones stay when going back: they say which place it is. */
function variablesFor(
  { variables, versionVariable, commitVariable, markVariable }: Address,
  { name, commit }: Version,
  mark: string,
  back: Readonly<Record<string, string>>,
) {
  const all = {
    ...variables,
    ...back,
    [versionVariable]: name,
    ...(commitVariable === undefined ? {} : { [commitVariable]: commit ?? '' }),
    [markVariable]: mark,
  };
  return Object.entries(all).map(([key, value]) => ({ key, value }));
}

async function readTrace(http: Http, below: string, job: Job): Promise<Said[]> {
  const { value } = await http.send({
    method: 'GET',
    path: `${below}${path`/jobs/${job.id}/trace`}`,
    as: 'text',
    Answer: z.string(),
  });
  const beganAtMs = Date.parse(job.started_at ?? job.created_at);
  return value.split('\n').flatMap((line) => lineOf(line, job.name, beganAtMs));
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are written with them.
const COLOURS = /\u001b\[[0-9;]*[A-Za-z]/g;
const SECTION = /section_(?:start|end):\d+:\S+\r/g;

/** Lines have a time of their own only where the runner was told so; the others have that of their job. */
function lineOf(line: string, job: string, beganAtMs: number): Said[] {
  const plain = line.replace(COLOURS, '').replace(SECTION, '').replace(/\r$/, '');
  const [, at = '', said = plain] = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) [0-9a-f]{2}[OE][ +](.*)$/.exec(plain) ?? [];
  const atMs = Date.parse(at.replace(/(\.\d{3})\d*Z$/, '$1Z'));
  if (said.trim() === '') return [];
  const level = /^ERROR:/.test(said) ? 'error' : /^WARNING:/.test(said) ? 'warn' : 'info';
  return [{ atMs: Number.isNaN(atMs) ? beganAtMs : atMs, level, text: `${job}: ${said}` }];
}
