import { type Answer, answer, type Reply } from '../../core/answer.ts';
import { careIdOfDeployment } from '../../core/care.ts';
import type { Deployment } from '../../core/deployment.ts';
import type { Which } from '../../core/maintenance-order.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { Report } from '../../core/report.ts';
import {
  RollbackHold,
  resumeOffer,
  rollbackHoldId,
  rollbackHoldObstacle,
  rollbackHoldOf,
  sayHold,
  sayHoldHere,
} from '../../core/rollback-hold.ts';
import { overlaps, type Scope, sayScope } from '../../core/scope.ts';
import { code, plain } from '../../core/text.ts';
import type { Put, Sheet } from '../../store/store.ts';
import type { Visiting } from '../desk/visitor.ts';
import type { EngineParts } from '../parts.ts';
import { endCare } from './care.ts';
import { recordOf, recordOfProgram } from './noted.ts';
import { refuseBeyond, scopeWords } from './reach.ts';
import type { SheetKind } from './sheet.ts';

const KIND = 'hold';

/** What keeps automatic deployments away after a rollback. It hangs on the card of the deployment that ended so. */
export const rollbackHolds: SheetKind = {
  kind: KIND,
  say: (sheet) => sayRollbackHold(RollbackHold.parse(sheet.body)),
  obstacle: (sheet, passing) => rollbackHoldObstacle(sheet.id, RollbackHold.parse(sheet.body), passing),
};

function sayRollbackHold(hold: RollbackHold): Answer {
  const said = sayHold(hold);
  return answer(`${plain(said)}.`, [{ kind: 'text', text: said }], { offers: [resumeOffer(hold)] });
}

/** What the end of a deployment puts up, to be written in the transaction of that end. */
export function holdsAfter(deploymentId: string, deployment: Deployment): Put[] {
  const hold = rollbackHoldOf(deploymentId, deployment);
  if (hold === null) return [];
  const [first] = hold.places;
  const id = rollbackHoldId(deploymentId);
  const scope =
    hold.places.length === 1 && first !== undefined ? first : { service: null, environment: null };
  const detail = { deployment: deploymentId, because: hold.because };
  return [
    {
      kind: KIND,
      id,
      afterVersion: 0,
      key: deploymentId,
      body: hold,
      isOpen: true,
      dueAtMs: null,
      notices: [],
      records: [recordOfProgram({ action: 'hold-after-rollback', sheet: { kind: KIND, id }, scope, detail })],
    },
  ];
}

/** The report of an ended deployment says what it holds, for as long as it does. */
export async function withHold({ store }: EngineParts, report: Report): Promise<Report> {
  if (report.phase !== 'rolled-back' && report.phase !== 'deployed') return report;
  const sheet = await store.board.find({ kind: KIND, id: rollbackHoldId(report.deploymentId) });
  const hold = sheet?.isOpen === true ? RollbackHold.safeParse(sheet.body).data : undefined;
  if (hold === undefined) return report;
  return {
    ...report,
    // Why stands in the sentence before already.
    sentence: `${report.sentence} Automatic deployments of ${hold.places.map(sayScope).join(', ')} are held.`,
    waiting: [...report.waiting, sayHoldHere(hold)],
    offers: [...report.offers, resumeOffer(hold)],
  };
}

type HungHold = { readonly sheet: Sheet; readonly hold: RollbackHold };

const HOLDS_MAX = 500;

async function openHolds({ store }: EngineParts): Promise<HungHold[]> {
  const sheets = await store.board.list({ kind: KIND, isOpen: true, limit: HOLDS_MAX });
  return sheets.flatMap((sheet) => {
    const { data: hold } = RollbackHold.safeParse(sheet.body);
    return hold === undefined ? [] : [{ sheet, hold }];
  });
}

/** Those that reach a place; a person who orders something there themselves is told of them. */
export async function holdsAt(parts: EngineParts, scope: Scope): Promise<RollbackHold[]> {
  const open = await openHolds(parts);
  return open.flatMap(({ hold }) => (hold.places.some((place) => overlaps(place, scope)) ? [hold] : []));
}

/** Lets automatic deployments begin again: one hold by its id, or all that reach a scope. Takes `deploy` there. */
export async function resume(visiting: Visiting, which: Which, why: string | null): Promise<Reply> {
  const open = await openHolds(visiting.parts);
  if ('id' in which) {
    const named = open.find(({ sheet }) => sheet.id === which.id);
    return named === undefined ? notHeld(which.id) : resumeAll(visiting, upTo(named, open), why);
  }
  const { scope } = which;
  const refused = await refuseBeyond(visiting, 'deploy', scope, (meant, label) => ({
    label,
    command: 'deploy-maintenance',
    text: `resume${scopeWords(meant)}`,
  }));
  if (refused !== null) return refused;
  const found = open.filter(({ hold }) => hold.places.some((place) => overlaps(place, scope)));
  if (found.length > 0) return resumeAll(visiting, found, why);
  return refuse('nothing-to-do', [`Nothing is held after a rollback: ${sayScope(scope)}.`]);
}

/** With what was held there before it: whoever has looked at the newest has looked at what is there now. */
function upTo(named: HungHold, open: readonly HungHold[]): HungHold[] {
  return open.filter(
    ({ sheet, hold }) =>
      sheet.createdAtMs <= named.sheet.createdAtMs &&
      hold.places.every((place) => named.hold.places.some((other) => overlaps(place, other))),
  );
}

async function resumeAll(visiting: Visiting, found: readonly HungHold[], why: string | null): Promise<Reply> {
  for (const { hold } of found) {
    for (const place of hold.places) {
      const refused = await refuseBeyond(visiting, 'deploy', place, () => resumeOffer(hold));
      if (refused !== null) return refused;
    }
  }
  const end = { how: 'owner', by: visiting.visitor.actor.id, why } as const;
  for (const each of found) {
    await resumeOne(visiting, each, why);
    // Who lets deployments begin again has looked at why that one was taken back.
    await endCare(visiting.parts, careIdOfDeployment(each.hold.deploymentId), end);
  }
  const where = [...new Set(found.flatMap(({ hold }) => hold.places.map(sayScope)))].join(', ');
  const said = `Automatic deployments of ${where} may begin again.`;
  return answer(said, [{ kind: 'text', text: [said] }], {
    deploymentIds: found.map(({ hold }) => hold.deploymentId),
  });
}

async function resumeOne({ parts, visitor }: Visiting, { sheet, hold }: HungHold, why: string | null) {
  const [first] = hold.places;
  const scope =
    hold.places.length === 1 && first !== undefined ? first : { service: null, environment: null };
  const { deploymentId } = hold;
  const key = `card/${deploymentId}`;
  const environment = first?.environment ?? '';
  const content = { kind: 'card', deploymentId, environment, seq: null } as const;
  await parts.store.board.put({
    kind: KIND,
    id: sheet.id,
    afterVersion: sheet.version,
    key: visitor.key,
    body: hold,
    isOpen: false,
    dueAtMs: null,
    notices: [{ key, stream: key, lane: 'critical', content }],
    records: [
      recordOf({ parts, visitor }, { action: 'resume', sheet, scope, detail: { why, deploymentId } }),
    ],
  });
}

function notHeld(id: string): Refusal {
  return refuse('nothing-to-do', ['Nothing is held by ', code(id), ' any more.'], {
    next: ['See what there is with ', code('/deploy-maintenance list'), '.'],
  });
}
