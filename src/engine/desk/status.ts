import { answer, type Part, type Reply } from '../../core/answer.ts';
import type { Catalog } from '../../core/catalog.ts';
import { closest } from '../../core/closest.ts';
import type { StatusQuestion } from '../../core/desk.ts';
import type { Outcome } from '../../core/event.ts';
import { targetId } from '../../core/names.ts';
import { may } from '../../core/person.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import { reportOf } from '../../core/report-of.ts';
import { code, duration, person, type Text, time, utc } from '../../core/text.ts';
import type { Seen, Summary, TargetState } from '../../store/store.ts';
import { standingIn } from '../board/standing.ts';
import { driftOf, sayDrift } from '../drift.ts';
import { type Held, heldAmong } from '../held-places.ts';
import { findDeployment } from './find-deployment.ts';
import { heldWords } from './held-words.ts';
import { listOffer, standingParts } from './maintain/list.ts';
import { refuseUnlessAllowed } from './place.ts';
import { ago, seenCells } from './seen.ts';
import type { Visiting } from './visitor.ts';

const ROWS_MAX = 90;
const RUNNING_MAX = 20;
/** Of so many the newest one of each target is told. */
const ENDED_MAX = 100;

/** What runs where, what is in flight, and how old that knowledge is: from the store alone, never from slow platforms. */
export function status(visiting: Visiting, question: StatusQuestion): Promise<Reply> {
  return question.deployment === null ? overview(visiting, question) : one(visiting, question.deployment);
}

async function overview(visiting: Visiting, { service, environment }: StatusQuestion): Promise<Reply> {
  const { parts, visitor } = visiting;
  const catalog = parts.catalog();
  const refused =
    refuseUnlessAllowed(catalog, visitor.actor, { permission: 'look', service, environment }) ??
    refuseUnknown(catalog, service, environment);
  if (refused !== null) return refused;
  const { targets, journal } = parts.store;
  const maySee = (place: { service: string; environment: string }) =>
    may(visitor.actor, 'look', place, catalog.grants);
  const places = placesOf(catalog, service, environment).filter(maySee);
  const [all, moving, ended, nowMs] = await Promise.all([
    targets.all(),
    journal.list({ service, environment, isActive: true, limit: RUNNING_MAX }),
    journal.list({ service, environment, isActive: false, limit: ENDED_MAX }),
    parts.store.nowMs(),
  ]);
  const states = new Map(all.map((state) => [state.id, state]));
  const active = moving.filter((summary) =>
    summary.targets.every((target) => maySee({ ...target, environment: summary.environment })),
  );
  const held = await heldAmong(
    journal,
    places.flatMap(({ id }) => states.get(id) ?? []),
  );
  const rows = places.map((place) =>
    row(place, states.get(place.id), held.get(place.id) ?? null, ended, nowMs),
  );
  const hanging = await standingIn(visiting, { service, environment });
  const sentence = `${standingWords(rows)}. ${movingWords(active, held)}.`;
  const listed: Part[] = [
    {
      kind: 'table',
      caption: 'What runs where',
      columns: ['Service', 'Environment', 'Runs', 'Health', 'Drift', 'Last deployment', 'As of'],
      rows: rows.slice(0, ROWS_MAX),
    },
    ...active.map((summary): Part => ({ kind: 'text', text: inFlight(summary, nowMs) })),
    ...[...held].map(([id, each]): Part => ({ kind: 'text', text: [`${id} is held `, ...heldWords(each)] })),
    ...standingParts(hanging),
    {
      kind: 'note',
      text: [
        'As of ',
        time(nowMs),
        ...(rows.length > ROWS_MAX ? [`; ${rows.length - ROWS_MAX} more: name a service`] : []),
      ],
    },
  ];
  return answer(sentence, listed, {
    title: service === null ? 'What runs where' : `${service}: what runs where`,
    isShareable: true,
    deploymentIds: active.map(({ deploymentId }) => deploymentId),
    offers: hanging.length === 0 ? [] : [listOffer],
  });
}

const TOLD_MAX = 5;

/** `api in staging: v2, healthy; web in staging: v1, healthy` */
function standingWords(rows: readonly (readonly string[])[]): string {
  const told = rows
    .slice(0, TOLD_MAX)
    .map(([service, environment, runs, health]) => `${service} in ${environment}: ${standing(runs, health)}`);
  const others = rows.length > TOLD_MAX ? [`${rows.length - TOLD_MAX} more`] : [];
  return rows.length === 0 ? 'nothing is configured there' : [...told, ...others].join('; ');
}

/** `1 deployment is on its way, 1 is held, 2 wait`: what somebody holds, or what has not begun, goes nowhere by itself. */
function movingWords(active: readonly Summary[], held: ReadonlyMap<string, Held>): string {
  const waiting = active.filter(({ isWaiting }) => isWaiting).length;
  const stopped = active.filter(
    ({ isWaiting, targets }) => !isWaiting && targets.some(({ id }) => held.has(id)),
  ).length;
  const counted = [
    { count: active.length - waiting - stopped, one: 'is on its way', several: 'are on their way' },
    { count: stopped, one: 'is held', several: 'are held' },
    { count: waiting, one: 'waits', several: 'wait' },
  ].filter(({ count }) => count > 0);
  if (counted.length === 0) return 'No deployment is on its way';
  return counted
    .map(({ count, one, several }, index) => {
      const what = index > 0 ? '' : count === 1 ? ' deployment' : ' deployments';
      return `${count}${what} ${count === 1 ? one : several}`;
    })
    .join(', ');
}

