import type { Reply } from '../../core/answer.ts';
import { hashOf } from '../../core/canonical.ts';
import { MAINTENANCE_MAX_MS, Maintenance } from '../../core/maintenance.ts';
import type { StartMaintenance, Which } from '../../core/maintenance-order.ts';
import { personOf } from '../../core/person.ts';
import { isRefusal, type Offer, type Refusal, refuse } from '../../core/refusal.ts';
import { overlaps, type Scope, sayScope } from '../../core/scope.ts';
import { code, duration, type Text, time } from '../../core/text.ts';
import type { Sheet } from '../../store/store.ts';
import type { Visiting } from '../desk/visitor.ts';
import type { EngineParts } from '../parts.ts';
import { attendMaintenance } from './maintenance-turns.ts';
import { previewMaintenance, sayMaintenanceCard } from './maintenance-words.ts';
import { recordOf } from './noted.ts';
import { outsideOf } from './outside.ts';
import { refuseBeyond, scopeWords } from './reach.ts';
import { sheetNotices } from './told.ts';
import { readSpan } from './when.ts';

const KIND = 'maintenance';
const command = 'deploy-maintenance';

type Hung = { readonly sheet: Sheet; readonly maintenance: Maintenance };

// ---- Begin

/** Shows what a maintenance would do; with the hash of what was shown, begins it or plans it. */
export async function startMaintenance(visiting: Visiting, order: StartMaintenance): Promise<Reply> {
  const { parts, visitor } = visiting;
  const typed = (change: Partial<StartMaintenance>, label: string) =>
    startOffer({ ...order, ...change }, label);
  const refused = await refuseBeyond(visiting, 'maintain', order.scope, (scope, label) =>
    typed({ scope }, label),
  );
  if (refused !== null) return refused;
  const nowMs = await parts.store.nowMs();
  const meant = readSpan(visiting, order, nowMs, (when) => typed({ when }, when));
  if (isRefusal(meant)) return meant;
  const { window, zone } = meant;
  if (window === null)
    return refuse('bad-arguments', ['For how long?'], { offers: [typed({ forMs: 3_600_000 }, 'For 1 h')] });
  if (window.kind === 'weekly') {
    return refuse('bad-arguments', [
      'A maintenance takes place once. What comes back every week is a freeze.',
    ]);
  }
  const { fromMs, untilMs } = window;
  if (untilMs - fromMs > MAINTENANCE_MAX_MS) return tooLong();
  const me = personOf(visitor.actor.id, parts.catalog().people);
  const { scope, why: reason, allowsDeploys, keepsServing } = order;
  const drawn: Maintenance = {
    ...{
      scope,
      by: visitor.actor.id,
      person: me,
      reason,
      zone,
      fromMs,
      untilMs,
      allowsDeploys,
      keepsServing,
    },
    phase: 'planned',
    isReminded: false,
    outside: await outsideOf(parts, order),
    tries: 0,
    endedBy: null,
  };
  const id = idOf(visitor.key);
  const other = await overlapping(parts, drawn, id);
  if (other !== null) return refuseOverlap(other);
  const plan = planOf(order, drawn);
  if (order.plan !== plan)
    return previewMaintenance(drawn, nowMs, withConfirm(typed({ plan }, 'Start it'), order));
  return putUp(visiting, id, drawn);
}

function idOf(key: string): string {
  return `m-${hashOf('slipway/maintenance/v1', key).slice(0, 8)}`;
}

/** Of the words, and not of the moments that they mean: those pass between looking and pressing. */
function planOf({ plan: _, ...order }: StartMaintenance, { outside }: Maintenance): string {
  return hashOf('slipway/maintenance-plan/v1', {
    order,
    outside: outside.map(({ what, state }) => [what, state]),
  }).slice(0, 12);
}

