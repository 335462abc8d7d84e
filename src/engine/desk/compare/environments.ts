import { answer, type Reply } from '../../../core/answer.ts';
import { type Service, targetOf } from '../../../core/catalog.ts';
import { closest } from '../../../core/closest.ts';
import { isRefusal, type Offer, type Refusal, refuse } from '../../../core/refusal.ts';
import { code, plain, time } from '../../../core/text.ts';
import { refuseUnlessAllowed } from '../place.ts';
import { didYouMean } from '../say.ts';
import type { Visiting } from '../visitor.ts';
import { type Changes, changesBetween } from './changes.ts';
import { type Side, whatRuns } from './side.ts';

type Range = { readonly base: string; readonly head: string };

const ROWS_MAX = 60;

/** `staging..production`: every service that somebody may see, with what really runs at both ends. */
export async function compareEnvironments(visiting: Visiting, range: Range): Promise<Reply> {
  if (range.base === range.head) {
    return refuse('bad-arguments', [`Both ends are ${range.base}.`], {
      next: ['Name two environments, such as ', code('staging..production'), '.'],
    });
  }
  const catalog = visiting.parts.catalog();
  const { actor } = visiting.visitor;
  const maySee = (service: string, environment: string) =>
    refuseUnlessAllowed(catalog, actor, { permission: 'look', service, environment }) === null;
  const everywhere = { permission: 'look', service: null, environment: null } as const;
  const refused =
    refuseUnlessAllowed(catalog, actor, everywhere) ??
    refuseUnknown(visiting, range, 'base') ??
    refuseUnknown(visiting, range, 'head');
  if (refused !== null) return refused;
  const ends = [range.base, range.head];
  const services = catalog.services.filter(({ name }) =>
    ends.every((environment) => maySee(name, environment)),
  );
  const rows = await Promise.all(
    services.slice(0, ROWS_MAX).map((service) => rowOf(visiting, service, range)),
  );
  if (rows.length === 0) {
    return refuse('not-allowed', ['There is no service that you may see in both environments.']);
  }
  const differing = rows.filter(({ isSame }) => isSame === false).map(({ cells }) => cells[0]);
  const comparable = rows
    .filter((row) => row.canCompare && row.isSame === false)
    .map(({ cells }) => cells[0]);
  const unknown = rows.filter(({ isSame }) => isSame === null).length;
  const sentence = [
    differing.length === 0
      ? `No service is known to differ between ${range.base} and ${range.head}`
      : `Between ${range.base} and ${range.head} ${differing.length} of ${rows.length} services differ: ${differing.join(', ')}`,
    ...(unknown === 0 ? [] : [`; of ${unknown} it is not known`]),
    '.',
  ].join('');
  return answer(
    sentence,
    [
      { kind: 'text', text: [sentence] },
      {
        kind: 'table',
        caption: `What runs in ${range.base} and in ${range.head}`,
        columns: ['Service', range.base, range.head, `What ${range.head} has`],
        rows: rows.map(({ cells }) => cells),
      },
      {
        kind: 'note',
        text: [
          'Read from the platforms, as of ',
          time(await visiting.parts.store.nowMs()),
          ...(services.length > ROWS_MAX ? [`; ${services.length - ROWS_MAX} more: name a service`] : []),
        ],
      },
    ],
    {
      title: `${range.base} → ${range.head}`,
      isShareable: true,
      offers: comparable.slice(0, 3).map((name) => typed(`${name} `, range)),
    },
  );
}

type Row = {
  readonly cells: readonly [string, string, string, string];
  /** Null: one end could not be read. */
  readonly isSame: boolean | null;
  /** Something runs at both ends. */
  readonly canCompare: boolean;
};

async function rowOf(visiting: Visiting, service: Service, { base, head }: Range): Promise<Row> {
  const [from, to] = await Promise.all([end(visiting, service, base), end(visiting, service, head)]);
  const said = (side: Side | string) => (typeof side === 'string' ? side : (side.runs?.shares ?? ''));
  const start = [service.name, said(from), said(to)] as const;
  if (typeof from === 'string' || typeof to === 'string') {
    const isAbsent = [from, to].some((side) => side === ABSENT || side === NOTHING);
    const cells = [...start, isAbsent ? 'cannot be compared' : 'not known'] as const;
    return { cells, isSame: isAbsent ? false : null, canCompare: false };
  }
  const changes = await changesBetween(visiting.parts, service, from.version, to.version);
  const isSame = from.runs?.isSplit !== true && to.runs?.isSplit !== true && agrees(changes, from, to);
  return { cells: [...start, differenceOf(changes, isSame)], isSame, canCompare: true };
}

function agrees(changes: Changes, from: Side, to: Side): boolean {
  if (changes.kind === 'compared') return changes.comparison.relation === 'identical';
  return from.version.name === to.version.name;
}

const ABSENT = 'does not run there';
const NOTHING = 'nothing serves';

/** A string says why there is nothing to compare. */
async function end(visiting: Visiting, service: Service, environment: string): Promise<Side | string> {
  if (targetOf(service, environment) === null) return ABSENT;
  const side = await whatRuns(visiting, service, environment, () => ({
    label: environment,
    command: 'deploy-status',
    text: service.name,
  }));
  if (!isRefusal(side)) return side;
  return side.code === 'nothing-to-do' ? NOTHING : plain(side.message);
}

function differenceOf(changes: Changes, isSame: boolean): string {
  if (changes.kind === 'not-compared') return isSame ? 'the same by name' : `not known: ${changes.say}`;
  const { relation, aheadBy, behindBy, migrations } = changes.comparison;
  const migrating =
    migrations === null || migrations.length === 0
      ? ''
      : `, ${migrations.length} migration${migrations.length === 1 ? '' : 's'}`;
  const commits = (count: number | null) =>
    `${count ?? 'an unknown number of'} commit${count === 1 ? '' : 's'}`;
  switch (relation) {
    case 'identical':
      return isSame ? 'the same' : 'the same as the largest share';
    case 'ahead':
      return `${commits(aheadBy)} more${migrating}`;
    case 'behind':
      return `${commits(behindBy)} fewer`;
    case 'diverged':
      return `${commits(aheadBy)} more, ${commits(behindBy)} fewer${migrating}`;
    case 'unrelated':
      return 'no common past';
  }
}

function refuseUnknown(visiting: Visiting, range: Range, which: keyof Range): Refusal | null {
  const names = visiting.parts.catalog().environments.map(({ name }) => name);
  if (names.includes(range[which])) return null;
  const meant = closest(range[which], names, 3);
  return refuse('not-found', ['There is no environment named ', code(range[which]), '.'], {
    next:
      meant.length > 0
        ? [didYouMean(meant)]
        : [
            'To compare versions, name the service first: ',
            code(`/deploy-compare web ${range.base}..${range.head}`),
            '.',
          ],
    offers: meant.map((name) => typed('', { ...range, [which]: name })),
  });
}

function typed(service: string, { base, head }: Range): Offer {
  const text = `${service}${base}..${head}`;
  return { label: `Compare ${text}`, command: 'deploy-compare', text };
}
