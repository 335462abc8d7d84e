import { answer, type Part, type Reply } from '../../../core/answer.ts';
import { type Service, serviceNamed } from '../../../core/catalog.ts';
import { closest } from '../../../core/closest.ts';
import { isRefusal, type Offer, type Refusal, refuse } from '../../../core/refusal.ts';
import { code, type Text, time } from '../../../core/text.ts';
import type { Comparison } from '../../../source/source.ts';
import { refuseUnlessAllowed } from '../place.ts';
import { didYouMean } from '../say.ts';
import type { Visiting } from '../visitor.ts';
import { type Changes, changesBetween } from './changes.ts';
import { codeFacts } from './code-facts.ts';
import { changeParts, sayComparison } from './say-changes.ts';
import { findSide, type Side } from './side.ts';

type Asked = { readonly service: string; readonly base: string; readonly head: string };

/** `web v1..v2`, `web staging..production`: what the second has that the first has not. */
export async function compareService(visiting: Visiting, asked: Asked): Promise<Reply> {
  const catalog = visiting.parts.catalog();
  const refused = refuseUnlessAllowed(catalog, visiting.visitor.actor, {
    permission: 'look',
    service: asked.service,
    environment: null,
  });
  if (refused !== null) return refused;
  const service = serviceNamed(catalog, asked.service);
  if (service === null) return unknownService(catalog.services, asked);
  const [base, head] = await Promise.all([
    findSide(visiting, service, asked.base, asked.head, (meant) => typed({ ...asked, base: meant })),
    findSide(visiting, service, asked.head, asked.base, (meant) => typed({ ...asked, head: meant })),
  ]);
  if (isRefusal(base)) return base;
  if (isRefusal(head)) return head;
  return told(visiting, service, base, head, asked);
}

async function told(
  { parts }: Visiting,
  service: Service,
  base: Side,
  head: Side,
  asked: Asked,
): Promise<Reply> {
  const changes = await changesBetween(parts, service, base.version, head.version);
  const title = `${service.name}: ${base.asked} → ${head.asked}`;
  const where = [base, head].flatMap(whereFacts);
  const around: Part[] = where.length === 0 ? [] : [{ kind: 'facts', facts: where }];
  if (changes.kind === 'not-compared') return bare(service, base, head, changes, { title, around });
  const { comparison } = changes;
  if (comparison.relation === 'behind') {
    const reversed = await changesBetween(parts, service, head.version, base.version);
    return behind(service, base, head, comparison, reversed, asked, { title, around });
  }
  const sentence = sentenceOf(service, base, head, comparison);
  const known = await codeFacts(parts, service, comparison.head.commit);
  const details = [...around, ...detailsOf(comparison), ...known];
  return answer(sentence, [{ kind: 'text', text: [sentence] }, ...details], {
    title,
    isShareable: true,
    ...(comparison.relation === 'diverged' ? { offers: [swap(asked)] } : {}),
  });
}

type Frame = { readonly title: string; readonly around: readonly Part[] };

function sentenceOf(service: Service, base: Side, head: Side, comparison: Comparison): string {
  const [from, to] = [nameOf(base), nameOf(head)];
  switch (comparison.relation) {
    case 'identical':
      return `${service.name}: ${from} and ${to} are the same.`;
    case 'unrelated':
      return `${service.name}: ${from} and ${to} have no common past: what lies between them cannot be told.`;
    case 'diverged':
      return `${service.name}: ${from} and ${to} have parted. Since then ${to} has got ${sayComparison(comparison)}; ${comparison.behindBy ?? 'an unknown number of'} commits of ${from} are not in it.`;
    default:
      return `${service.name}: ${to} has what ${from} has not: ${sayComparison(comparison)}.`;
  }
}

function detailsOf(comparison: Comparison): Part[] {
  const says = comparison.relation === 'ahead' || comparison.relation === 'diverged';
  const link: Text | null =
    comparison.url === null ? null : [{ kind: 'link', url: comparison.url, text: 'Read it whole' }];
  return [
    ...(says ? changeParts(comparison) : []),
    ...(link === null ? [] : [{ kind: 'note', text: link } as const]),
  ];
}

/** The wrong way round: what would have been seen from the other end, and a button that goes there. */
function behind(
  service: Service,
  base: Side,
  head: Side,
  { behindBy }: Comparison,
  reversed: Changes,
  asked: Asked,
  { title, around }: Frame,
): Reply {
  const [from, to] = [nameOf(base), nameOf(head)];
  const lacking =
    reversed.kind === 'compared' ? sayComparison(reversed.comparison) : `${behindBy ?? 'some'} commits`;
  const sentence = `${service.name}: ${to} is behind ${from} and has nothing that it has not. What ${to} lacks: ${lacking}.`;
  const parts: Part[] = [
    { kind: 'text', text: [sentence] },
    ...around,
    ...(reversed.kind === 'compared' ? detailsOf(reversed.comparison) : []),
  ];
  return answer(sentence, parts, { title, isShareable: true, offers: [swap(asked)] });
}

/** Names alone, and why there is no more. */
function bare(
  service: Service,
  base: Side,
  head: Side,
  changes: Extract<Changes, { kind: 'not-compared' }>,
  { title, around }: Frame,
): Reply {
  const isSame = base.version.name === head.version.name;
  const found = isSame
    ? `${nameOf(base)} and ${nameOf(head)} are the same version by name`
    : `${nameOf(base)} and ${nameOf(head)} are two versions`;
  const sentence = `${service.name}: ${found}. What lies between them is not known: ${changes.say}.`;
  const next: Text =
    changes.why === 'no-source'
      ? ['Whoever looks after slipway.yml can add ', code('source'), ` to ${service.name}.`]
      : ['Only the names were compared.'];
  return answer(sentence, [{ kind: 'text', text: [sentence] }, ...around, { kind: 'note', text: next }], {
    title,
    isShareable: true,
  });
}

/** `production (v1)` for what runs there, `v1` for what was named. */
function nameOf({ asked, version, runs }: Side): string {
  if (runs !== null) return `${asked} (${version.name})`;
  return asked === version.name ? asked : `${asked} (${version.name})`;
}

function whereFacts({ runs, version }: Side): { name: string; value: Text }[] {
  if (runs === null) return [];
  const split = runs.isSplit ? `; compared is ${version.name}, which has the largest share` : '';
  return [
    {
      name: `Runs in ${runs.environment}`,
      value: [`${runs.shares}${split}, read from ${runs.platform} `, time(runs.atMs)],
    },
  ];
}

function swap(asked: Asked): Offer {
  return typed({ ...asked, base: asked.head, head: asked.base });
}

function typed({ service, base, head }: Asked): Offer {
  const text = `${service} ${base}..${head}`;
  return { label: `Compare ${text}`, command: 'deploy-compare', text };
}

function unknownService(services: readonly Service[], asked: Asked): Refusal {
  const names = services.map(({ name }) => name);
  const meant = closest(asked.service, names, 3);
  return refuse('not-found', ['There is no service named ', code(asked.service), '.'], {
    next: meant.length > 0 ? [didYouMean(meant)] : ['There are: ', code(names.join(', ')), '.'],
    offers: meant.map((service) => typed({ ...asked, service })),
  });
}
