import { expect, test } from 'vitest';
import { plannedTarget } from '../../test/support/plans.ts';
import { considerStart, LATE_MS } from './admission.ts';
import { type Deployment, replay } from './deployment.ts';
import type { DeploymentEvent, Entry } from './event.ts';
import type { Plan } from './plan.ts';
import { threadLine } from './tell.ts';
import { plain } from './text.ts';
import { peopleOffers, waitingLines } from './waiting.ts';

const AT = 1_000_000;
const UNTIL = AT + 3_600_000;
const plan: Plan = {
  purpose: 'deploy',
  environment: 'staging',
  strategy: 'all-at-once',
  requestedBy: 'U1',
  why: null,
  configuration: 'c1',
  targets: [plannedTarget('web')],
  steps: [],
  notMeasured: [],
  approval: {
    requirements: [{ needed: 1, group: null }],
    expiresAfterMs: 3_600_000,
    isAuthorExcluded: false,
  },
};
const planned: DeploymentEvent = { kind: 'planned', plan, hash: 'h1', waits: { untilMs: UNTIL } };
const yes: DeploymentEvent = {
  kind: 'approved',
  by: 'U2',
  person: 'ben',
  groups: [],
  hash: 'h1',
  comment: null,
};
const no: DeploymentEvent = { kind: 'rejected', by: 'U3', person: 'cleo', why: 'not now' };
const moved = (untilMs: number): DeploymentEvent => ({ kind: 'moved', untilMs, by: 'U1' });

function entriesOf(...events: DeploymentEvent[]): Entry[] {
  return events.map((event, index) => ({ seq: index + 1, atMs: AT + index, event }));
}

const after = (...events: DeploymentEvent[]): Deployment => replay(entriesOf(planned, ...events));

test.each([yes, no, moved(UNTIL + 1)])(
  '$kind changes nothing once it has started, and is told so',
  (late) => {
    const entries = entriesOf(planned, yes, { kind: 'started' }, late);
    const { seq: _, ...now } = replay(entries);
    const { seq: __, ...before } = replay(entries.slice(0, -1));
    expect(now).toEqual(before);
    expect(plain(threadLine(replay(entries), entries[3] as Entry) ?? [])).toContain('that changes nothing');
  },
);

test('who moves it takes back what others have said to the time before', () => {
  expect(considerStart(after(yes), UNTIL)).toEqual({ kind: 'ready' });
  const again = after(yes, moved(UNTIL + 7_200_000));
  expect(again.people.approvals).toEqual([]);
  expect(considerStart(again, UNTIL + 7_100_000).kind).toBe('remind');
  expect(considerStart(again, UNTIL + 7_200_000).kind).toBe('wait');
});

test('ten minutes late it is asked about, and a word starts it; without the word nothing does', () => {
  expect(considerStart(after(yes), UNTIL + LATE_MS)).toEqual({ kind: 'ready' });
  expect(considerStart(after(yes), UNTIL + LATE_MS + 1)).toEqual({ kind: 'missed' });
  const hindered: DeploymentEvent = { kind: 'hindered', say: 'production is frozen' };
  expect(considerStart(after(yes, hindered), UNTIL + LATE_MS + 1)).toEqual({ kind: 'missed' });
  const missed: DeploymentEvent = { kind: 'missed', lateMs: LATE_MS + 1, because: 'production is frozen' };
  const asked = after(yes, missed);
  expect(considerStart(asked, UNTIL + LATE_MS + 2).kind).toBe('wait');
  expect(waitingLines(asked).map(plain)).toContain('production is frozen. Shall it still start?');
  expect(peopleOffers('d-7f3a9k2m', asked).map(({ command, text }) => `${command} ${text}`)).toEqual([
    'deploy-schedule start d-7f3a9k2m',
    'deploy-schedule move d-7f3a9k2m',
    'deploy-schedule cancel d-7f3a9k2m',
  ]);
  const said = after(yes, missed, { kind: 'go-on-asked', by: 'U1', why: null });
  expect(considerStart(said, UNTIL + LATE_MS + 2)).toEqual({ kind: 'ready' });
});
