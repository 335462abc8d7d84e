import type { Catalog } from '../core/catalog.ts';
import type { Runbook, RunbookStep } from '../core/runbook.ts';
import type { RunbookFile } from './runbook-schema.ts';
import type { SlipwayFile } from './schema.ts';

/** The runbooks as the program knows them: groups are people, and every step names what it needs. */
export function runbooksOf({ runbooks, groups }: SlipwayFile): NonNullable<Catalog['runbooks']> {
  return Object.entries(runbooks).map(([name, file]) => runbookOf(name, file, groups));
}

function runbookOf(name: string, file: RunbookFile, groups: SlipwayFile['groups']): Runbook {
  const { required, expire, excludeAuthors } = file.approvals;
  return {
    name,
    summary: file.summary,
    rtoMs: file.rto,
    rpoMs: file.rpo,
    approval: { requirements: required, expiresAfterMs: expire, isAuthorExcluded: excludeAuthors },
    channel: file.channel,
    announce: file.announce ?? file.channel,
    escalate: file.escalate.flatMap((who) => groups[who] ?? [who]),
    hasOwnChannel: file.ownChannel,
    failBack: file.failBack,
    steps: file.steps.map((step, index) => stepOf(step, file.steps[index - 1]?.name ?? null, groups)),
  };
}

function stepOf(
  step: RunbookFile['steps'][number],
  before: string | null,
  groups: SlipwayFile['groups'],
): RunbookStep {
  const { name, phase, within, drill, undo } = step;
  const needs = step.needs ?? (before === null ? [] : [before]);
  const common = { name, phase, withinMs: within, needs, isDrillSafe: drill, undo };
  switch (step.do) {
    case 'manual': {
      const owners = step.owner === null ? [] : [...(groups[step.owner] ?? [step.owner])];
      return { ...common, kind: 'manual', instruction: step.instruction, owners };
    }
    case 'deploy': {
      const { service, environment, from } = step;
      return { ...common, kind: 'deploy', service, environment, from: from ?? environment };
    }
    case 'verify':
      return { ...common, kind: 'verify', service: step.service, environment: step.environment };
    case 'freeze': {
      const scope = { service: step.service, environment: step.environment };
      return { ...common, kind: 'freeze', scope };
    }
    case 'announce':
      return { ...common, kind: 'announce', text: step.text };
    default:
      return recoveryOf(step, common);
  }
}

type File = RunbookFile['steps'][number];
type Common = Pick<RunbookStep, 'name' | 'phase' | 'withinMs' | 'needs' | 'isDrillSafe' | 'undo'>;

/** What is called at a platform. */
function recoveryOf(
  step: Extract<File, { do: 'redirect' | 'redirect-dns' | 'failover' | 'restore' }>,
  common: Common,
): RunbookStep {
  const place = { ...common, service: step.service, environment: step.environment };
  switch (step.do) {
    case 'redirect': {
      const { platform, address, shares } = step;
      return { ...place, kind: 'redirect', platform, address, shares };
    }
    case 'redirect-dns': {
      const { platform, address, content } = step;
      return { ...place, kind: 'redirect-dns', platform, address, content };
    }
    case 'failover':
      return { ...place, kind: 'failover', to: step.to };
    case 'restore':
      return { ...place, kind: 'restore', platform: step.platform, address: step.address };
  }
}
