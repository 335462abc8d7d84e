import { answer, type Part, type Reply } from '../../../core/answer.ts';
import { type ConfiguredTarget, type Service, serviceNamed, targetOf } from '../../../core/catalog.ts';
import { closest } from '../../../core/closest.ts';
import { targetId } from '../../../core/names.ts';
import { may } from '../../../core/person.ts';
import { type Refusal, refuse } from '../../../core/refusal.ts';
import { code, time } from '../../../core/text.ts';
import type { Setting } from '../../../platform/platform.ts';
import { readSettings } from '../../board/kept-settings.ts';
import { placeAt, refuseUnlessAllowed } from '../place.ts';
import { didYouMean } from '../say.ts';
import type { Visiting } from '../visitor.ts';
import { readPlaces, sayRunning } from './read.ts';
import { type ComparedKey, compareSettings, isDifferent, saySettings, settingsParts } from './settings.ts';

type Range = { readonly base: string; readonly head: string };
type Row = {
  readonly service: string;
  readonly platforms: string;
  readonly versions: readonly [string, string];
  /** A sentence without a full stop where one end cannot be read. */
  readonly keys: readonly ComparedKey[] | string;
};

const ROWS_MAX = 60;

/** `staging..production --drift`: versions and settings of every service, or of one, in two environments. */
export async function driftBetween(visiting: Visiting, service: string | null, range: Range): Promise<Reply> {
  const { parts } = visiting;
  const refused = refuseRange(visiting, service, range);
  if (refused !== null) return refused;
  const services = seenServices(visiting, range).filter(({ name }) => service === null || name === service);
  if (services.length === 0)
    return refuse('nothing-to-do', ['There is no service that runs in both and that you may see.']);
  const rows = await Promise.all(services.slice(0, ROWS_MAX).map((each) => rowOf(visiting, each, range)));
  const words = { base: `only in ${range.base}`, head: `only in ${range.head}` };
  const differing = rows.filter(isRowDifferent).map((row) => row.service);
  const unknown = rows.filter(({ keys }) => typeof keys === 'string').length;
  const sentence = `${
    differing.length === 0
      ? `Between ${range.base} and ${range.head} no difference was found`
      : `Between ${range.base} and ${range.head} ${differing.length} of ${rows.length} services differ: ${differing.join(', ')}`
  }${unknown === 0 ? '' : `; of ${unknown} the settings cannot be compared`}.`;
  const [only] = rows;
  const details: Part[] =
    rows.length === 1 && only !== undefined && typeof only.keys !== 'string'
      ? settingsParts(`Settings of ${only.service}`, only.keys, words)
      : [];
  return answer(
    sentence,
    [
      { kind: 'text', text: [sentence] },
      {
        kind: 'table',
        caption: `What differs between ${range.base} and ${range.head}`,
        columns: ['Service', 'Platform', range.base, range.head, 'Settings'],
        rows: rows.map((row) => [row.service, row.platforms, ...row.versions, saySettingsOf(row, words)]),
      },
      ...details,
      { kind: 'note', text: ['Read from the platforms, as of ', time(await parts.store.nowMs())] },
    ],
    { title: `Drift: ${range.base} → ${range.head}`, isShareable: true },
  );
}

function isRowDifferent({ versions: [from, to], keys }: Row): boolean {
  return from !== to || (typeof keys !== 'string' && isDifferent(keys));
}

function saySettingsOf({ keys }: Row, words: { base: string; head: string }): string {
  return typeof keys === 'string' ? `not readable: ${keys}` : saySettings(keys, words);
}

async function rowOf(visiting: Visiting, service: Service, { base, head }: Range): Promise<Row> {
  const ends = [base, head].flatMap((environment) => {
    const target = targetOf(service, environment);
    return target === null ? [] : [{ environment, target }];
  });
  const [versions, settings] = await Promise.all([
    Promise.all(ends.map(({ environment }) => versionIn(visiting, service, environment))),
    Promise.all(ends.map(({ environment, target }) => settingsIn(visiting, service, environment, target))),
  ]);
  const [from = [], to = []] = settings;
  const problems = settings.filter((each) => typeof each === 'string');
  return {
    service: service.name,
    platforms: [...new Set(ends.map(({ target }) => target.platform))].join(' and '),
    versions: [versions[0] ?? '', versions[1] ?? ''],
    keys:
      typeof from === 'string' || typeof to === 'string'
        ? [...new Set(problems)].join('; ')
        : compareSettings(from, to),
  };
}

async function versionIn({ parts }: Visiting, service: Service, environment: string): Promise<string> {
  const place = placeAt(parts, service.name, environment);
  const [read] = place === null ? [] : await readPlaces(parts, [place]);
  return read === undefined ? 'does not run there' : sayRunning(read);
}

function settingsIn(
  { parts }: Visiting,
  { name }: Service,
  environment: string,
  target: ConfiguredTarget,
): Promise<readonly Setting[] | string> {
  return readSettings(parts, { id: targetId(name, environment), target });
}

function seenServices({ parts, visitor }: Visiting, { base, head }: Range): Service[] {
  const { services, grants } = parts.catalog();
  return services.filter((service) =>
    [base, head].every(
      (environment) =>
        targetOf(service, environment) !== null &&
        may(visitor.actor, 'look', { service: service.name, environment }, grants),
    ),
  );
}

function refuseRange({ parts, visitor }: Visiting, service: string | null, range: Range): Refusal | null {
  const catalog = parts.catalog();
  const refused = refuseUnlessAllowed(catalog, visitor.actor, {
    permission: 'look',
    service,
    environment: null,
  });
  if (refused !== null) return refused;
  if (service !== null && serviceNamed(catalog, service) === null) {
    const names = catalog.services.map(({ name }) => name);
    return refuseName('service', service, names, (name) => `${name} ${range.base}..${range.head}`);
  }
  const names = catalog.environments.map(({ name }) => name);
  const front = service === null ? '' : `${service} `;
  for (const end of ['base', 'head'] as const) {
    if (names.includes(range[end])) continue;
    return refuseName('environment', range[end], names, (name) => {
      const meant = { ...range, [end]: name };
      return `${front}${meant.base}..${meant.head}`;
    });
  }
  if (range.base !== range.head) return null;
  return refuse('bad-arguments', [`Both ends are ${range.base}.`], {
    next: ['Name two environments, such as ', code('staging..production --drift'), '.'],
  });
}

function refuseName(
  what: string,
  name: string,
  names: readonly string[],
  typed: (meant: string) => string,
): Refusal {
  const meant = closest(name, names, 3);
  return refuse('not-found', [`There is no ${what} named `, code(name), '.'], {
    next: meant.length > 0 ? [didYouMean(meant)] : ['There are: ', code(names.join(', ')), '.'],
    offers: meant.map((each) => {
      const text = `${typed(each)} --drift`;
      return { label: text, command: 'deploy-compare', text };
    }),
  });
}
