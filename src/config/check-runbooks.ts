import type { RunbookFile } from './runbook-schema.ts';
import type { SlipwayFile } from './schema.ts';
import { exists, type Wrong } from './wrong.ts';

/** Looks for steps that need what does not come before them, and for places that are nowhere. */
export function checkRunbooks(file: SlipwayFile): Wrong[] {
  return Object.entries(file.runbooks).flatMap(([name, runbook]) => [
    ...checkFailBack(name, runbook, file),
    ...runbook.steps.flatMap((step, index) => [
      ...checkOrder(['runbooks', name, 'steps', index], runbook.steps, index),
      ...checkPlace(['runbooks', name, 'steps', index], step, file),
      ...checkPlatform(['runbooks', name, 'steps', index], step, file),
      ...checkOwner(['runbooks', name, 'steps', index, 'owner'], step, file),
    ]),
    ...runbook.escalate.flatMap((who, index) => checkGroup(['runbooks', name, 'escalate', index], who, file)),
  ]);
}

type Step = RunbookFile['steps'][number];

function checkFailBack(name: string, { failBack }: RunbookFile, { runbooks }: SlipwayFile): Wrong[] {
  const path = ['runbooks', name, 'failBack'];
  if (failBack === name) return [{ path, message: 'leads back to itself.', meant: [] }];
  return failBack === null ? [] : exists('runbook', failBack, Object.keys(runbooks), path);
}

/** What comes later cannot be needed, so that nothing goes round in a circle. */
function checkOrder(path: Wrong['path'], steps: readonly Step[], index: number): Wrong[] {
  const before = steps.slice(0, index).map(({ name }) => name);
  const step = steps[index];
  if (step === undefined) return [];
  const isTwice = before.includes(step.name);
  return [
    ...(isTwice ? [{ path: [...path, 'name'], message: 'is the name of an earlier step.', meant: [] }] : []),
    ...(step.needs ?? []).flatMap((need, at) => exists('earlier step', need, before, [...path, 'needs', at])),
  ];
}

function checkPlace(path: Wrong['path'], step: Step, { services, environments }: SlipwayFile): Wrong[] {
  const places = Object.keys(environments);
  if (step.do === 'freeze') {
    return [
      ...(step.service === null
        ? []
        : exists('service', step.service, Object.keys(services), [...path, 'service'])),
      ...(step.environment === null
        ? []
        : exists('environment', step.environment, places, [...path, 'environment'])),
    ];
  }
  if (step.do === 'manual' || step.do === 'announce') return [];
  const unknown = exists('service', step.service, Object.keys(services), [...path, 'service']);
  if (unknown.length > 0) return unknown;
  const targets = Object.keys(services[step.service]?.targets ?? {});
  const where = `environment of ${step.service}`;
  return [
    ...exists(where, step.environment, targets, [...path, 'environment']),
    ...(step.do === 'deploy' && step.from !== null
      ? exists(where, step.from, targets, [...path, 'from'])
      : []),
  ];
}

/** Whoever is called is there, and what is named of it too, as far as that can be told without calling. */
function checkPlatform(path: Wrong['path'], step: Step, { platforms, services }: SlipwayFile): Wrong[] {
  if (step.do === 'failover') {
    const address = services[step.service]?.targets[step.environment]?.address;
    return exists(`arm of ${step.service} in ${step.environment}`, step.to, armsOf(address), [...path, 'to']);
  }
  if (step.do !== 'redirect' && step.do !== 'redirect-dns' && step.do !== 'restore') return [];
  const unknown = exists('platform', step.platform, Object.keys(platforms), [...path, 'platform']);
  if (unknown.length > 0 || step.do !== 'redirect') return unknown;
  const arms = armsOf(step.address);
  return Object.keys(step.shares).flatMap((arm) =>
    exists('arm in the address', arm, arms, [...path, 'shares', arm]).map((wrong) => ({
      ...wrong,
      which: 'key' as const,
    })),
  );
}

function armsOf(address: unknown): string[] {
  const arms = (address as { arms?: unknown } | null | undefined)?.arms;
  return typeof arms === 'object' && arms !== null ? Object.keys(arms) : [];
}

function checkOwner(path: Wrong['path'], step: Step, file: SlipwayFile): Wrong[] {
  return step.do === 'manual' && step.owner !== null ? checkGroup(path, step.owner, file) : [];
}

/** Ids are in capitals, or begin with `os:`; what else there is names a group. */
function checkGroup(path: Wrong['path'], who: string, { groups }: SlipwayFile): Wrong[] {
  return /^[a-z][a-z0-9-]*$/.test(who) ? exists('group', who, Object.keys(groups), path) : [];
}
