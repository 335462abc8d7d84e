import type { Can, Capabilities } from '../../core/capability.ts';
import { gitSourceOf } from './git-source.ts';
import type { Project } from './schema.ts';

/** Vercel shows a deployment to whoever lists them a little after it has taken it. */
const SETTLE_MS = 10_000;
const SWITCH = '“Auto-assign Custom Production Domains” off, in its settings under Environments, Production';

/** What can be done with this project, by how it is set up and by its plan. */
export function capabilitiesOf(project: Project): Capabilities {
  return {
    takes: 'commit',
    staged: stagedOf(project),
    replace: replaceOf(project),
    traffic: trafficControlOf(project),
    rollback: rollbackOf(project),
    logs: {
      can: true,
      how: { build: true, runtime: false, retention: 'as long as Vercel keeps the deployment' },
      caveats: ['what runs logs into a live stream at Vercel that keeps nothing: send it to a log drain'],
    },
    metrics: no(
      'plan',
      'Vercel hands out numbers of a deployment only with Observability Plus, and not over its API',
    ),
    maintenance: no(
      'platform',
      'Vercel has no maintenance page: a project can only be paused, and people get an error page then',
    ),
    settings: {
      can: true,
      how: { readsValues: 'some' },
      caveats: [
        'values that Vercel keeps as sensitive can be read by nobody, and are compared by name alone',
      ],
    },
    previews: gitSourceOf(project, 'HEAD') === null ? noRepository : { can: true, how: {}, caveats: [] },
    once: { kind: 'marker', settleMs: SETTLE_MS },
  };
}

/** Whether Vercel gives a deployment the domains by itself as soon as it is ready. */
export function assignsByItself({ autoAssignCustomDomains }: Project): boolean {
  return autoAssignCustomDomains !== false;
}

/** The shares of a rolling release that this project would start, without the last one; null where there is none. */
export function stagesOf({ rollingRelease }: Project): readonly number[] | null {
  if (rollingRelease == null) return null;
  const percents = (rollingRelease.stages ?? []).map(({ targetPercentage }) => targetPercentage);
  return percents.filter((percent) => percent < 100);
}

function stagedOf(project: Project): Capabilities['staged'] {
  if (gitSourceOf(project, 'HEAD') === null) return noRepository;
  if (assignsByItself(project))
    return no(
      'not-configured',
      `Vercel gives every new deployment of this project its domains at once: switch ${SWITCH}`,
    );
  return { can: true, how: {}, caveats: sharesEnvironment };
}

function replaceOf(project: Project): NonNullable<Capabilities['replace']> {
  if (gitSourceOf(project, 'HEAD') === null) return noRepository;
  if (!assignsByItself(project))
    return no(
      'not-configured',
      'Vercel stages the deployments of this project: it gives one the domains only when it is promoted',
    );
  if (stagesOf(project) !== null)
    return no(
      'not-configured',
      `Vercel would begin a rolling release by itself and go through it alone: switch ${SWITCH}, so that it is begun from here`,
    );
  return {
    can: true,
    how: { how: 'Vercel builds the commit and moves all domains to it when it is ready', canCancel: true },
    caveats: sharesEnvironment,
  };
}

const sharesEnvironment = [
  'it is built with the environment values of now, and keeps them when it is gone back to',
] as const;

function trafficControlOf(project: Project): Capabilities['traffic'] {
  if (assignsByItself(project))
    return no('not-configured', `Vercel moves the domains of this project by itself: switch ${SWITCH}`);
  const stages = stagesOf(project);
  if (stages === null || stages.length === 0) {
    return {
      can: true,
      how: { kind: 'flip', isAtomic: true },
      caveats: ['all domains are moved to a deployment that is built already, within seconds'],
    };
  }
  const isLedFromHere = (project.rollingRelease?.stages ?? []).every(
    ({ targetPercentage, requireApproval }) => targetPercentage >= 100 || requireApproval === true,
  );
  if (!isLedFromHere)
    return no(
      'not-configured',
      'Vercel goes on with the rolling releases of this project by itself: set each stage there to need approval',
    );
  return {
    can: true,
    how: { kind: 'stages', percents: stages, settleMs: 30_000 },
    caveats: [
      'shares only rise, one stage after the other, or all of it goes back',
      'Vercel draws lots for each visitor once: shares are only roughly so where few people come',
    ],
  };
}

function rollbackOf({ targets }: Project): Capabilities['rollback'] {
  const plan = targets?.['production']?.plan ?? null;
  const horizon =
    plan === 'hobby'
      ? 'the deployment right before this one, and no earlier one: the plan is Hobby'
      : 'every deployment that has served production and that Vercel still keeps';
  return {
    can: true,
    how: {
      kind: 'pointer',
      keepsReady: true,
      how: 'call off what is being built and point the domains at the deployment of before, within seconds',
      horizon: plan === null ? `${horizon}; on the plan Hobby only the one right before it` : horizon,
      leaves: [
        '“Auto-assign Custom Production Domains” off: Vercel switches it off when it rolls back, and new deployments get no domains until one is promoted',
        'environment values as the old deployment was built with them, whatever has been set since',
        'cron jobs, which go back to those of the old deployment',
        'whatever the version has written',
      ],
    },
    caveats: [],
  };
}

const noRepository = no(
  'not-configured',
  'Vercel has no repository connected to this project that we know how to build from',
);

/** `reason` is a sentence without its full stop. */
function no(why: Extract<Can<never>, { can: false }>['why'], reason: string) {
  return { can: false, why, say: `${reason}.` } as const;
}
