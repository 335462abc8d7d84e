import type { Workspace } from '../../src/local/workspace/index.ts';
import { CHANNEL, cardOf, isRefusal, outcomeOn, type People } from './people.ts';
import type { Deployed, Records } from './records.ts';
import { FIRST_VERSION, fates, type Shop } from './shop.ts';

/** A promise that was broken, and how. */
export type Finding = { readonly promise: string; readonly say: string };
type Found = (promise: string, say: string) => void;

export type Seen = {
  readonly workspace: Workspace;
  readonly shop: Shop;
  readonly people: People;
  readonly records: Records;
  /** Whether a deployment may have ended in another way than its version deserves. */
  readonly isExcused: (deployment: Deployed) => boolean;
};

/** Reads the ledger of Slack, what really runs, and the database, and takes nobody's word for anything. */
export async function judge(seen: Seen): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const found: Found = (promise, say) => void findings.push({ promise, say });
  judgeOrders(seen, found);
  for (const deployment of seen.records.deployments) {
    judgeJournal(deployment, found);
    judgeOutcome(seen, deployment, found);
    judgeTold(seen, deployment, found);
  }
  judgeSlack(seen, found);
  judgeTurns(seen.records.deployments, found);
  judgeBegun(seen, found);
  for (const service of seen.shop.services) await judgeStanding(seen, service, found);
  return findings;
}

/** Nothing that was accepted is lost or done twice, and nobody is left without an answer. */
function judgeOrders({ people, records }: Seen, found: Found): void {
  const { deployments, inboxOpen } = records;
  if (inboxOpen > 0) found('what was taken in is handled', `${inboxOpen} deliveries are not`);
  const unmade = new Map<string, number>();
  for (const { service, version, isAccepted, heard } of people.orders) {
    const made = deployments.filter((each) => each.service === service && each.version === version);
    if (heard === '') found('nobody is left without a word', `${service} ${version}`);
    if (made.length > 1) found('an order is carried out once', made.map(({ id }) => id).join(' '));
    if (isAccepted && made.length === 0) unmade.set(service, (unmade.get(service) ?? 0) + 1);
  }
  for (const [service, count] of unmade) {
    const atOnce = new Set(people.orders.filter((each) => !each.isAccepted).map(({ heard }) => heard));
    const refusals = people.told(service).filter((text) => isRefusal(text) && !atOnce.has(text)).length;
    if (refusals < count)
      found('no accepted order is lost', `${service}: ${count} not begun, ${refusals} refused`);
  }
}

/** Written down without gaps, ended once, and no call made before it was known what became of the one before. */
function judgeJournal({ id, journal, outcome, hasReport }: Deployed, found: Found): void {
  const kinds = journal.map(({ event }) => event.kind);
  if (journal.some(({ seq }, index) => seq !== index + 1)) found('a journal has no gaps', id);
  if (kinds.indexOf('planned') !== 0 || kinds.lastIndexOf('planned') !== 0) {
    found('a journal begins with its plan', id);
  }
  if (outcome === null || kinds.indexOf('finished') !== kinds.length - 1) {
    found('what is accepted ends', `${id}: ${kinds.slice(-3).join(' ')}`);
  }
  if (outcome !== null && !hasReport) found('what ends has a report', id);
  const open = new Map<string, string>();
  const sent = new Set<string>();
  for (const { event } of journal) {
    const { kind, step = '', effect = '' } = event;
    if (kind === 'effect-sent') {
      if (sent.has(effect)) found('a call has a name of its own', effect);
      if (open.has(step)) found('a call is settled before the next', effect);
      sent.add(effect);
      open.set(step, effect);
    }
    if (kind === 'effect-settled') open.delete(step);
  }
}

function judgeOutcome({ isExcused }: Seen, deployment: Deployed, found: Found): void {
  const { id, service, version, outcome } = deployment;
  const fate = fates[version.charAt(0) as keyof typeof fates];
  if (outcome === fate.outcome || isExcused(deployment)) return;
  found(
    'every version gets what it deserves',
    `${id} ${service} ${version} is ${outcome}: ${whyOf(deployment)}`,
  );
}