function startOffer(order: StartMaintenance, label: string): Offer {
  const { kind, scope, when, forMs, zone, why, allowsDeploys, keepsServing, plan } = order;
  const words = [
    `${kind} ${scope.service ?? 'all'}`,
    scope.environment === null ? null : `--env ${scope.environment}`,
    when === null ? null : `--when "${when}"`,
    forMs === null ? null : `--for ${Math.round(forMs / 1_000)}s`,
    zone === null ? null : `--tz ${zone}`,
    why === null ? null : `--reason "${why.replaceAll('"', "'")}"`,
    allowsDeploys ? '--allow-deploys' : null,
    keepsServing ? '--keep-serving' : null,
    plan === null ? null : `--plan ${plan}`,
  ];
  return { label: label.slice(0, 75), command, text: words.filter((word) => word !== null).join(' ') };
}

function withConfirm(offer: Offer, { scope, kind }: StartMaintenance): Offer {
  const label = kind === 'schedule' ? 'Plan it' : offer.label;
  const text = `${sayScope(scope)}: what was shown is done, now or when its time has come.`;
  return { ...offer, label, isDangerous: true, confirm: { title: 'Maintenance?', text } };
}

async function putUp(visiting: Visiting, id: string, drawn: Maintenance): Promise<Reply> {
  const { parts, visitor } = visiting;
  const { scope, fromMs, untilMs, reason, allowsDeploys } = drawn;
  const nowMs = await parts.store.nowMs();
  const detail = { reason, from: fromMs, until: untilMs, allowsDeploys };
  const put = await parts.store.board.put({
    kind: KIND,
    id,
    afterVersion: 0,
    key: visitor.key,
    body: drawn,
    isOpen: true,
    dueAtMs: fromMs > nowMs ? fromMs : nowMs + BY_OTHERS_MS,
    notices: sheetNotices(parts, { kind: KIND, id }, scope),
    records: [recordOf(visiting, { action: 'maintenance', sheet: { kind: KIND, id }, scope, detail })],
  });
  if (put === 'behind')
    return refuse('unavailable', ['No free name could be found.'], { next: ['Try again.'] });
  await beginAtOnce(parts, id);
  return shown(parts, id);
}

/** Whoever attends to the board does it, should this process die before it has. */
const BY_OTHERS_MS = 15_000;

/** What begins now begins before it is answered, so that the answer says what could not be done. */
async function beginAtOnce(parts: EngineParts, id: string): Promise<void> {
  const sheet = await parts.store.board.find({ kind: KIND, id });
  if (sheet !== null) await attendMaintenance(sheet, parts);
}

async function shown(parts: EngineParts, id: string): Promise<Reply> {
  const sheet = await parts.store.board.find({ kind: KIND, id });
  if (sheet === null) return notThere(id);
  return sayMaintenanceCard(id, Maintenance.parse(sheet.body), await parts.store.nowMs());
}

// ---- Extend and end

export async function extendMaintenance(visiting: Visiting, which: Which, forMs: number): Promise<Reply> {
  const found = await findOne(visiting, which, 'extend');
  if (isRefusal(found)) return found;
  const { maintenance } = found;
  const untilMs = maintenance.untilMs + forMs;
  if (untilMs - maintenance.fromMs > MAINTENANCE_MAX_MS) return tooLong();
  const outside = maintenance.outside.map((part) =>
    part.state === 'on' ? ({ ...part, state: 'failed', say: 'its end has moved' } as const) : part,
  );
  // Whatever was told when it is over has to be told again.
  const later = { ...maintenance, untilMs, isReminded: false, outside, tries: 0 };
  return change(visiting, found, later, 'maintenance-extend', { until: untilMs });
}

export async function endMaintenance(visiting: Visiting, which: Which): Promise<Reply> {
  const found = await findOne(visiting, which, 'end');
  if (isRefusal(found)) return found;
  const nowMs = await visiting.parts.store.nowMs();
  const { maintenance } = found;
  const untilMs = Math.max(nowMs, maintenance.fromMs + 1);
  const over: Maintenance = { ...maintenance, phase: 'over', untilMs, endedBy: visiting.visitor.actor.id };
  return change(visiting, found, over, 'maintenance-end', { startedBy: maintenance.by });
}

