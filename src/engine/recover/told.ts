import { isOver, type Run, type StepState, stepNamed } from '../../core/run.ts';
import { callWords, drillLabel, ownerWords, RECOVER, rtoWords, runSentence } from '../../core/run-words.ts';
import { duration, person, type Text } from '../../core/text.ts';
import type { Notice } from '../../store/store.ts';

/** What the sheets of runs are called on the board. */
export const RUN = 'run';

/** The card, what is new in its thread, and what those hear who only wait: all from what has changed. */
export function noticesOf(id: string, before: Run | null, after: Run): Notice[] {
  return [
    card(id, after),
    ...lines(id, before, after),
    ...turns(id, before, after),
    ...calls(id, before, after),
    ...announcements(id, before, after),
  ];
}

const cardKey = (id: string) => `sheet/${RUN}/${id}/1/card`;

function card(id: string, { runbook, isDrill, requestedBy }: Run): Notice {
  const owners = runbook.steps.flatMap((step) => (step.kind === 'manual' ? step.owners : []));
  const people = [...new Set([requestedBy, ...runbook.escalate, ...owners])];
  const name = `${isDrill ? 'drill' : 'dr'}-${runbook.name}-${id.slice(-8)}`;
  return {
    key: cardKey(id),
    stream: cardKey(id),
    lane: 'critical',
    content: {
      kind: 'sheet',
      sheet: { kind: RUN, id },
      to: {
        kind: 'channel',
        id: runbook.channel,
        ...(runbook.hasOwnChannel ? { room: { name, people } } : {}),
      },
    },
  };
}

/** In the thread of the card, in the order in which it happened. */
function inThread(id: string, { runbook }: Run, name: string, text: Text): Notice {
  return {
    key: `${RUN}/${id}/${name}`,
    stream: `${RUN}/${id}/thread`,
    lane: 'critical',
    content: {
      kind: 'word',
      to: { kind: 'channel', id: runbook.channel },
      text,
      offers: [],
      under: cardKey(id),
    },
  };
}

/** Everything that happened in one go is one message. */
function lines(id: string, before: Run | null, after: Run): Notice[] {
  const known = before?.timeline.length ?? 0;
  const said = after.timeline
    .slice(known)
    .flatMap(
      ({ by, say }, index): Text => [
        `${index === 0 ? '' : ' · '}${say}`,
        ...(by === null ? [] : [' by ', person(by)]),
      ],
    );
  return said.length === 0 ? [] : [inThread(id, after, `line/${known + 1}`, [drillLabel(after), ...said])];
}

/** Whoever has to do something by hand is called when it is their turn. */
function turns(id: string, before: Run | null, after: Run): Notice[] {
  return after.steps.flatMap((state) => {
    const step = stepNamed(after, state.name);
    const isNew = state.status === 'running' && state.attempts !== attemptsOf(before, state);
    if (step.kind !== 'manual' || !isNew) return [];
    const words = `: ${step.instruction} (${state.name}, within ${duration(step.withinMs)})`;
    const text: Text = [drillLabel(after), ...ownerWords(step.owners), words];
    return [inThread(id, after, `turn/${state.name}/${state.attempts}`, text)];
  });
}

function attemptsOf(run: Run | null, { name }: StepState): number {
  return run?.steps.find((each) => each.name === name)?.attempts ?? 0;
}

/** Somebody is called by name: first those who are asked, and whoever is named for when nobody answers. */
function calls(id: string, before: Run | null, after: Run): Notice[] {
  if (after.calls === 0 || (after.calls === before?.calls && after.askingSinceMs === before.askingSinceMs))
    return [];
  const asked = after.steps.flatMap((state) => {
    const step = stepNamed(after, state.name);
    const isAsking = state.status === 'late' || state.status === 'failed';
    return isAsking && step.kind === 'manual' ? step.owners : [];
  });
  const called = callWords([...new Set([...after.runbook.escalate, ...asked, after.requestedBy])]);
  const text: Text = [drillLabel(after), ...called, `: nobody has answered. ${runSentence(after)}`];
  return [inThread(id, after, `call/${after.askingSinceMs}/${after.calls}`, text)];
}

// ---- Those who only wait

function announcements(id: string, before: Run | null, after: Run): Notice[] {
  const isSummary = after.summaries > (before?.summaries ?? 0);
  const isEnd = isOver(after) && after.startedAtMs !== null;
  const measured = isEnd ? ` Time to recover: ${rtoWords(after)}.` : '';
  return [
    ...(isSummary || isEnd
      ? [
          announce(
            id,
            after,
            isEnd ? 'end' : `summary/${after.summaries}`,
            [`${runSentence(after)}${measured}`],
            true,
          ),
        ]
      : []),
    ...after.steps.flatMap((state) => {
      const step = stepNamed(after, state.name);
      const wasDone = before?.steps.find(({ name }) => name === state.name)?.status === 'done';
      if (step.kind !== 'announce' || state.status !== 'done' || state.by !== null || wasDone) return [];
      return [announce(id, after, `announce/${state.name}`, [`${drillLabel(after)}${step.text}`], false)];
    }),
  ];
}

function announce(id: string, { runbook }: Run, name: string, text: Text, isStatus: boolean): Notice {
  return {
    key: `${RUN}/${id}/${name}`,
    stream: `${RUN}/${id}/announced`,
    lane: 'critical',
    content: {
      kind: 'word',
      to: { kind: 'channel', id: runbook.announce },
      text,
      offers: isStatus ? [{ label: `Show ${id}`, command: RECOVER, text: `status ${id}` }] : [],
      under: null,
    },
  };
}
