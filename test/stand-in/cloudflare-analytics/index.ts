import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';
import { Traffic } from '../traffic.ts';

export const ACCOUNT = '0123456789abcdef0123456789abcdef';
export const TOKEN = 'not-a-real-token';
const MINUTE = 60_000;

export type AnalyticsStandIn = StandIn & {
  /** By the ids of versions. */
  readonly traffic: Traffic;
  /** How many invocations each that was seen stands for. */
  sampleInterval: number;
  mayAnalyse: boolean;
};

/**
 * Cloudflare's analytics as far as one question about Workers goes. The GraphQL API has a schema of its own, which is
 * not published as a file, so that none is held against it: what is asked for is, name by name. Errors come with status
 * 200, and a minute in which nothing was seen has no row.
 */
export async function openAnalytics(): Promise<AnalyticsStandIn> {
  const world = { traffic: new Traffic(), sampleInterval: 1, mayAnalyse: true };
  const standIn = await openStandIn({
    spec: null,
    basePath: '/client/v4',
    handle(call) {
      if (call.headers['authorization'] === `Bearer ${TOKEN}`) return ask(world, call);
      return {
        status: 401,
        json: { success: false, errors: [{ code: 10_000, message: 'Authentication error' }] },
      };
    },
  });
  return Object.assign(world, standIn);
}

type Body = {
  query: string;
  variables: { account: string; worker: string; since: string; until: string; versions?: string[] };
};
type World = Pick<AnalyticsStandIn, 'traffic' | 'sampleInterval' | 'mayAnalyse'>;

const NAMES =
  /dimensions \{ datetimeMinute( scriptVersion)? \}\s+avg \{ sampleInterval \}\s+sum \{ requests errors \}\s+quantiles \{ wallTimeP95 \}/;

function ask(world: World, { body }: Call): Answer {
  const { query, variables } = body as Body;
  const { account, since, until, versions } = variables;
  if (!world.mayAnalyse || account !== ACCOUNT) {
    const message = 'not authorized for that account';
    return { status: 200, json: { data: null, errors: [{ message, extensions: { code: 'authz' } }] } };
  }
  if (!NAMES.test(query) || query.includes('scriptVersion_in') !== (versions !== undefined)) {
    return { status: 200, json: { data: null, errors: [{ message: 'unknown field' }] } };
  }
  const rows = (versions ?? [null]).flatMap((version) =>
    rowsOf(world, version, Date.parse(since), Date.parse(until)),
  );
  return {
    status: 200,
    json: { data: { viewer: { accounts: [{ workersInvocationsAdaptive: rows }] } }, errors: null },
  };
}

function rowsOf({ traffic, sampleInterval }: World, version: string | null, fromMs: number, toMs: number) {
  const minutes = Array.from({ length: (toMs - fromMs) / MINUTE }, (_, index) => fromMs + index * MINUTE);
  return minutes.flatMap((atMs) => {
    const sum = traffic.between(version, atMs, atMs + MINUTE);
    if (sum === null) return [];
    return [
      {
        dimensions: {
          datetimeMinute: new Date(atMs).toISOString().replace('.000', ''),
          ...(version === null ? {} : { scriptVersion: version }),
        },
        avg: { sampleInterval },
        sum: { requests: sum.requests, errors: sum.errors },
        quantiles: { wallTimeP95: (sum.p95Ms ?? 0) * 1_000 },
      },
    ];
  });
}
