import type { Can, Capabilities } from '../../core/capability.ts';
import type { Service } from './schema.ts';

/** `get-service` chooses from these (https://api-docs.render.com/reference/retrieve-service). */
const kinds: ReadonlyMap<string, string> = new Map([
  ['web_service', 'web service'],
  ['private_service', 'private service'],
  ['background_worker', 'background worker'],
  ['static_site', 'static site'],
  ['cron_job', 'cron job'],
]);

/** Absence is believed after this long: Render lists a queued deploy only once it has got to it. */
const SETTLE_MS = 15_000;

/** What can be done with this service, by its type, its plan and how it is at this moment. */
export function capabilitiesOf(service: Service): Capabilities {
  return {
    takes: isImage(service) ? 'any-name' : 'commit',
    staged: no('platform', 'Render brings a version up only in the place of the one before it'),
    replace: replaceOf(service),
    traffic: no(
      'platform',
      'Render gives a service all of its traffic or none: sharing it needs two services behind a router, such as a Cloudflare load balancer or HAProxy',
    ),
    rollback: rollbackOf(service),
    logs: logsOf(service),
    metrics: no(
      'platform',
      'Render counts a service as a whole and by the minute, never one version of it: numbers to watch have to come from elsewhere',
    ),
    maintenance: maintenanceOf(service),
    settings: {
      can: true,
      how: { readsValues: 'all' },
      caveats: ['what comes from an environment group or a secret file is not among them'],
    },
    previews: previewsOf(service),
    once: { kind: 'search', settleMs: SETTLE_MS },
  };
}

function replaceOf(service: Service): NonNullable<Capabilities['replace']> {
  if (service.type === 'cron_job')
    return no('platform', 'Render takes no commit for a cron job: it builds the newest one of its branch');
  if (!kinds.has(service.type))
    return no('platform', `Render calls this a ${service.type}, which we do not know`);
  if (service.suspended !== 'not_suspended')
    return no('not-configured', 'Render has suspended the service: resume it there first');
  const caveats = [
    'Render keeps no mark of ours with a deploy: nobody else should deploy this service meanwhile',
    ...(service.autoDeploy === 'no'
      ? []
      : [
          `pushes to ${service.branch ?? 'its branch'} are deployed by Render itself, also in the middle of this`,
        ]),
  ];
  return {
    can: true,
    how: {
      how: isImage(service)
        ? 'Render pulls the image, starts it beside the one before it and changes over when its health check answers'
        : 'Render builds the commit, starts it beside the one before it and changes over when its health check answers',
      canCancel: true,
    },
    caveats,
  };
}

function rollbackOf(service: Service): Capabilities['rollback'] {
  if (service.type === 'cron_job') return no('platform', 'Render rolls no cron job back');
  return {
    can: true,
    how: {
      kind: 'start-kept-artefact',
      how: 'call off what is on its way and let Render start the build of before again, without building',
      horizon: 'the builds that Render still keeps, which depends on the plan',
      leaves: [
        ...(service.autoDeploy === 'no'
          ? []
          : [
              'autodeploy, which is switched off so that the next push does not undo it, and stays off until somebody switches it on in the settings of the service',
            ]),
        'environment values, health check path and start command, of which Render takes some from the old deploy',
        'the number of instances and custom domains, which stay as they are now',
        'whatever the version has written',
      ],
    },
    caveats: [],
  };
}

function logsOf({ type }: Service): Capabilities['logs'] {
  if (type === 'static_site') return no('platform', 'Render hands out no log of a static site');
  return {
    can: true,
    how: { build: true, runtime: true, retention: 'as long as the plan keeps them' },
    caveats: ['lines name no deploy: they are told apart by when each deploy was live'],
  };
}

function maintenanceOf({ type }: Service): NonNullable<Capabilities['maintenance']> {
  if (type !== 'web_service') return no('platform', 'Render has a maintenance page for web services only');
  return {
    can: true,
    how: {},
    caveats: [
      'the page is the one that is set at Render: it says neither why nor until when, and stays until it is taken away',
    ],
  };
}

function previewsOf(service: Service): NonNullable<Capabilities['previews']> {
  if (!isImage(service))
    return no('platform', 'Render makes previews over its API only of services that run an image');
  if (
    service.type !== 'web_service' &&
    service.type !== 'private_service' &&
    service.type !== 'background_worker'
  )
    return no('platform', `Render makes no previews of a ${kinds.get(service.type) ?? service.type}`);
  return {
    can: true,
    how: {},
    caveats: ['each preview is a service of its own and costs what its plan costs'],
  };
}

function isImage({ imagePath }: Service): boolean {
  return imagePath !== undefined && imagePath !== '';
}

/** `reason` is a sentence without its full stop. */
function no(why: Extract<Can<never>, { can: false }>['why'], reason: string) {
  return { can: false, why, say: `${reason}.` } as const;
}
