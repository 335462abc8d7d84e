import type { Part } from '../../../core/answer.ts';
import { strong, type Text, time, utc } from '../../../core/text.ts';
import type { Comparison, ConfigurationKeys, MigrationChange } from '../../../source/source.ts';

const COMMITS_MAX = 20;
const NAMES_MAX = 12;

/** `2 commits by Ada and Cleo, 3 files, no migrations, no change of configuration`. */
export function sayComparison(comparison: Comparison): string {
  const { migrations, configurationKeys, filesChanged } = comparison;
  const names = comparison.authors.map(({ name }) => name);
  return [
    `${countOf(comparison)}${names.length === 0 ? '' : ` by ${listed(names.slice(0, NAMES_MAX))}`}`,
    filesChanged === null ? null : counted(filesChanged, 'file'),
    migrations === null
      ? 'migrations not known'
      : migrations.length === 0
        ? 'no migrations'
        : counted(migrations.length, 'migration'),
    configurationKeys === null ? 'configuration not known' : sayKeys(configurationKeys),
  ]
    .filter((part) => part !== null)
    .join(', ');
}

/** What a reader wants to know before they say yes: who, what to the data, what to the configuration; then every commit. */
export function changeParts(comparison: Comparison): Part[] {
  const { commits, isTruncated, aheadBy } = comparison;
  const shown = commits.slice(0, COMMITS_MAX);
  const left = (aheadBy ?? commits.length) - shown.length;
  return [
    { kind: 'facts', facts: factsOf(comparison) },
    ...(shown.length === 0 ? [] : [commitTable(comparison, shown)]),
    ...(left > 0
      ? [noteOf([`${left} older ${left === 1 ? 'commit is' : 'commits are'} not listed here.`])]
      : []),
    ...(isTruncated
      ? [
          noteOf([
            'The source gave less than there is: authors, files, migrations and configuration keys may be missing too.',
          ]),
        ]
      : []),
  ];
}

function commitTable({ base, head }: Comparison, shown: Comparison['commits']): Part {
  return {
    kind: 'table',
    caption: `Commits in ${head.name} and not in ${base.name}`,
    columns: ['Commit', 'Author', 'What', 'When'],
    rows: shown.map(({ id, author, title, atMs }) => [
      shortId(id),
      author.name,
      title,
      atMs === null ? 'not kept' : utc(atMs),
    ]),
  };
}

/** Eleven letters of a SHA tell commits apart; other ids are shown whole. */
function shortId(id: string): string {
  return /^[0-9a-f]{40}$/.test(id) ? id.slice(0, 11) : id;
}

function factsOf(comparison: Comparison) {
  const { authors, filesChanged, migrations, configurationKeys, commits } = comparison;
  const newest = commits.find(({ atMs }) => atMs !== null)?.atMs;
  const facts: { name: string; value: Text }[] = [
    {
      name: 'Commits',
      value: [
        countOf(comparison).replace(/ commits?$/, ''),
        ...(newest == null ? [] : [', the newest of ', time(newest)]),
      ],
    },
    { name: 'Authors', value: [authors.length === 0 ? 'none' : sayNames(authors.map(({ name }) => name))] },
    { name: 'Files', value: [filesChanged === null ? 'not known' : String(filesChanged)] },
    { name: 'Migrations', value: sayMigrations(migrations) },
    { name: 'Configuration keys', value: [keysInWords(configurationKeys)] },
  ];
  return facts;
}

function countOf(comparison: Comparison): string {
  const number = numberOf(comparison);
  return `${number === '0' ? 'no' : number} commit${number === '1' ? '' : 's'}`;
}

/** More than were given are still counted, where the source says how many there are. */
function numberOf({ aheadBy, commits, isTruncated }: Comparison): string {
  return aheadBy === null && isTruncated ? `more than ${commits.length}` : String(aheadBy ?? commits.length);
}

function sayMigrations(migrations: readonly MigrationChange[] | null): Text {
  if (migrations === null) return ['not known: the source does not speak of them'];
  if (migrations.length === 0) return ['none'];
  return migrations
    .slice(0, NAMES_MAX)
    .flatMap(
      (migration, index): Text => [
        ...(index === 0 ? [] : ['; ']),
        strong(migration.id),
        ` (${phaseOf(migration)}, ${reversibleOf(migration)})`,
      ],
    );
}

function phaseOf({ phase }: MigrationChange): string {
  if (phase === null) return 'phase not said';
  return phase === 'expand'
    ? 'expand: what runs before it lives on'
    : 'contract: what runs before it may break';
}

function reversibleOf({ isReversible }: MigrationChange): string {
  if (isReversible === null) return 'not said whether it can be undone';
  return isReversible ? 'can be undone' : 'cannot be undone';
}

function keysInWords(keys: ConfigurationKeys | null): string {
  if (keys === null) return 'not known: the source does not speak of them';
  return isUnchanged(keys) ? 'none changed' : sayKeys(keys);
}

function isUnchanged({ added, removed, changed }: ConfigurationKeys): boolean {
  return added.length + removed.length + changed.length === 0;
}

function sayKeys({ added, removed, changed }: ConfigurationKeys): string {
  const said = [['added', added] as const, ['removed', removed] as const, ['changed', changed] as const]
    .filter(([, keys]) => keys.length > 0)
    .map(([how, keys]) => `${sayNames(keys)} ${how}`);
  return said.length === 0 ? 'no change of configuration' : said.join(', ');
}

function sayNames(names: readonly string[]): string {
  const more = names.length - NAMES_MAX;
  return more > 0 ? `${names.slice(0, NAMES_MAX).join(', ')} and ${more} more` : listed(names);
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function counted(count: number, what: string): string {
  return `${count === 0 ? 'no' : count} ${what}${count === 1 ? '' : 's'}`;
}

function noteOf(text: Text): Part {
  return { kind: 'note', text };
}
