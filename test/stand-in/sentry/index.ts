import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';
import { filledFrom } from '../filled.ts';
import { Traffic } from '../traffic.ts';

export const ORGANIZATION = 'shops';
export const TOKEN = 'sntryu_not-a-real-token';

type Known = { heard: boolean; readonly issues: { title: string; level: string }[] };

export type SentryStandIn = StandIn & {
  /** By release. */
  readonly traffic: Traffic;
  readonly releases: Map<string, Known>;
  sampleRate: number;
  /** From when on windows are not complete yet. */
  incompleteFromMs: number;
  pageSize: number;
};

const SPEC = 'sentry.json';
const PLACE = '/api/0/organizations/{organization_id_or_slug}';

/**
 * Sentry as far as traces by release, releases and new issues go. Strict like the original: windows in which nothing was
 * seen are zeros, and lists go on by a cursor in `Link`.
 */
export async function openSentry(): Promise<SentryStandIn> {
  const world = {
    traffic: new Traffic(),
    releases: new Map<string, Known>(),
    sampleRate: 1,
    incompleteFromMs: Number.POSITIVE_INFINITY,
    pageSize: 100,
  };
  const standIn = await openStandIn({
    spec: SPEC,
    basePath: '',
    handle(call) {
      if (call.headers['authorization'] !== `Bearer ${TOKEN}`) {
        return { status: 401, json: { detail: 'Invalid token' } };
      }
      const [, , , , organization, what, name] = call.path.split('/');
      if (organization !== ORGANIZATION) return notThere();
      if (what === 'events-timeseries') return timeseries(world, call);
      if (what === 'issues') return issues(world, call);
      return what === 'releases' ? release(world, decodeURIComponent(name ?? '')) : notThere();
    },
  });
  return Object.assign(world, standIn);
}

type World = Omit<SentryStandIn, keyof StandIn>;

function notThere(): Answer {
  return { status: 404, json: { detail: 'The requested resource does not exist' } };
}

function timeseries({ traffic, sampleRate, incompleteFromMs }: World, { query }: Call): Answer {
  const release = /release:"([^"]+)"/.exec(query.get('query') ?? '')?.[1] ?? null;
  const stepMs = Number(query.get('interval')) * 1_000;
  const fromMs = Date.parse(query.get('start') ?? '');
  const toMs = Date.parse(query.get('end') ?? '');
  const yAxis = query.get('yAxis') ?? '';
  const starts = Array.from({ length: (toMs - fromMs) / stepMs }, (_, index) => fromMs + index * stepMs);
  const values = starts.map((timestamp) => {
    const sum = traffic.between(release, timestamp, timestamp + stepMs);
    const of = { 'count()': sum?.requests, 'failure_count()': sum?.errors, 'p95(span.duration)': sum?.p95Ms };
    const incomplete = timestamp >= incompleteFromMs;
    return {
      timestamp,
      value: Object.entries(of).find(([axis]) => axis === yAxis)?.[1] ?? 0,
      incomplete,
      sampleRate,
    };
  });
  const isTime = yAxis.startsWith('p95');
  const meta = {
    interval: stepMs,
    valueType: isTime ? 'duration' : 'integer',
    valueUnit: isTime ? 'millisecond' : null,
    dataScanned: 'full',
  };
  return {
    status: 200,
    json: { meta: { dataset: 'spans', start: fromMs, end: toMs }, timeSeries: [{ yAxis, meta, values }] },
  };
}

function release({ releases }: World, name: string): Answer {
  const known = releases.get(name);
  if (known === undefined) return notThere();
  const given = {
    version: name,
    projects: [{ slug: 'shop', healthData: { hasHealthData: known.heard } }],
  };
  return { status: 200, json: filledFrom(SPEC, 'GET', `${PLACE}/releases/{version}/`, 200, given) };
}

function issues({ releases, pageSize }: World, { query }: Call): Answer {
  const name = /^firstRelease:"([^"]+)"$/.exec(query.get('query') ?? '')?.[1] ?? '';
  const from = Number((query.get('cursor') ?? '0:0:0').split(':')[1]);
  const all = releases.get(name)?.issues ?? [];
  const page = all.slice(from, from + pageSize);
  const next = from + pageSize;
  const given = page.map((issue, index) => ({ shortId: `SHOP-${from + index + 1}`, ...issue }));
  const link = (rel: string, at: number, results: boolean) =>
    `<https://sentry.io/api/0/organizations/shops/issues/?cursor=0:${at}:0>; rel="${rel}"; results="${results}"; cursor="0:${at}:0"`;
  return {
    status: 200,
    json: filledFrom(SPEC, 'GET', `${PLACE}/issues/`, 200, given),
    headers: { link: `${link('previous', 0, false)}, ${link('next', next, next < all.length)}` },
  };
}