export function whyOf({ journal }: Deployed): string {
  const failed = journal.findLast(({ event }) => event.kind === 'step-failed')?.event.failure?.message;
  return [journal.at(-1)?.event.because, failed].filter(Boolean).join('; ');
}

/** One card with the right end on it, one report, and the thread told once. */
function judgeTold({ workspace }: Seen, { id, service, version, outcome }: Deployed, found: Found): void {
  for (const kind of ['card', 'report']) {
    const posts = postsOf(workspace).filter(({ key }) => key === `${kind}/${id}`);
    if (posts.length !== 1) found(`one ${kind} a deployment`, `${id} has ${posts.length}`);
  }
  const card = cardOf(workspace, service, version);
  if (card !== undefined && outcomeOn(card) !== outcome) {
    found('the card shows how it ended', `${id} is ${outcome}, its card says: ${card.text}`);
  }
}

function judgeSlack({ workspace, records }: Seen, found: Found): void {
  for (const [first] of workspace.ledger.duplicates()) {
    found('nothing is posted twice', JSON.stringify(first?.args['metadata']));
  }
  const ids = new Set(records.deployments.map(({ id }) => id));
  for (const { key, deploymentId } of postsOf(workspace)) {
    if (!ids.has(deploymentId)) found('what is shown exists', key);
  }
  for (const { key, isWaiting, dropped } of records.outbox) {
    if (isWaiting) found('everything is told in the end', key);
    if (dropped !== null && dropped !== NOTHING_TO_SAY) found('nothing is given up', `${key}: ${dropped}`);
  }
}

const NOTHING_TO_SAY = 'there is nothing to say about this entry';

/** Posts that carry a key of ours in their metadata. */
export function postsOf(workspace: Workspace): readonly { key: string; deploymentId: string }[] {
  return workspace.ledger.posts().flatMap(({ args, channel }) => {
    const metadata = args['metadata'] as
      | { event_payload?: { key?: string; deployment_id?: string } }
      | undefined;
    const { key, deployment_id: deploymentId } = metadata?.event_payload ?? {};
    return channel === CHANNEL && key !== undefined && deploymentId !== undefined
      ? [{ key, deploymentId }]
      : [];
  });
}

/** Of two deployments of one service the second begins when the first has ended. */
function judgeTurns(deployments: readonly Deployed[], found: Found): void {
  const ends = new Map<string, number>();
  for (const { id, service, started, ended } of deployments) {
    if (started < (ends.get(service) ?? 0)) found('one deployment at a time at a target', id);
    ends.set(service, ended ?? Number.POSITIVE_INFINITY);
  }
}

/** Every release was brought up by a call that stands in a journal, and no step brought up two. */
function judgeBegun({ shop, records }: Seen, found: Found): void {
  const sent = new Set(
    records.deployments.flatMap(({ journal }) =>
      journal.flatMap(({ event }) => (event.kind === 'effect-sent' ? [event.effect] : [])),
    ),
  );
  const steps = new Set<string>();
  for (const { intentId } of shop.begun()) {
    if (intentId.startsWith('seed/')) continue;
    if (!sent.has(intentId)) found('a call is written down before it is made', intentId);
    const step = intentId.replace(/\/\d+$/, '');
    if (steps.has(step)) found('no effect twice', intentId);
    steps.add(step);
  }
}

/** Exactly one release with all traffic at each target, of the version that was deployed last; nothing is left over. */
async function judgeStanding({ shop, records }: Seen, service: string, found: Found): Promise<void> {
  const there = records.deployments.filter((each) => each.service === service);
  if (there.some(({ outcome }) => outcome === 'needs-human')) return;
  const wanted = there.findLast(({ outcome }) => outcome === 'deployed')?.version ?? FIRST_VERSION;
  const releases = await shop.standing(service);
  const [only, ...others] = releases;
  const isRight =
    only?.version.name === wanted &&
    only.trafficPercent === 100 &&
    only.health === 'healthy' &&
    others.length === 0;
  if (isRight) return;
  const seen = releases.map(
    ({ version, trafficPercent, health }) => `${version.name} ${trafficPercent} % ${health}`,
  );
  found(
    'what was said is what runs',
    `${service} should be ${wanted} alone, and is ${seen.join(', ') || 'nothing'}`,
  );
}
