import type { Found, Kept } from './oracle.ts';
import type { World } from './world.ts';

/** What people can read in the end: one card that is right, one report, nothing twice. */
export function judgeSlack({ slack, production }: World, kept: readonly Kept[], found: Found): void {
  const counts = new Map<string, number>();
  for (const { key } of slack.messages) counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const [key, count] of counts)
    if (count > 1) found('nothing is posted twice', `${key}: ${count} times`);
  for (const { deploymentId, entries } of kept) {
    const card = slack.messages.find(({ key }) => key === `card/${deploymentId}`);
    const report = production.reportOf(deploymentId, production.replay(entries));
    if (card === undefined) found('every deployment has a card', deploymentId);
    // What hangs on the board because of it may be said after how it ended.
    else if (!card.text.startsWith(report.sentence)) {
      found('the card tells how it ended', `${deploymentId} says: ${card.text}`);
    }
    if (!counts.has(`report/${deploymentId}`)) found('every deployment has its report told', deploymentId);
    const needsAlert = report.phase === 'needs-human';
    if (needsAlert && !counts.has(`alert/${deploymentId}`))
      found('whoever is needed is called', deploymentId);
  }
}
