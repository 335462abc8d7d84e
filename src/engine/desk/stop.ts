import { answer, type Reply } from '../../core/answer.ts';
import { can } from '../../core/can.ts';
import { careIdOfDeployment } from '../../core/care.ts';
import { replay } from '../../core/deployment.ts';
import type { Permission } from '../../core/person.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { Report } from '../../core/report.ts';
import { reportOf } from '../../core/report-of.ts';
import { code } from '../../core/text.ts';
import type { Signal } from '../../store/store.ts';
import { endCare } from '../board/care.ts';
import { noticesOfPress } from '../writing.ts';
import { findDeployment } from './find-deployment.ts';
import type { Visiting, Visitor } from './visitor.ts';

/** Stops a running deployment; what it did is taken back. The first press counts, every other one is told so. */
export async function abort(visiting: Visiting, deploymentId: string, why: string | null): Promise<Reply> {
  const report = await readReport(visiting, deploymentId, 'stop');
  if ('code' in report) return report;
  if (report.phase === 'undoing' && report.stoppedBy !== null) return stopping(deploymentId, false);
  if (!can('abort', report.phase)) return tooLate(report);
  const { store, bell } = visiting.parts;
  const { actor, key } = visiting.visitor;
  const environment = report.targets[0]?.environment ?? '';
  const asked = stopOf(visiting.visitor, { deploymentId, environment, why });
  const signalled = await store.journal.signal(deploymentId, asked.key, asked.event, asked.notices);
  bell.ring(deploymentId, 0);
  if (signalled === 'ended') return tooLate((await readReportOrNull(visiting, deploymentId)) ?? report);
  visiting.parts.log.info({ deploymentId, by: actor.id, key, signalled }, 'stop asked for');
  return stopping(deploymentId, signalled === 'written');
}

/** What is written to stop a deployment, once, whoever asks how often. */
export function stopOf(
  { actor, key }: Visitor,
  { deploymentId, environment, why }: { deploymentId: string; environment: string; why: string | null },
): Signal {
  return {
    deploymentId,
    key: `abort/${deploymentId}`,
    event: { kind: 'abort-asked', by: actor.id, why },
    notices: noticesOfPress(deploymentId, environment, key),
  };
}

/** Whoever presses second is told that it is done already, whether they were late by a moment or by a minute. */
function stopping(deploymentId: string, isFirst: boolean): Reply {
  const sentence = isFirst
    ? `${deploymentId} is being stopped; what it did is taken back.`
    : `${deploymentId} was already being stopped.`;
  return answer(sentence, [{ kind: 'text', text: [sentence] }], { deploymentIds: [deploymentId] });
}

/** Lets go of the targets of a deployment that called for a person. */
export async function resolve(visiting: Visiting, deploymentId: string, why: string | null): Promise<Reply> {
  const report = await readReport(visiting, deploymentId, 'steer');
  if ('code' in report) return report;
  if (!can('resolve', report.phase)) return tooLate(report);
  const { actor } = visiting.visitor;
  const isFirst = await visiting.parts.store.journal.resolve(deploymentId, actor.id);
  const end = { how: 'owner', by: actor.id, why } as const;
  if (isFirst) await endCare(visiting.parts, careIdOfDeployment(deploymentId), end);
  visiting.parts.log.info({ deploymentId, by: actor.id, why, isFirst }, 'marked as resolved');
  const sentence = isFirst
    ? `${deploymentId} is resolved: its targets can be deployed to again.`
    : `${deploymentId} was already resolved.`;
  return answer(sentence, [{ kind: 'text', text: [sentence] }], { deploymentIds: [deploymentId] });
}

/** The kept report as a file. */
export async function report(visiting: Visiting, deploymentId: string): Promise<Reply> {
  const found = await readReport(visiting, deploymentId, 'look');
  if ('code' in found) return found;
  const kept = await visiting.parts.store.journal.report(deploymentId);
  if (kept === null) {
    return refuse('too-late', [code(deploymentId), ' has not ended yet, so there is no report of it.'], {
      next: ['See ', code(`/deploy-status ${deploymentId}`), '.'],
    });
  }
  return answer(found.sentence, [{ kind: 'text', text: [found.sentence] }], {
    title: found.title,
    deploymentIds: [deploymentId],
    file: { name: `${deploymentId}.md`, title: `Report of ${deploymentId}`, content: kept.markdown },
  });
}

export async function readReport(
  visiting: Visiting,
  deploymentId: string,
  permission: Permission,
): Promise<Report | Refusal> {
  const found = await findDeployment(visiting, deploymentId, permission);
  return found.kind === 'refusal' ? found : reportOf(deploymentId, found.deployment);
}

async function readReportOrNull({ parts }: Visiting, deploymentId: string): Promise<Report | null> {
  const entries = await parts.store.journal.read(deploymentId, 0);
  return entries.length === 0 ? null : reportOf(deploymentId, replay(entries));
}

function tooLate(found: Report): Refusal {
  return refuse('too-late', [found.sentence], { next: ['It is too late for that.'] });
}
