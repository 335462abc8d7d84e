import { strategies } from '../core/strategy/index.ts';
import { checkFlags } from './check-flags.ts';
import { checkGates } from './check-gates.ts';
import { checkMetrics } from './check-metrics.ts';
import { checkMigrations } from './check-migrations.ts';
import { checkPlatforms, checkWebhooks } from './check-platforms.ts';
import { checkProducts } from './check-products.ts';
import { checkRunbooks } from './check-runbooks.ts';
import { checkWatch } from './check-watch.ts';
import type { Known } from './known.ts';
import type { SlipwayFile } from './schema.ts';
import { exists, type Wrong } from './wrong.ts';

/** Looks for names of what does not exist, addresses that the platform does not take, and services that need each other. */
export function checkMeaning(file: SlipwayFile, known: Known): Wrong[] {
  const services = Object.entries(file.services).flatMap(([name, service]) => [
    ...Object.entries(service.targets).flatMap(([environment, target]) =>
      checkTarget(['services', name, 'targets', environment], environment, target, file, known),
    ),
    ...checkNeeds(name, file),
    ...checkSource(name, service.source, known),
  ]);
  return [
    ...services,
    ...checkCircles(file),
    ...checkPlatforms(file, known),
    ...checkMigrations(file, known),
    ...checkWebhooks(file),
    ...checkProducts(file),
    ...checkInstalling(file),
    ...file.grants.flatMap((grant, index) => checkNames(['grants', index], grant, file)),
    ...checkRunbooks(file),
    ...file.freezes.flatMap((freeze, index) => checkFreeze(index, freeze, file)),
    ...Object.entries(file.alarms).flatMap(([name, alarm]) => checkAlarm(name, alarm, known)),
    ...checkMetrics(file, known),
    ...checkFlags(file, known),
    ...file.notify.flatMap((rule, index) => checkNames(['notify', index], rule, file)),
  ];
}

function checkFreeze(
  index: number,
  { service, environment }: SlipwayFile['freezes'][number],
  file: SlipwayFile,
): Wrong[] {
  const path = ['freezes', index];
  return [
    ...(service === null ? [] : exists('service', service, Object.keys(file.services), [...path, 'service'])),
    ...(environment === null
      ? []
      : exists('environment', environment, Object.keys(file.environments), [...path, 'environment'])),
  ];
}

function checkAlarm(name: string, alarm: SlipwayFile['alarms'][string], known: Known): Wrong[] {
  const path = ['alarms', name];
  const { kind, ...settings } = alarm;
  const unknown = exists('kind of alarm source', kind, known.alarms, [...path, 'kind']);
  if (unknown.length > 0) return unknown;
  return known.checkAlarm(kind, settings).map((issue) => ({
    path: [...path, ...issue.path],
    message: `the alarm source ${kind} does not take this: ${issue.message}.`,
    meant: [],
  }));
}

type Target = SlipwayFile['services'][string]['targets'][string];

function checkTarget(
  path: Wrong['path'],
  environment: string,
  target: Target,
  file: SlipwayFile,
  known: Known,
): Wrong[] {
  const strategyIds = strategies.map(({ id }) => id);
  const kind = kindOf(target.platform, file);
  const names = ['local', ...Object.keys(file.platforms)];
  const platform = isBareKind(target.platform, names, known)
    ? [bareKind(target.platform, [...path, 'platform'])]
    : exists('platform', target.platform, names, [...path, 'platform']);
  return [
    ...exists('environment', environment, Object.keys(file.environments), path).map((wrong) => ({
      ...wrong,
      which: 'key' as const,
    })),
    ...platform,
    ...exists('strategy', target.strategy, strategyIds, [...path, 'strategy']),
    ...checkWatch(path, target, file, known),
    ...checkGates(path, target, file, known),
    ...(kind === null ? [] : checkAddress(path, kind, target, known)),
  ];
}

function isBareKind(name: string, names: readonly string[], known: Known): boolean {
  return !names.includes(name) && known.platforms.includes(name);
}

/** Who writes the kind where the name belongs is told the next thing to write. */
function bareKind(kind: string, path: Wrong['path']): Wrong {
  const message = `${kind} is a kind of platform: say whose it is under platforms, with a name, and write that name here.`;
  return { path, message, meant: [] };
}

