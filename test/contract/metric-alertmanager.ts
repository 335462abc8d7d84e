import { openMetric } from '../../src/metric/index.ts';
import { openStandIn } from '../support/stand-in/index.ts';
import { askedAt } from './metric-asked.ts';
import type { JudgingMember } from './metric-member.ts';
import { aroundOver } from './metric-way.ts';

const AT = '2026-11-20T12:00:00.000Z';

const alert = (labels: Record<string, string>) => ({
  labels,
  annotations: {},
  receivers: [{ name: 'ours' }],
  fingerprint: 'a1b2c3d4e5f60718',
  startsAt: AT,
  updatedAt: AT,
  endsAt: AT,
  status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] },
});

export const alertmanager: JudgingMember = {
  name: 'alertmanager',
  async open(way) {
    let what = 'well';
    const standIn = await openStandIn({
      spec: 'alertmanager-v2.yaml',
      basePath: '/api/v2',
      handle: ({ query }) => {
        const isHeartbeat = query.getAll('filter').includes('alertname="Watchdog"');
        if (isHeartbeat)
          return { status: 200, json: what === 'silent' ? [] : [alert({ alertname: 'Watchdog' })] };
        return { status: 200, json: what === 'ill' ? [alert({ alertname: 'Slow', service: 'shop' })] : [] };
      },
    });
    const settings = { url: standIn.url.replace(/\/api\/v2$/, '') };
    const query = { matchers: ['service="shop"'], watchdog: ['alertname="Watchdog"'] };
    return {
      canBeSilent: true,
      source: () => openMetric({ name: 'alerts', kind: 'alertmanager', settings }, aroundOver(way, 'none')),
      asked: () => askedAt(Date.parse(AT), query),
      be: (next) => {
        what = next;
      },
      close: () => standIn.close(),
    };
  },
};
