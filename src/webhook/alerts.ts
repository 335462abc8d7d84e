import { z } from 'zod';
import type { Catalog } from '../core/catalog.ts';
import type { Scope } from '../core/scope.ts';
import type { ToldAlert } from '../core/told-alert.ts';
import type { Webhook } from './webhook.ts';

/** More at once is a storm, which one message tells as well as fifty. */
const ALERTS_MAX = 50;
const LENGTH_MAX = 300;

const Texts = z.record(z.string(), z.string());
const Moment = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config, as far as we read it. */
const Delivery = z.object({
  version: z.literal('4'),
  alerts: z.array(
    z.object({
      status: z.enum(['firing', 'resolved']),
      labels: Texts,
      annotations: Texts.default({}),
      startsAt: Moment,
      fingerprint: z.string().regex(/^[0-9a-f]{1,64}$/),
    }),
  ),
});

/** What a delivery of Alertmanager tells of what is ours; null where it is none. */
export function alertsIn(
  catalog: Catalog,
  { name: from, labels: named }: Webhook,
  body: unknown,
): ToldAlert[] | null {
  const { data } = Delivery.safeParse(body);
  if (data === undefined) return null;
  return data.alerts
    .slice(0, ALERTS_MAX)
    .flatMap(({ status, labels, annotations, startsAt, fingerprint }) => {
      const scope = scopeOf(
        catalog,
        ownLabel(labels, named?.service ?? 'service'),
        ownLabel(labels, named?.environment ?? 'environment'),
      );
      if (scope === null) return [];
      return [
        {
          from,
          fingerprint,
          isFiring: status === 'firing',
          name: oneLine(ownLabel(labels, 'alertname')) ?? 'An alert without a name',
          severity: oneLine(ownLabel(labels, 'severity')),
          summary: oneLine(ownLabel(annotations, 'summary') ?? ownLabel(annotations, 'description')),
          scope,
          startedAtMs: startsAt,
        },
      ];
    });
}

function ownLabel(labels: Readonly<Record<string, string>>, name: string): string | null {
  return Object.hasOwn(labels, name) ? (labels[name] ?? null) : null;
}

/** Null for what is not about anything of ours: a service or an environment that nobody configured. */
function scopeOf(
  { services, environments }: Catalog,
  service: string | null,
  environment: string | null,
): Scope | null {
  const isService = services.some(({ name }) => name === service);
  const isEnvironment = environments.some(({ name }) => name === environment);
  if ((service !== null && !isService) || (environment !== null && !isEnvironment)) return null;
  return service === null && environment === null ? null : { service, environment };
}

function oneLine(text: string | null): string | null {
  const line =
    text
      ?.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
      .trim()
      .slice(0, LENGTH_MAX) ?? '';
  return line === '' ? null : line;
}
