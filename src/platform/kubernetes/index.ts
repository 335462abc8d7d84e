import type { Http } from '../../http/door.ts';
import type { Around, PlatformKind, Site } from '../platform.ts';
import { hostOf } from './access/access.ts';
import { Address } from './address.ts';
import { clusterOver } from './client.ts';
import { argoSite } from './mode/argo.ts';
import { blueGreenSite } from './mode/blue-green.ts';
import { gatewaySite } from './mode/gateway.ts';
import { replicasSite } from './mode/replicas.ts';
import { rollingSite } from './mode/rolling.ts';
import type { Place } from './place.ts';
import { Settings } from './settings.ts';

const summary = 'Deployments, Services, HTTPRoutes and Argo Rollouts in a Kubernetes cluster';

/** Any cluster from 1.21 on: one way of changing versions for each mode of an address. */
export const kubernetes: PlatformKind = {
  id: 'kubernetes',
  summary,
  Address,
  Settings,
  open(name, given, around) {
    const settings = Settings.parse(given);
    const http = openOnce(settings, around);
    return {
      id: name,
      summary,
      Address,
      site({ id, address }, urgency = 'usual') {
        const parsed = Address.parse(address);
        const isUrgent = urgency === 'urgent';
        const httpOf = async () => (isUrgent ? (await http()).urgent : http());
        const cluster = clusterOver(httpOf, parsed.namespace);
        const { clock, redact } = around;
        return siteOf(parsed, { targetId: id, cluster, clock, redact, isUrgent });
      },
      close: async () => undefined,
    };
  },
};

/** The kubeconfig is read when the cluster is first asked something; what could not be read is read again. */
function openOnce(settings: Settings, around: Around): () => Promise<Http> {
  let opening: Promise<Http> | null = null;
  return () => {
    opening ??= hostOf(settings, around).then(around.door);
    opening.catch(() => {
      opening = null;
    });
    return opening;
  };
}

function siteOf(address: Address, place: Place): Site {
  switch (address.mode) {
    case 'rolling':
      return rollingSite(address, place);
    case 'blue-green':
      return blueGreenSite(address, place);
    case 'gateway':
      return gatewaySite(address, place);
    case 'replicas':
      return replicasSite(address, place);
    case 'argo':
      return argoSite(address, place);
  }
}
