import { answer, type Chart, type Part, type Reply } from '../../../core/answer.ts';
import { type Catalog, serviceNamed, targetOf } from '../../../core/catalog.ts';
import { closest } from '../../../core/closest.ts';
import { type Delivered, type Delivery, deliveryIn } from '../../../core/delivery.ts';
import type { MetricsQuestion } from '../../../core/desk.ts';
import { isRefusal, type Refusal, refuse } from '../../../core/refusal.ts';
import { code, duration, time } from '../../../core/text.ts';
import { refuseUnlessAllowed } from '../place.ts';
import { didYouMean } from '../say.ts';
import type { Visiting } from '../visitor.ts';
import { bucketsFor, labelsOf } from './buckets.ts';
import { readDelivered, type Scope } from './read-delivered.ts';
import { type Measure, measuresOf } from './say-delivery.ts';
import { typed } from './typed.ts';

/** How well deployments go, counted from the journal, beside the same stretch of time before it. */
export async function deliveryMetrics(visiting: Visiting, question: MetricsQuestion): Promise<Reply> {
  const scope = scopeOf(visiting, question);
  if (isRefusal(scope)) return scope;
  const untilMs = await visiting.parts.store.nowMs();
  const now = { fromMs: untilMs - question.rangeMs, untilMs: untilMs + 1 };
  const earlier = { fromMs: now.fromMs - question.rangeMs, untilMs: now.fromMs };
  const { delivered, isCut } = await readDelivered(visiting.parts, scope, earlier.fromMs);
  const delivery = deliveryIn(delivered, now);
  const measures = measuresOf(delivery);
  const before = isCut ? null : measuresOf(deliveryIn(delivered, earlier));
  const where = `${question.service ?? 'All services'} in ${scope.environments.join(' and ')}`;
  const range = duration(question.rangeMs);
  const sentence = sentenceOf(where, range, delivery, measures);
  return answer(
    sentence,
    [
      { kind: 'text', text: [sentence] },
      ...(delivery.changed === 0 ? [] : [chartOf(delivered, question.rangeMs, untilMs)]),
      tableOf(where, range, measures, before),
      ...notesOf(delivery, isCut),
      { kind: 'note', text: ['Counted from the journal, as of ', time(untilMs)] },
    ],
    { title: `${where}: delivery, last ${range}`, isShareable: true, offers: offersOf(question) },
  );
}

function sentenceOf(where: string, range: string, delivery: Delivery, measures: readonly Measure[]): string {
  const { changed, deployed, failed } = delivery;
  if (changed === 0) {
    return `${where}: no deployment has changed anything in the last ${range}. There is not enough to measure delivery by.`;
  }
  const rate = measures.find(({ name }) => name === 'Change failure rate')?.value;
  return `${where}, last ${range}: ${deployed} of ${changed} deployments deployed, ${failed} failed or were taken back (${rate}).`;
}

function tableOf(
  where: string,
  range: string,
  measures: readonly Measure[],
  before: readonly Measure[] | null,
): Part {
  return {
    kind: 'table',
    caption: `How deployments go: ${where}`,
    columns: ['Measure', `Last ${range}`, 'Counted', `The ${range} before`, 'Target'],
    rows: measures.map(({ name, value, counted, target }, index) => [
      name,
      value,
      counted,
      before === null ? 'not all of it is read' : (before[index]?.value ?? ''),
      target,
    ]),
  };
}

/** Here nothing is a gap: what is not in the journal was not deployed. */
function chartOf(delivered: readonly Delivered[], rangeMs: number, untilMs: number): Chart {
  const buckets = bucketsFor(rangeMs, untilMs);
  const counts = buckets.startsMs.map((fromMs) =>
    deliveryIn(delivered, {
      fromMs: Math.max(fromMs, untilMs - rangeMs),
      untilMs: fromMs + buckets.widthMs,
    }),
  );
  return {
    kind: 'chart',
    title: `Deployments each ${duration(buckets.widthMs)}, UTC`,
    form: 'bar',
    unit: 'deployments',
    categories: labelsOf(buckets),
    series: [
      { name: 'went well', points: counts.map(({ changed, failed }) => changed - failed) },
      { name: 'failed', points: counts.map(({ failed }) => failed) },
    ],
  };
}

