import { serviceNamed, targetOf } from '../../core/catalog.ts';
import { Failed } from '../../core/failure.ts';
import { targetId } from '../../core/names.ts';
import type { PlannedTarget } from '../../core/plan.ts';
import type { Subject } from '../../gate/gate.ts';
import type { Site } from '../../platform/platform.ts';
import { deployedAt } from '../desk/deployed.ts';
import type { EngineParts } from '../parts.ts';

/** What a gate may look at when it is asked about a target. @throws {Failed} for a kind of source that is not there */
export function subjectOf(parts: EngineParts, target: PlannedTarget, site: Site, nowMs: number): Subject {
  const { service, environment } = target;
  const configured = serviceNamed(parts.catalog(), service);
  return {
    target,
    site,
    dependencies: dependenciesOf(parts, service, environment),
    probe: parts.probe,
    source: configured === null ? null : parts.sourceOf(configured),
    deployedIn: (other) => deployedAt(parts.store, service, other),
    outside(baseUrl, secret) {
      if (parts.outside === undefined) throw cannot('there is no way out to other addresses');
      return parts.outside(baseUrl, secret);
    },
    async isSecretThere(reference) {
      if (parts.isSecretThere === undefined) throw cannot('nobody could say which secrets there are');
      return parts.isSecretThere(reference);
    },
    reach: parts.reach ?? noReach,
    nowMs,
  };
}

const noReach: Subject['reach'] = {
  file: nowhere,
  certificate: nowhere,
  records: nowhere,
  answer: nowhere,
};

async function nowhere(): Promise<never> {
  throw cannot('gates can look at nothing but platforms');
}

/** The services that one needs, in the same environment. */
function dependenciesOf(parts: EngineParts, service: string, environment: string): Subject['dependencies'] {
  const catalog = parts.catalog();
  return (serviceNamed(catalog, service)?.needs ?? []).map((need) => {
    const needed = serviceNamed(catalog, need);
    const target = needed === null ? null : targetOf(needed, environment);
    if (target === null) return { service: need, site: null };
    return { service: need, site: parts.siteOf({ ...target, id: targetId(need, environment) }) };
  });
}

function cannot(message: string): Failed {
  return new Failed({ code: 'unsupported', message: `${message} in this process`, retryAfterMs: null });
}