/** A place of which nothing is known, or where nothing runs, is told in one word. */
function standing(runs = '', health = ''): string {
  if (runs === health) return runs;
  return runs === 'nothing' ? 'nothing runs' : `${runs}, ${health}`;
}

function refuseUnknown(
  { services, environments }: Catalog,
  service: string | null,
  environment: string | null,
): Refusal | null {
  const serviceNames = services.map(({ name }) => name);
  const environmentNames = environments.map(({ name }) => name);
  const offer = (text: string) => ({ label: text, command: 'deploy-status', text });
  if (service !== null && !serviceNames.includes(service)) {
    return refuse('not-found', ['There is no service named ', code(service), '.'], {
      next: ['There are: ', code(serviceNames.join(', ')), '.'],
      offers: closest(service, serviceNames, 3).map((name) => offer(name)),
    });
  }
  if (environment !== null && !environmentNames.includes(environment)) {
    return refuse('not-found', ['There is no environment named ', code(environment), '.'], {
      next: ['There are: ', code(environmentNames.join(', ')), '.'],
      offers: closest(environment, environmentNames, 3).map((name) => offer(`--env ${name}`)),
    });
  }
  return null;
}

type Spot = { readonly id: string; readonly service: string; readonly environment: string };

function placesOf({ services }: Catalog, service: string | null, environment: string | null): Spot[] {
  return services
    .filter(({ name }) => service === null || name === service)
    .flatMap(({ name, targets }) =>
      targets
        .filter((target) => environment === null || target.environment === environment)
        .map((target) => ({
          id: targetId(name, target.environment),
          service: name,
          environment: target.environment,
        })),
    );
}

function row(
  { id, service, environment }: Spot,
  state: TargetState | undefined,
  held: Held | null,
  ended: readonly Summary[],
  nowMs: number,
): string[] {
  const seen = state?.seen ?? null;
  const last = ended.find(({ targets: each }) => each.some((one) => one.id === id));
  return [
    service,
    environment,
    ...seenCells(seen),
    sayDrift(driftOf(state, seen, held)),
    last === undefined ? 'none lately' : lastCell(id, last, nowMs),
    age(seen, nowMs),
  ];
}

/** `v2 deployed, 4 m 12 s ago`, `v3 rolled back, 2 h ago`. */
function lastCell(id: string, { targets, outcome, startedAtMs, endedAtMs }: Summary, nowMs: number): string {
  const version = targets.find((target) => target.id === id)?.version ?? '';
  return `${version} ${outcome === null ? '' : outcomeWords[outcome]}, ${ago(endedAtMs ?? startedAtMs, nowMs)}`;
}

const outcomeWords: Record<Outcome, string> = {
  deployed: 'deployed',
  'rolled-back': 'rolled back',
  stopped: 'stopped, nothing changed',
  'needs-human': 'needs a person',
};

function age(seen: Seen | null, nowMs: number): string {
  if (seen === null || seen.atMs === 0) return seen?.problem ?? 'not looked at yet';
  return `${ago(seen.atMs, nowMs)}${seen.problem === null ? '' : `; since then: ${seen.problem}`}`;
}

function inFlight(
  { deploymentId, targets, environment, requestedBy, startedAtMs }: Summary,
  nowMs: number,
): Text {
  const what = targets.map(({ service, version }) => `${service} ${version}`).join(', ');
  return [
    code(deploymentId),
    ` ${what} → ${environment}, asked for by `,
    person(requestedBy),
    `, for ${duration(Math.max(0, nowMs - startedAtMs))}`,
  ];
}

async function one(visiting: Visiting, deploymentId: string): Promise<Reply> {
  const found = await findDeployment(visiting, deploymentId, 'look');
  if (found.kind === 'refusal') return found;
  const report = reportOf(deploymentId, found.deployment);
  const steps = report.tasks.map(({ title, status: word, say }) => [title, word, say ?? '']);
  return answer(
    report.sentence,
    [
      { kind: 'text', text: [report.sentence] },
      {
        kind: 'facts',
        facts: [
          { name: 'Asked for by', value: [person(report.requestedBy)] },
          { name: 'Started', value: [time(report.startedAtMs)] },
          { name: 'Strategy', value: [report.strategy] },
          { name: 'Plan', value: [code(report.planHash.slice(0, 12))] },
        ],
      },
      {
        kind: 'table',
        caption: `Steps of ${deploymentId}`,
        columns: ['Step', 'State', 'Says'],
        rows: steps.slice(0, ROWS_MAX),
      },
      { kind: 'note', text: [`As of ${utc(await visiting.parts.store.nowMs())}`] },
    ],
    { title: report.title, isShareable: true, deploymentIds: [deploymentId] },
  );
}
