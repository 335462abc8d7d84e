import { careIdOfDeployment } from '../../core/care.ts';
import type { Deployment } from '../../core/deployment.ts';
import type { DeploymentEvent } from '../../core/event.ts';
import { person, sentence, strong, type Text } from '../../core/text.ts';
import { titleOf } from '../../core/titles.ts';
import type { Notice } from '../../store/store.ts';
import { findCare } from '../board/care.ts';
import type { EngineParts } from '../parts.ts';

/** In what a version that stands where it is has become clearly worse by these events. */
export function worseIn(events: readonly DeploymentEvent[]): string[] {
  return events.flatMap((event) => (event.kind === 'vigil' ? (event.worse ?? []) : []));
}

/** That is said in the thread of its card, to whoever is waited for. */
export async function wordsOfVigil(
  parts: EngineParts,
  deploymentId: string,
  after: Deployment,
  worse: readonly string[],
): Promise<Notice[]> {
  const { plan, people } = after;
  const care = await findCare(parts, careIdOfDeployment(deploymentId));
  const text: Text = [
    person(care?.care.owner?.by ?? people.held?.by ?? plan.requestedBy),
    strong(` ${titleOf(after)} has become clearly worse`),
    ` while it waits for somebody to decide: ${sentence(worse.join('; '))} Nothing is done about it before somebody says so.`,
  ];
  const key = `word/vigil/${deploymentId}/${after.seq}`;
  const content = {
    kind: 'word',
    to: { kind: 'environment', name: plan.environment },
    text,
    offers: [{ label: `Show ${deploymentId}`, command: 'deploy-status', text: deploymentId }],
    under: `card/${deploymentId}`,
  } as const;
  return [{ key, stream: key, lane: 'critical', content }];
}
