import { without } from '../../support/skips.ts';
import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';

export const USER = 'slipway';
// Put together here, so that nothing that scans the repository takes it for a real one.
export const TOKEN = ['11', 'standInStandInStandInStandIn'].join('');

export type Built = {
  readonly queueId: number;
  readonly job: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly sinceMs: number;
  /** Null while it waits in the queue. */
  number: number | null;
  building: boolean;
  result: string | null;
  endedAtMs: number | null;
};

/** Jobs of one controller, its queue and its builds, as Jenkins keeps them: nothing here knows of us. */
export class JenkinsState {
  /** Parameters that each job declares; others are dropped. */
  readonly jobs = new Map<string, readonly string[]>();
  /** Newest first, those in the queue among them. */
  readonly all: Built[] = [];
  readonly ends = new Map<string, string>();
  #queueId = 100;
  url = '';

  /** Two equal orders that wait are one: that is how Jenkins is. */
  enqueue(job: string, given: Readonly<Record<string, string>>): Built {
    const declared = this.jobs.get(job) ?? [];
    const parameters = Object.fromEntries(declared.map((name) => [name, given[name] ?? '']));
    const key = JSON.stringify(parameters);
    const same = this.all.find(
      (one) =>
        one.job === job &&
        one.number === null &&
        one.result === null &&
        JSON.stringify(one.parameters) === key,
    );
    if (same !== undefined) return same;
    this.#queueId += 1;
    const made: Built = {
      queueId: this.#queueId,
      job,
      parameters,
      sinceMs: Date.now(),
      number: null,
      building: false,
      result: null,
      endedAtMs: null,
    };
    this.all.unshift(made);
    return made;
  }

  /** An executor takes it from the queue. */
  begin(one: Built): void {
    if (one.number !== null || one.result !== null) return;
    one.number = this.all.filter(({ job, number }) => job === one.job && number !== null).length + 1;
    one.building = true;
  }

  end(one: Built, result: string): void {
    if (one.result !== null) return;
    one.building = false;
    one.result = result;
    one.endedAtMs = Date.now();
  }

  settle(): void {
    for (const one of this.all.toReversed()) {
      if (one.result !== null) continue;
      this.begin(one);
      const words = Object.values(one.parameters).join(' ').split(' ');
      this.end(one, words.map((word) => this.ends.get(word)).find((end) => end !== undefined) ?? 'SUCCESS');
    }
  }
}

export type Jenkins = StandIn & { readonly state: JenkinsState };

/** Jenkins publishes no description that a program could read: what is asked of it is held against its pages, by hand. */
export async function openJenkins(): Promise<Jenkins> {
  without('holding the stand-in of Jenkins against an official description', 'Jenkins publishes none');
  const state = new JenkinsState();
  state.jobs.set('shop/deploy', ['VERSION', 'TO', 'SLIPWAY']);
  const standIn = await openStandIn({ spec: null, basePath: '', handle: (call) => handle(state, call) });
  state.url = standIn.url;
  return { ...standIn, state };
}

function handle(state: JenkinsState, call: Call): Answer {
  const basic = Buffer.from(`${USER}:${TOKEN}`).toString('base64');
  if (call.headers['authorization'] !== `Basic ${basic}`) return { status: 401, text: 'Unauthorized' };
  if (call.path === '/queue/api/json') return queue(state);
  if (call.path === '/queue/cancelItem') return cancelItem(state, call);
  const [, item] = /^\/queue\/item\/(\d+)\/api\/json$/.exec(call.path) ?? [];
  if (item !== undefined) return leftItem(state, Number(item));
  const [, job, rest] = /^((?:\/job\/[^/]+)+)\/(.+)$/.exec(call.path) ?? [];
  const name = (job ?? '').replace(/\/job\//g, '/').slice(1);
  if (!state.jobs.has(name)) return { status: 404, text: 'Not Found' };
  if (rest === 'buildWithParameters') return order(state, name, call);
  if (rest === 'api/json') return builds(state, name, call);
  const [number, what] = (rest ?? '').split(/\/(.*)/s);
  const one = state.all.find((each) => each.job === name && String(each.number) === number);
  if (one === undefined) return { status: 404, text: 'Not Found' };
  if (what === 'stop' && call.method === 'POST') {
    state.end(one, 'ABORTED');
    return { status: 302, headers: { location: `${state.url}${job}/${number}/` } };
  }
  if (what !== 'logText/progressiveText') return { status: 404, text: 'Not Found' };
  const text = `Started by user slipway\nDeploying ${one.parameters['VERSION']}\nwith Bearer abcdefgh12345678\nERROR: it ended\n`;
  return { status: 200, text, headers: { 'x-text-size': String(text.length) } };
}

function order(state: JenkinsState, job: string, { method, type, body }: Call): Answer {
  if (method !== 'POST') return { status: 405, text: 'POST required' };
  if (!type.startsWith('application/x-www-form-urlencoded'))
    return { status: 400, text: 'Nothing is submitted' };
  const { queueId } = state.enqueue(job, Object.fromEntries(new URLSearchParams(String(body))));
  return { status: 201, headers: { location: `${state.url}/queue/item/${queueId}/` } };
}

function builds(state: JenkinsState, job: string, { query }: Call): Answer {
  const [, count] = /^builds\[.*\]\{0,(\d+)\}$/.exec(query.get('tree') ?? '') ?? [];
  if (count === undefined) return { status: 400, text: 'a tree that names no builds' };
  const found = state.all.filter((one) => one.job === job && one.number !== null).slice(0, Number(count));
  return {
    status: 200,
    json: {
      _class: 'hudson.model.FreeStyleProject',
      builds: found.map((one) => ({
        _class: 'hudson.model.FreeStyleBuild',
        number: one.number,
        queueId: one.queueId,
        building: one.building,
        result: one.result,
        timestamp: one.sinceMs,
        duration: one.endedAtMs === null ? 0 : one.endedAtMs - one.sinceMs,
        url: `${state.url}/job/${job.replaceAll('/', '/job/')}/${one.number}/`,
        actions: actionsOf(one),
      })),
    },
  };
}

function queue(state: JenkinsState): Answer {
  const waiting = state.all.filter(({ number, result }) => number === null && result === null);
  return {
    status: 200,
    json: {
      items: waiting.map((one) => ({
        id: one.queueId,
        inQueueSince: one.sinceMs,
        why: 'Waiting for next available executor',
        task: { url: `${state.url}/job/${one.job.replaceAll('/', '/job/')}/` },
        actions: actionsOf(one),
      })),
    },
  };
}

/** What has left the queue is known for a while. */
function leftItem(state: JenkinsState, id: number): Answer {
  const one = state.all.find(({ queueId }) => queueId === id);
  if (one === undefined) return { status: 404, text: 'Not Found' };
  const cancelled = one.number === null && one.result === 'ABORTED';
  const left = cancelled ? { cancelled } : { executable: { number: one.number } };
  return {
    status: 200,
    json: { id, inQueueSince: one.sinceMs, why: null, actions: actionsOf(one), ...left },
  };
}

/** As Jenkins lists them: other actions come as empty objects. */
function actionsOf({ parameters }: Built) {
  return [{}, { parameters: Object.entries(parameters).map(([name, value]) => ({ name, value })) }, {}];
}

function cancelItem(state: JenkinsState, { query }: Call): Answer {
  const one = state.all.find(({ queueId, number }) => String(queueId) === query.get('id') && number === null);
  if (one === undefined) return { status: 404, text: 'Not Found' };
  state.end(one, 'ABORTED');
  return { status: 204 };
}
