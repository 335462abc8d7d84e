import type { Deployment } from './deployment.ts';
import { sayOneWay } from './one-way.ts';
import type { PlannedTarget } from './plan.ts';
import { stranded } from './spared.ts';
import { strong, type Text } from './text.ts';

/** A product of which one service failed, while others are finished. */
export function undecidedLines(deployment: Deployment): Text[] {
  const { plan, spared, failedStep, steps } = deployment;
  const failed = plan.steps.find(({ id }) => id === failedStep);
  const target = plan.targets.find(({ id }) => id === failed?.target);
  const why = failedStep === null ? null : (steps.get(failedStep)?.failure?.message ?? null);
  const [left] = stranded(deployment);
  if (left !== undefined) return strandedLines(left, target ?? left, why);
  const finished = plan.targets.filter(({ id }) => spared.has(id));
  const names = finished.map(({ service, version }) => `${service} ${version.name}`).join(' and ');
  return [
    [`${target?.service} could not be deployed and was taken back${why === null ? '' : `: ${why}`}`],
    [strong(`Shall ${names} stay?`), ' “Go on” leaves them as they are; “Stop” takes them back too'],
  ];
}

/** There is no good way: neither forward nor back. */
function strandedLines(left: PlannedTarget, failed: PlannedTarget, why: string | null): Text[] {
  const { service, version, before } = left;
  const because = why === null ? '' : `: ${why}`;
  return [
    failed.id === left.id
      ? [`${service} ${version.name} is not good${because}`]
      : [
          `${failed.service} could not be deployed${because}; ${service} ${version.name} was half-way by then`,
        ],
    [strong(`${service} is not taken back by itself: `), `${sayOneWay(left)}. It needs a forward fix`],
    [
      strong('Shall it stay until then?'),
      ` “Go on” leaves it as it is; “Stop” gives ${before?.version.name} the traffic back all the same`,
    ],
  ];
}
