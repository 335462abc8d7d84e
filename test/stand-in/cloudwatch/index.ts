import { type Answer, type Call, openStandIn, type StandIn } from '../../support/stand-in/index.ts';
import { type Sum, Traffic } from '../traffic.ts';

export const REGION = 'eu-central-1';
export const LOAD_BALANCER = 'app/shop/0123456789abcdef';

export type CloudWatchStandIn = StandIn & {
  /** By version, or by target group. */
  readonly traffic: Traffic;
  readonly alarms: Map<string, string>;
  /** How many series one page holds. */
  pageSize: number;
  /** Series that CloudWatch has not all of yet. */
  readonly incomplete: Set<string>;
  /** Of which requests of so many in a hundred are answered by no target. */
  readonly unanswered: Map<string, number>;
};

/**
 * CloudWatch as far as we use it, over its JSON protocol: which operation is in a header. AWS publishes no description
 * of that kind, so that none is held against it; its own client writes the requests and reads the answers. A count of
 * nothing is no point, as with load balancers.
 */
export async function openCloudWatch(): Promise<CloudWatchStandIn> {
  const world = {
    traffic: new Traffic(),
    alarms: new Map<string, string>(),
    pageSize: 500,
    incomplete: new Set<string>(),
    unanswered: new Map<string, number>(),
  };
  const standIn = await openStandIn({ spec: null, basePath: '', handle: (call) => handle(world, call) });
  return Object.assign(world, standIn);
}

type World = Omit<CloudWatchStandIn, keyof StandIn>;

const JSON_TYPE = 'application/x-amz-json-1.0';
const said = (json: unknown): Answer => ({ status: 200, type: JSON_TYPE, json });
const refused = (type: string, message: string): Answer => ({
  status: 400,
  type: JSON_TYPE,
  json: { __type: type, message },
});

function handle(world: World, call: Call): Answer {
  const isSigned = /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/monitoring\//.test(
    call.headers['authorization'] ?? '',
  );
  if (!isSigned)
    return refused('com.amazon.coral.service#UnrecognizedClientException', 'The security token is invalid.');
  const asked = JSON.parse(call.raw.toString('utf8'));
  const target = call.headers['x-amz-target'] ?? '';
  if (target === 'GraniteServiceVersion20100801.GetMetricData') return said(data(world, asked));
  if (target === 'GraniteServiceVersion20100801.DescribeAlarms') return said(alarmsOf(world, asked));
  return refused('com.amazon.coral.service#UnknownOperationException', target);
}

type Question = {
  Id: string;
  MetricStat: {
    Metric: { Namespace: string; MetricName: string; Dimensions: { Name: string; Value: string }[] };
    Period: number;
    Stat: string;
  };
};
type Asked = { StartTime: number; EndTime: number; MetricDataQueries: Question[]; NextToken?: string };

function data(world: World, { StartTime, EndTime, MetricDataQueries: questions, NextToken }: Asked) {
  const from = Number(NextToken ?? 0);
  const page = questions.slice(from, from + world.pageSize);
  const next = from + world.pageSize;
  const MetricDataResults = page.map(({ Id, MetricStat }) => {
    const points = pointsOf(world, MetricStat, StartTime, EndTime);
    return {
      Id,
      Label: Id,
      StatusCode: world.incomplete.has(Id) ? 'InternalError' : 'Complete',
      Timestamps: points.map(([time]) => time),
      Values: points.map(([, value]) => value),
    };
  });
  return { MetricDataResults, Messages: [], ...(next < questions.length ? { NextToken: String(next) } : {}) };
}

function pointsOf(world: World, { Metric, Period, Stat }: Question['MetricStat'], from: number, to: number) {
  const which =
    Metric.Dimensions.find(({ Name }) => Name === 'TargetGroup' || Name === 'Version')?.Value ?? '';
  const points: [number, number][] = [];
  for (let at = from; at < to; at += Period) {
    const sum = world.traffic.between(which, at * 1_000, (at + Period) * 1_000);
    const value =
      sum === null ? null : countOf(sum, Metric.MetricName, Stat, world.unanswered.get(which) ?? 0);
    if (value !== null) points.push([at, value]);
  }
  return points;
}

function countOf(sum: Sum, metric: string, stat: string, unansweredPercent: number): number | null {
  const unanswered = Math.round((sum.requests * unansweredPercent) / 100);
  if (stat === 'p95') return sum.p95Ms === null ? null : sum.p95Ms / 1_000;
  switch (metric) {
    case 'RequestCount':
    case 'Invocations':
      return sum.requests;
    case 'HTTPCode_Target_2XX_Count':
      return sum.requests - sum.errors - unanswered || null;
    case 'HTTPCode_Target_5XX_Count':
    case 'Errors':
      return sum.errors || null;
    default:
      return null;
  }
}

function alarmsOf({ alarms }: World, { AlarmNames }: { AlarmNames: string[] }) {
  const found = AlarmNames.filter((name) => alarms.has(name));
  return {
    MetricAlarms: found.map((name) => ({
      AlarmName: name,
      StateValue: alarms.get(name),
      StateReason: 'Threshold Crossed: 1 datapoint was greater than the threshold (5.0).',
    })),
    CompositeAlarms: [],
  };
}