/** Writes the next version, does at once what that asks for outside, and says how it is then. */
async function change(
  visiting: Visiting,
  { sheet }: Hung,
  body: Maintenance,
  action: string,
  detail: Record<string, string | number>,
): Promise<Reply> {
  const { parts, visitor } = visiting;
  const put = await parts.store.board.put({
    kind: KIND,
    id: sheet.id,
    afterVersion: sheet.version,
    key: visitor.key,
    body,
    isOpen: true,
    dueAtMs: (await parts.store.nowMs()) + BY_OTHERS_MS,
    notices: sheetNotices(parts, sheet, body.scope),
    records: [recordOf(visiting, { action, sheet, scope: body.scope, detail })],
  });
  if (put === 'behind')
    return refuse('plan-changed', ['It has changed meanwhile. Look at it and try again.']);
  await beginAtOnce(parts, sheet.id);
  return shown(parts, sheet.id);
}

async function findOne(visiting: Visiting, which: Which, kind: 'end' | 'extend'): Promise<Hung | Refusal> {
  const { parts } = visiting;
  const offer = (scope: Scope, label: string): Offer => ({
    label,
    command,
    text: `${kind}${scopeWords(scope)}`,
  });
  const open = await openOnes(parts);
  const found =
    'id' in which
      ? open.filter(({ sheet }) => sheet.id === which.id)
      : open.filter(({ maintenance }) => overlaps(maintenance.scope, which.scope));
  const scope = 'id' in which ? (found[0]?.maintenance.scope ?? null) : which.scope;
  const refused = scope === null ? null : await refuseBeyond(visiting, 'maintain', scope, offer);
  if (refused !== null) return refused;
  const [first, ...others] = found;
  if (first === undefined) return 'id' in which ? notThere(which.id) : nothingThere(which.scope);
  if (others.length === 0) return first;
  return refuse('bad-arguments', ['There are several there. Which one?'], {
    offers: found.slice(0, 5).map(({ sheet, maintenance }) => ({
      label: `${sheet.id}: ${sayScope(maintenance.scope)}`,
      command,
      text: `${kind} ${sheet.id}${kind === 'extend' ? ' --for 30m' : ''}`,
    })),
  });
}

const OPEN_MAX = 500;

async function openOnes({ store }: EngineParts): Promise<Hung[]> {
  const sheets = await store.board.list({ kind: KIND, isOpen: true, limit: OPEN_MAX });
  return sheets.flatMap((sheet) => {
    const { data: maintenance } = Maintenance.safeParse(sheet.body);
    return maintenance === undefined || maintenance.phase === 'over' ? [] : [{ sheet, maintenance }];
  });
}

async function overlapping(
  parts: EngineParts,
  { scope, fromMs, untilMs }: Maintenance,
  mine: string,
): Promise<Hung | null> {
  const open = await openOnes(parts);
  const found = open.find(
    ({ sheet, maintenance }) =>
      sheet.id !== mine &&
      overlaps(maintenance.scope, scope) &&
      maintenance.fromMs < untilMs &&
      fromMs < maintenance.untilMs,
  );
  return found ?? null;
}

function refuseOverlap({ sheet, maintenance }: Hung): Refusal {
  const { scope, fromMs, untilMs } = maintenance;
  const text: Text = [
    `There is a maintenance of ${sayScope(scope)} then already, from `,
    time(fromMs),
    ' until ',
    time(untilMs),
    '.',
  ];
  return refuse('target-busy', text, {
    offers: [
      { label: 'Extend that one 30 m', command, text: `extend ${sheet.id} --for 30m` },
      { label: 'Show everything', command, text: 'list' },
    ],
  });
}

function tooLong(): Refusal {
  return refuse('bad-arguments', [`A maintenance lasts at most ${duration(MAINTENANCE_MAX_MS)}.`], {
    next: ['For longer, freeze it instead.'],
  });
}

function nothingThere(scope: Scope): Refusal {
  return refuse('nothing-to-do', [`There is no maintenance of ${sayScope(scope)}.`], {
    next: ['See what there is with ', code(`/${command} list`), '.'],
  });
}

function notThere(id: string): Refusal {
  return refuse('nothing-to-do', ['There is no maintenance ', code(id), ' any more.'], {
    next: ['See what there is with ', code(`/${command} list`), '.'],
  });
}
