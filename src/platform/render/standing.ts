import type { Health, Standing, StandingRelease } from '../platform.ts';
import type { Deploy, Service } from './schema.ts';
import { versionOf } from './version.ts';

/** Words of `deployStatus` in Render's description of its API, and what each means. Any other word is `unknown`. */
const words: ReadonlyMap<string, { readonly health: Health; readonly say: string }> = new Map([
  ['created', { health: 'starting', say: 'Render has taken it' }],
  ['queued', { health: 'starting', say: 'waits for its turn at Render' }],
  ['build_in_progress', { health: 'starting', say: 'is being built' }],
  ['pre_deploy_in_progress', { health: 'starting', say: 'runs its pre-deploy command' }],
  ['update_in_progress', { health: 'starting', say: 'is built and comes up' }],
  ['live', { health: 'healthy', say: 'live' }],
  ['deactivated', { health: 'gone', say: 'was live until another deploy took its place' }],
  ['build_failed', { health: 'gone', say: 'its build failed' }],
  ['pre_deploy_failed', { health: 'gone', say: 'its pre-deploy command failed' }],
  ['update_failed', { health: 'gone', say: 'was built and did not come up' }],
  ['canceled', { health: 'gone', say: 'was cancelled' }],
]);

/** How long what has ended is still shown. */
const GONE_SHOWN_MS = 24 * 3_600_000;

export function isOnItsWay({ status }: Deploy): boolean {
  return words.get(status ?? '')?.health === 'starting';
}

/** What can be rolled back to, as far as a status can tell. */
export function wasLive({ status }: Deploy): boolean {
  return status === 'live' || status === 'deactivated';
}

/**
 * What Render says, in our words. `deploys` are newest first. At most one is live, which has all the traffic; where
 * Render calls two of them live, nobody knows which one answers, and neither passes for healthy.
 */
export function standingOf(service: Service, deploys: readonly Deploy[], atMs: number): Standing {
  const live = deploys.filter(({ status }) => status === 'live');
  const releases = deploys
    .map((deploy) => releaseOf(service, deploy, deploy === live[0]))
    .map((release) => (live.length > 1 ? inDoubt(release, live) : release))
    .filter((release, index) => release.health !== 'gone' || isRecent(deploys[index], atMs));
  return { atMs, frontDoor: service.serviceDetails?.url ?? null, releases };
}

function releaseOf(service: Service, deploy: Deploy, serves: boolean): StandingRelease {
  const word = words.get(deploy.status ?? '');
  const { health, say } = word ?? { health: 'unknown' as const, say: sayWord(deploy.status) };
  return {
    releaseId: deploy.id,
    version: versionOf(deploy),
    trafficPercent: serves ? 100 : 0,
    ...(serves ? serving(service, deploy) : { health, say: `${say}${sayTrigger(deploy)}` }),
    url: null,
    intentId: null,
  };
}

/** A live deploy of a service that is suspended answers nobody. */
function serving(service: Service, deploy: Deploy): Pick<StandingRelease, 'health' | 'say'> {
  if (service.suspended === 'suspended') {
    const by = (service.suspenders ?? []).join(', ');
    return { health: 'unhealthy', say: `the service is suspended${by === '' ? '' : ` (by ${by})`}` };
  }
  if (service.suspended !== 'not_suspended') {
    return { health: 'unknown', say: `Render says “${oneWord(service.suspended)}” of the service` };
  }
  const { maintenanceMode } = service.serviceDetails ?? {};
  const page = maintenanceMode?.enabled === true ? ', behind the maintenance page' : '';
  return { health: 'healthy', say: `live${page}${sayTrigger(deploy)}${sayAutoDeploy(service, deploy)}` };
}

/** Render itself leaves it on when its API rolls back; we switch it off, and somebody has to switch it on again. */
function sayAutoDeploy({ autoDeploy }: Service, { trigger }: Deploy): string {
  if (trigger !== 'rollback') return '';
  return autoDeploy === 'no'
    ? ', autodeploy is off: switch it on in the settings of the service when the cause is mended'
    : ', autodeploy is on: the next push takes its place';
}

function sayTrigger({ trigger }: Deploy): string {
  switch (trigger) {
    case 'rollback':
      return ', by a rollback';
    case 'new_commit':
      return ', by a push';
    case 'manual':
      return ', by hand';
    case 'deploy_hook':
      return ', by a deploy hook';
    default:
      return '';
  }
}

function inDoubt(release: StandingRelease, live: readonly Deploy[]): StandingRelease {
  if (!live.some(({ id }) => id === release.releaseId)) return release;
  return { ...release, health: 'unknown', say: `Render calls ${live.length} deploys live at once` };
}

function isRecent(deploy: Deploy | undefined, atMs: number): boolean {
  const sinceMs = Date.parse(deploy?.finishedAt ?? deploy?.updatedAt ?? deploy?.createdAt ?? '');
  return !Number.isNaN(sinceMs) && atMs - sinceMs < GONE_SHOWN_MS;
}

function sayWord(status: string | undefined): string {
  return status === undefined
    ? 'Render does not say how it is'
    : `Render says “${oneWord(status)}”, which we do not know`;
}

function oneWord(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').slice(0, 60);
}
