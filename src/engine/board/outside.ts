import type { Alarm } from '../../alarm/alarm.ts';
import { serviceNamed, targetOf } from '../../core/catalog.ts';
import { Failed } from '../../core/failure.ts';
import type { Maintenance, OutsidePart } from '../../core/maintenance.ts';
import { targetId } from '../../core/names.ts';
import type { Site } from '../../platform/platform.ts';
import type { EngineParts } from '../parts.ts';
import { placesIn } from './reach.ts';

/** What a maintenance would switch outside, and what of it cannot be. Asks platforms what they can. */
export async function outsideOf(
  parts: EngineParts,
  maintenance: Pick<Maintenance, 'scope' | 'allowsDeploys' | 'keepsServing'>,
): Promise<OutsidePart[]> {
  const alarms = parts.alarms?.() ?? [];
  const pages = await Promise.all(
    placesIn(parts.catalog(), maintenance.scope).map((place) => pageAt(parts, place, maintenance)),
  );
  const alerts: OutsidePart[] =
    alarms.length === 0
      ? [{ what: 'alerts', state: 'cannot', say: 'no alarm source is configured, so that nothing is muted' }]
      : alarms.map(({ name }) => ({ what: alertsOf(name), state: 'off', say: '' }));
  return [...alerts, ...pages];
}

type Place = { readonly service: string; readonly environment: string };

const alertsOf = (name: string) => `alerts of ${name}`;
const pageOf = ({ service, environment }: Place) => `page of ${service} in ${environment}`;

async function pageAt(
  parts: EngineParts,
  place: Place,
  { allowsDeploys, keepsServing }: Pick<Maintenance, 'allowsDeploys' | 'keepsServing'>,
): Promise<OutsidePart> {
  const what = pageOf(place);
  const cannot = (say: string): OutsidePart => ({ what, state: 'cannot', say });
  if (keepsServing) return cannot('the service goes on answering, as was asked for');
  if (allowsDeploys) return cannot('deployments are allowed, and they look at what people get to see');
  try {
    const { maintenance } = await siteAt(parts, place).capabilities();
    if (maintenance === undefined) return cannot('its platform has not said that it has such a page');
    return maintenance.can ? { what, state: 'off', say: '' } : cannot(maintenance.say);
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return { what, state: 'failed', say: error.failure.message };
  }
}

/** @throws {Failed} */
function siteAt(parts: EngineParts, { service, environment }: Place): Site {
  const found = serviceNamed(parts.catalog(), service);
  const target = found === null ? null : targetOf(found, environment);
  if (target !== null) return parts.siteOf({ ...target, id: targetId(service, environment) });
  const message = `${service} does not run in ${environment} any more`;
  throw new Failed({ code: 'not-found', message, retryAfterMs: null });
}

/**
 * Switches everything to one state, each for itself; answers how each of them is. What cannot be switched stays so, and
 * what failed is told and can be tried again: every call is a desired state.
 */
export function switchOutside(
  parts: EngineParts,
  id: string,
  maintenance: Maintenance,
  to: 'on' | 'off',
): Promise<OutsidePart[]> {
  return Promise.all(
    maintenance.outside.map(async (part): Promise<OutsidePart> => {
      if (part.state === 'cannot' || part.state === to) return part;
      try {
        await switchOne(parts, id, maintenance, part.what, to);
        return { what: part.what, state: to, say: '' };
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
        return { what: part.what, state: 'failed', say: error.failure.message };
      }
    }),
  );
}

/** @throws {Failed} */
async function switchOne(
  parts: EngineParts,
  id: string,
  { scope, untilMs, reason }: Maintenance,
  what: string,
  to: 'on' | 'off',
): Promise<void> {
  const alarm: Alarm | undefined = parts.alarms?.().find(({ name }) => alertsOf(name) === what);
  if (alarm !== undefined) {
    return to === 'on' ? alarm.mute({ id, scope, untilMs, reason }) : alarm.unmute({ id, scope });
  }
  const place = placesIn(parts.catalog(), scope).find((each) => pageOf(each) === what);
  const site = place === undefined ? null : siteAt(parts, place);
  if (site?.maintain !== undefined) return site.maintain(to === 'on' ? { untilMs, reason } : null);
  throw new Failed({ code: 'not-found', message: 'it is not configured any more', retryAfterMs: null });
}