function notesOf({ stopped, rollbacksOfOthers, changed }: Delivery, isCut: boolean): Part[] {
  const notes = [
    stopped === 0
      ? null
      : `${stopped} ${stopped === 1 ? 'was' : 'were'} stopped before anything was changed and ${stopped === 1 ? 'is' : 'are'} not counted.`,
    rollbacksOfOthers === 0
      ? null
      : `${rollbacksOfOthers} ${rollbacksOfOthers === 1 ? 'rollback' : 'rollbacks'} reverted what was deployed before this time, or not from here: counted against none of these deployments.`,
    isCut ? 'There is more in the journal than is read for one answer: ask for a shorter range.' : null,
    changed === 0
      ? null
      : 'A rollback counts against the deployment that it reverted. Downtime is not measured.',
  ];
  return notes.flatMap((text): Part[] => (text === null ? [] : [{ kind: 'note', text: [text] }]));
}

/** Where nothing is said, what customers use: the protected environments, or all where there are none. */
function scopeOf({ parts, visitor }: Visiting, question: MetricsQuestion): Scope | Refusal {
  const catalog = parts.catalog();
  const { service, environment } = question;
  const refused = refuseUnlessAllowed(catalog, visitor.actor, { permission: 'look', service, environment });
  if (refused !== null) return refused;
  if (service !== null && serviceNamed(catalog, service) === null) {
    return unknown('service', service, catalog.services, (name) =>
      typed({ ...question, service: name }, name),
    );
  }
  if (environment !== null && !catalog.environments.some(({ name }) => name === environment)) {
    return unknown('environment', environment, catalog.environments, (name) =>
      typed({ ...question, environment: name }, name),
    );
  }
  const environments = environment !== null ? [environment] : environmentsOf(catalog, service);
  const services = catalog.services
    .map(({ name }) => name)
    .filter((name) => service === null || name === service)
    .filter((name) =>
      environments.every(
        (each) =>
          refuseUnlessAllowed(catalog, visitor.actor, {
            permission: 'look',
            service: name,
            environment: each,
          }) === null,
      ),
    );
  if (services.length > 0) return { services, environments };
  return refuse('not-allowed', ['There is no service whose deployments you may see there.']);
}

function environmentsOf(catalog: Catalog, service: string | null): string[] {
  const configured = service === null ? null : serviceNamed(catalog, service);
  const all = catalog.environments.filter(
    ({ name }) => configured === null || targetOf(configured, name) !== null,
  );
  const protectedOnes = all.filter(({ isProtected }) => isProtected);
  return (protectedOnes.length > 0 ? protectedOnes : all).map(({ name }) => name);
}

function unknown(
  what: string,
  typedName: string,
  all: readonly { readonly name: string }[],
  offer: (name: string) => ReturnType<typeof typed>,
): Refusal {
  const names = all.map(({ name }) => name);
  const meant = closest(typedName, names, 3);
  return refuse('not-found', [`There is no ${what} named `, code(typedName), '.'], {
    next: meant.length > 0 ? [didYouMean(meant)] : ['There are: ', code(names.join(', ')), '.'],
    offers: meant.map(offer),
  });
}

function offersOf(question: MetricsQuestion) {
  const longer = question.rangeMs * 4;
  const isLongest = longer > RANGE_MAX_MS;
  return [
    ...(isLongest ? [] : [typed({ ...question, rangeMs: longer }, `Last ${duration(longer)}`)]),
    ...(question.service === null
      ? []
      : [typed({ ...question, metric: null, isDelivery: false }, `How ${question.service} does`)]),
  ];
}

const RANGE_MAX_MS = 90 * 86_400_000;
