import type { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import { type AwsOpened, checked, clientSettings } from '../../http/aws/client-settings.ts';
import { awsDomain } from '../../http/aws/settings.ts';
import { named } from '../../http/aws/through-door.ts';
import type { Around } from '../metric.ts';
import type { Windows } from '../windows.ts';
import { type Alarms, AlarmsAnswer, DataAnswer } from './schema.ts';
import type { Settings } from './settings.ts';

const DEADLINE_MS = 20_000;
/** `GetMetricData` takes 50 calls a second of an account, and `DescribeAlarms` 9 (CloudWatch's service quotas). */
const LIMIT = { perMinute: 240, reserved: 40 } as const;
/** More pages than every window of every question needs. */
const PAGES_MAX = 5;

/** One series: what of which metric, of one version. */
export type Wanted = {
  readonly id: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stat: 'Sum' | 'p95';
  readonly unit: 'Seconds' | 'Milliseconds' | 'Microseconds' | null;
};

/** By the id of what was wanted. What CloudWatch itself calls incomplete is not among them. */
export type Rows = {
  readonly byId: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly incomplete: readonly string[];
};

export type CloudWatch = ReturnType<typeof openCloudWatch>;

/** CloudWatch as far as we use it; its client is loaded when it is first asked. */
export function openCloudWatch(settings: Settings, around: Around) {
  const { region, url } = settings;
  const http = around.door({
    baseUrl: url ?? `https://monitoring.${region}.${awsDomain(region)}`,
    limit: LIMIT,
    deadlineMs: DEADLINE_MS,
  });
  const opened: AwsOpened = { http, settings: { region, ...credentialsIn(settings) }, around };
  const load = async () => {
    const sdk = await import('@aws-sdk/client-cloudwatch');
    return { sdk, client: new sdk.CloudWatchClient(clientSettings(opened, url, true)) };
  };
  let loaded: ReturnType<typeof load> | null = null;
  type Loaded = Awaited<ReturnType<typeof load>>;
  async function ask<T>(
    what: string,
    Answer: z.ZodType<T>,
    asking: (by: Loaded) => Promise<unknown>,
  ): Promise<T> {
    loaded ??= load();
    const by = await loaded;
    return checked(what, true, Answer, await named(`cloudwatch ${what}`, true, () => asking(by)));
  }

  return {
    /** @throws {Failed} also where CloudWatch says that a series is not ours to see */
    async data(wanted: readonly Wanted[], { fromMs, toMs, stepMs }: Windows): Promise<Rows> {
      const pages: z.infer<typeof DataAnswer>[] = [];
      for (let token: string | undefined, page = 0; page < PAGES_MAX; page++) {
        const asked = {
          StartTime: new Date(fromMs),
          EndTime: new Date(toMs),
          ScanBy: 'TimestampAscending' as const,
          MetricDataQueries: wanted.map((each) => questionOf(each, stepMs)),
          ...(token === undefined ? {} : { NextToken: token }),
        };
        const answer = await ask('GetMetricData', DataAnswer, ({ sdk, client }) =>
          client.send(new sdk.GetMetricDataCommand(asked)),
        );
        pages.push(answer);
        token = answer.NextToken ?? undefined;
        if (token === undefined) return rowsOf(pages.flatMap(({ MetricDataResults }) => MetricDataResults));
      }
      throw misunderstood('it goes on for more pages than there can be');
    },
    alarms: (names: readonly string[]): Promise<Alarms> =>
      ask('DescribeAlarms', AlarmsAnswer, ({ sdk, client }) =>
        client.send(
          new sdk.DescribeAlarmsCommand({
            AlarmNames: [...names],
            AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
            MaxRecords: 100,
          }),
        ),
      ),
  };
}

function credentialsIn({ credentials }: Settings) {
  return credentials === undefined ? {} : { credentials };
}

function questionOf({ id, namespace, metric, dimensions, stat, unit }: Wanted, stepMs: number) {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id: id,
    MetricStat: {
      Metric: { Namespace: namespace, MetricName: metric, Dimensions },
      Period: stepMs / 1_000,
      Stat: stat,
      ...(unit === null ? {} : { Unit: unit }),
    },
    ReturnData: true,
  };
}

type Result = z.infer<typeof DataAnswer>['MetricDataResults'][number];

/**
 * `StatusCode` is `Complete`, `PartialData` where more pages follow, `InternalError` or `Forbidden` (CloudWatch's API
 * reference, "MetricDataResult"): the last page of a series has to be complete.
 */
export function rowsOf(results: readonly Result[]): Rows {
  if (results.some(({ StatusCode }) => StatusCode === 'Forbidden')) {
    const message = 'CloudWatch says that these numbers are not ours to see';
    throw new Failed({ code: 'unauthorized', message, retryAfterMs: null });
  }
  const last = new Map(results.map(({ Id, StatusCode }) => [Id, StatusCode]));
  const incomplete = [...last].filter(([, status]) => status !== 'Complete').map(([id]) => id);
  const ids = [...last.keys()].filter((id) => !incomplete.includes(id));
  const rows = ids.map((id): [string, ReadonlyMap<number, number>] => [
    id,
    rowOf(results.filter(({ Id }) => Id === id)),
  ]);
  return { byId: new Map(rows), incomplete };
}

function rowOf(parts: readonly Result[]): ReadonlyMap<number, number> {
  const points = parts.flatMap(({ Timestamps, Values }) => {
    if (Timestamps.length !== Values.length) throw misunderstood('its times and values do not fit together');
    return Timestamps.map((time, index): [number, number] => [time.getTime(), Values[index] ?? Number.NaN]);
  });
  const row = new Map(points);
  if (row.size !== points.length) throw misunderstood('it has a time twice');
  return row;
}

function misunderstood(why: string): Failed {
  const message = `CloudWatch answered with numbers that cannot be read: ${why}`;
  return new Failed({ code: 'misunderstood', message, retryAfterMs: null });
}
