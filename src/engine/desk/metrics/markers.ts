import type { Part } from '../../../core/answer.ts';
import type { Outcome } from '../../../core/event.ts';
import { code, strong, type Text, time } from '../../../core/text.ts';
import type { Store, Summary } from '../../../store/store.ts';
import type { Place } from '../place.ts';

const READ_MAX = 30;
const SHOWN_MAX = 8;

const words: Record<Outcome, string> = {
  deployed: 'deployed',
  'rolled-back': 'rolled back',
  stopped: 'stopped before anything was changed',
  'needs-human': 'left to a person',
};

/** What was deployed there since then, newest first: the first thing to look at where a line bends. */
export async function markersOf({ journal }: Store, place: Place, fromMs: number): Promise<Part[]> {
  const { service, environment, id } = place;
  const listed = await journal.list({
    service: service.name,
    environment: environment.name,
    isActive: null,
    limit: READ_MAX,
  });
  const since = listed.filter(({ startedAtMs, endedAtMs }) => (endedAtMs ?? startedAtMs) >= fromMs);
  if (since.length === 0) return [{ kind: 'text', text: ['Nothing was deployed there meanwhile.'] }];
  const more = since.length - SHOWN_MAX;
  const facts = since.slice(0, SHOWN_MAX).map((summary) => markerOf(summary, id));
  return [
    { kind: 'text', text: [strong('Deployments meanwhile')] },
    { kind: 'facts', facts },
    ...(more > 0 ? [{ kind: 'note', text: [`${more} older ones are not listed here.`] } as const] : []),
  ];
}

function markerOf(summary: Summary, id: string): { name: string; value: Text } {
  const { deploymentId, targets, outcome, startedAtMs, endedAtMs } = summary;
  const version = targets.find((target) => target.id === id)?.version ?? '';
  const said = outcome === null ? 'on its way since ' : `${words[outcome]} `;
  return { name: version, value: [said, time(endedAtMs ?? startedAtMs), ', ', code(deploymentId)] };
}
