import { type Verdict, worst } from '../../core/verdict.ts';
import type { Standing } from '../../platform/platform.ts';
import { defineGate } from '../gate.ts';
import { NoSettings } from '../settings.ts';

export type Dependency = { readonly service: string; readonly standing: Standing | null };

/** Whether everything that the service needs is serving, healthily, in the same environment. */
export const dependenciesHealthy = defineGate({
  id: 'dependencies-healthy',
  asks: 'Is everything that it needs healthy?',
  when: 'before',
  isOfStanding: true,
  Settings: NoSettings,
  look: ({ dependencies }): Promise<readonly Dependency[]> =>
    Promise.all(
      dependencies.map(async ({ service, site }) => ({
        service,
        standing: site === null ? null : await site.look(),
      })),
    ),
  judge: (dependencies) =>
    dependencies.length === 0
      ? { kind: 'pass', because: 'it needs no other service' }
      : all(dependencies.map(judgeDependency)),
});

function judgeDependency({ service, standing }: Dependency): Verdict {
  if (standing === null)
    return { kind: 'unknown', because: `${service} is not configured in this environment` };
  const serving = standing.releases.filter(({ trafficPercent }) => trafficPercent > 0);
  if (serving.length === 0) return { kind: 'fail', because: `no version of ${service} has any traffic` };
  const ill = serving.find(({ health }) => health !== 'healthy');
  if (ill === undefined) return { kind: 'pass', because: `${service} ${names(serving)} is healthy` };
  const kind = ill.health === 'unknown' || ill.health === 'starting' ? 'unknown' : 'fail';
  return { kind, because: `${service} ${ill.version.name} is ${ill.health}: ${ill.say}` };
}

function all(verdicts: readonly Verdict[]): Verdict {
  const verdict = worst(verdicts);
  return verdict.kind === 'pass'
    ? { kind: 'pass', because: verdicts.map(({ because }) => because).join(', ') }
    : verdict;
}

function names(serving: Standing['releases']): string {
  return serving.map(({ version }) => version.name).join(' and ');
}
