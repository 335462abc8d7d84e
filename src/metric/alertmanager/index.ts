import { z } from 'zod';
import type { Verdict } from '../../core/verdict.ts';
import type { Http } from '../../http/door.ts';
import { Matchers, matchersOf, sayAlerts } from '../alert-query.ts';
import { atMs, firedBefore, isFromBefore } from '../fired-before.ts';
import { metricKind } from '../kind.ts';
import type { Asked } from '../metric.ts';
import { writtenMatcher } from '../selector.ts';
import { openServer, ServerSettings } from '../server.ts';

const Query = z.strictObject({
  matchers: Matchers,
  watchdog: Matchers.optional().describe(
    'An alert that always fires, such as alertname="Watchdog": where it is gone, nobody would tell of the others.',
  ),
});

/** https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml: those that we read. */
const Alerts = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    status: z.object({ state: z.string() }),
    startsAt: z.string().optional(),
  }),
);
type Alerts = z.output<typeof Alerts>;

/** Alerts that are active there now, and neither silenced nor inhibited. */
export const alertmanager = metricKind({
  id: 'alertmanager',
  summary: 'Alerts of Alertmanager: one that is active is a no',
  Settings: ServerSettings,
  Query,
  open(settings, around) {
    const http = openServer(settings, around);
    return {
      async verdict(asked) {
        const { matchers, watchdog } = asked.query;
        const [alerts, heartbeat] = await Promise.all([
          alertsOf(http, matchers),
          watchdog === undefined ? null : alertsOf(http, watchdog),
        ]);
        return judged(asked, matchers, alerts, heartbeat);
      },
    };
  },
});

async function alertsOf(http: Http, matchers: readonly string[]): Promise<Alerts> {
  const filter = matchersOf(matchers).map(writtenMatcher);
  return http.get('/api/v2/alerts', Alerts, { active: true, silenced: false, inhibited: false, filter });
}

function judged(
  asked: Asked,
  matchers: readonly string[],
  alerts: Alerts,
  heartbeat: Alerts | null,
): Verdict {
  const active = alerts.filter(({ status }) => status.state === 'active');
  const news = active.filter(({ startsAt }) => !isFromBefore(asked, atMs(startsAt)));
  if (news.length > 0) {
    return { kind: 'fail', because: `active now: ${sayAlerts(news.map(({ labels }) => labels))}` };
  }
  if (active.length > 0) return firedBefore(sayAlerts(active.map(({ labels }) => labels)));
  if (alerts.length > 0) {
    return {
      kind: 'unknown',
      because: `whether it counts is not known yet: ${sayAlerts(alerts.map(({ labels }) => labels))}`,
    };
  }
  if (heartbeat?.length === 0) {
    return {
      kind: 'unknown',
      because: 'the alert that always fires does not: nobody would tell of another one',
    };
  }
  return { kind: 'pass', because: `no alert with ${matchers.join(', ')} is active` };
}