/** What a platform of this name is; null where there is none. */
function kindOf(name: string, { platforms }: SlipwayFile): string | null {
  return name === 'local' ? 'local' : (platforms[name]?.kind ?? null);
}

function checkAddress(
  path: Wrong['path'],
  kind: string,
  { platform, address }: Target,
  known: Known,
): Wrong[] {
  return known.checkAddress(kind, address).map((issue) => ({
    path: [...path, 'address', ...issue.path],
    message: `the platform ${platform} does not take this: ${issue.message}.`,
    meant: [],
  }));
}

function checkSource(name: string, source: SlipwayFile['services'][string]['source'], known: Known): Wrong[] {
  if (source === null) return [];
  const path = ['services', name, 'source'];
  const { kind, ...settings } = source;
  const unknown = exists('kind of source', kind, known.sources, [...path, 'kind']);
  if (unknown.length > 0) return unknown;
  return known.checkSource(kind, settings).map((issue) => ({
    path: [...path, ...issue.path],
    message: `the source ${kind} does not take this: ${issue.message}.`,
    meant: [],
  }));
}

/** A service that is needed has to be where it is needed. */
function checkNeeds(name: string, { services }: SlipwayFile): Wrong[] {
  const { needs, targets } = services[name] ?? { needs: [], targets: {} };
  return needs.flatMap((needed, index) => {
    const path = ['services', name, 'needs', index];
    const unknown = exists('service', needed, Object.keys(services), path);
    const absent = Object.keys(targets).filter(
      (environment) => !Object.hasOwn(services[needed]?.targets ?? {}, environment),
    );
    if (unknown.length > 0 || absent.length === 0) return unknown;
    return [
      {
        path,
        message: `${needed} has no target in ${absent.join(', ')}, where ${name} needs it.`,
        meant: [],
      },
    ];
  });
}

/** Each circle is told once, at the service that comes first in the file. */
function checkCircles({ services }: SlipwayFile): Wrong[] {
  const done = new Set<string>();
  const wrong: Wrong[] = [];

  function visit(name: string, trail: readonly string[]): void {
    const start = trail.indexOf(name);
    if (start !== -1) {
      const circle = [...trail.slice(start), name].join(' needs ');
      wrong.push({
        path: ['services', name, 'needs'],
        message: `goes round in a circle: ${circle}.`,
        meant: [],
      });
      return;
    }
    if (done.has(name)) return;
    for (const needed of services[name]?.needs ?? []) visit(needed, [...trail, name]);
    done.add(name);
  }

  for (const name of Object.keys(services)) visit(name, []);
  return wrong;
}

type Named = Pick<SlipwayFile['grants'][number], 'services' | 'environments'>;

function checkNames(path: Wrong['path'], named: Named, file: SlipwayFile): Wrong[] {
  const places = [
    ['service', 'services', Object.keys(file.services)],
    ['environment', 'environments', Object.keys(file.environments)],
  ] as const;
  return places.flatMap(([kind, key, names]) => {
    const listed = named[key];
    if (listed === 'all') return [];
    return listed.flatMap((name, at) => exists(kind, name, names, [...path, key, at]));
  });
}

/** Where workspaces install the app, it has to be said which may, and to which one a channel belongs. */
function checkInstalling({ slack, environments }: SlipwayFile): Wrong[] {
  if (slack.clientId === null) return [];
  const nobody: Wrong[] =
    slack.homeTeam === null && slack.workspaces.length === 0
      ? [
          {
            path: ['slack', 'clientId'],
            message: 'lets workspaces install the app, but neither homeTeam nor workspaces says which may.',
            meant: [],
          },
        ]
      : [];
  const channels = [
    ...(slack.channel === null ? [] : [[['slack', 'channel'], slack.channel] as const]),
    ...Object.entries(environments).map(
      ([name, { channel }]) => [['environments', name, 'channel'], channel] as const,
    ),
  ];
  const lost = channels.filter(([, channel]) => slack.homeTeam === null && !channel.includes('/'));
  return [
    ...nobody,
    ...lost.map(([path, channel]) => ({
      path,
      message: `is in some workspace, but nobody says in which: write T…/${channel}, or set slack.homeTeam.`,
      meant: [],
    })),
  ];
}
