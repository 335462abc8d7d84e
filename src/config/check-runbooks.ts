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
  if (step.do !== 'deploy' && step.do !== 'verify') return [];
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

function checkOwner(path: Wrong['path'], step: Step, file: SlipwayFile): Wrong[] {
  return step.do === 'manual' && step.owner !== null ? checkGroup(path, step.owner, file) : [];
}

/** Ids are in capitals, or begin with `os:`; what else there is names a group. */
function checkGroup(path: Wrong['path'], who: string, { groups }: SlipwayFile): Wrong[] {
  return /^[a-z][a-z0-9-]*$/.test(who) ? exists('group', who, Object.keys(groups), path) : [];
}
