import type { Part } from './answer.ts';
import type { ApprovalRule } from './approval.ts';
import { canonical } from './canonical.ts';
import { migrationFacts, migrationWords } from './migration-words.ts';
import type { Changes, Plan, PlannedTarget, Step, Version } from './plan.ts';
import { code, duration, person, strong, type Text } from './text.ts';
import { taskTitle } from './titles.ts';
import { sayWaiver } from './waiver.ts';

const HASH_LETTERS = 12;
const COMMITS_SHOWN = 8;

/** As much of a plan's hash as people are shown, and as binds a press to what was shown. */
export function shortHash(hash: string): string {
  return hash.slice(0, HASH_LETTERS);
}

/** Everything that somebody has to know before they say yes to a plan. */
export function planParts(plan: Plan, hash: string): Part[] {
  return [
    ...plan.targets.flatMap((target) => targetParts(plan, target)),
    {
      kind: 'facts',
      facts: [
        ...(plan.breakGlass === undefined
          ? []
          : [
              {
                name: 'Break-glass',
                value: [
                  `approvals and freezes are skipped, for ${plan.breakGlass.incident}: ${plan.breakGlass.why}`,
                ],
              },
            ]),
        ...(plan.waived === undefined ? [] : [{ name: 'WAIVED', value: [sayWaived(plan.waived)] }]),
        ...productFacts(plan),
        ...(plan.approval === undefined ? [] : [{ name: 'Needs', value: [sayRule(plan.approval)] }]),
        ...(plan.notMeasured.length === 0
          ? []
          : [{ name: 'Not measured', value: [plan.notMeasured.join('; ')] }]),
        ...(plan.why === null ? [] : [{ name: 'Why', value: [plan.why] }]),
        { name: 'Asked for by', value: [person(plan.requestedBy)] },
        { name: 'Plan', value: [code(shortHash(hash))] },
      ],
    },
  ];
}

/** Loud, because whoever says yes says yes to what was not asked as well. */
function sayWaived(waived: NonNullable<Plan['waived']>): string {
  return waived.map((waiver) => `${sayWaiver(waiver)} (${waiver.by})`).join('; ');
}

/** What gates are told to ask for: `no-alerts (high 0)`. */
function sayGates(steps: readonly Step[]): string[] {
  return steps.flatMap((step) =>
    step.kind === 'check' && step.settings !== undefined
      ? [
          `${step.gate} (${Object.entries(step.settings)
            .map(([name, value]) => `${name} ${words(value)}`)
            .join(', ')})`,
        ]
      : [],
  );
}

function productFacts(plan: Plan): { name: string; value: Text }[] {
  const { product, targets } = plan;
  return [
    ...(product === undefined ? [] : [{ name: 'Product', value: [product] }]),
    ...(product === undefined && targets.length === 1
      ? []
      : [{ name: 'If one fails', value: [sayFailing(plan)] }]),
  ];
}

function sayFailing({ onFailure }: Plan): string {
  return onFailure === 'ask'
    ? 'it stops there; what is finished stays until a person decides'
    : 'all of them go back, in reverse order';
}

function targetParts(plan: Plan, target: PlannedTarget): Part[] {
  const from = target.before?.version.name ?? 'nothing';
  const steps = plan.steps.filter((step) => step.target === target.id);
  const facts: { name: string; value: Text }[] = [
    ...(plan.targets.length === 1 ? [{ name: 'How', value: [plan.strategy] }] : whenOf(plan, steps)),
    { name: 'What is done', value: [steps.map((step) => taskTitle(step, target)).join(' → ')] },
    ...(target.kept === undefined
      ? []
      : [{ name: 'Brought back', value: [`release ${target.kept}, where the platform still keeps it`] }]),
    ...(sayGates(steps).length === 0 ? [] : [{ name: 'Asked', value: [sayGates(steps).join('; ')] }]),
    ...changesOf(target),
    ...migrationFacts(target.migrations),
    ...(target.caveats.length === 0 ? [] : [{ name: 'To know', value: [target.caveats.join('; ')] }]),
    ...undoFacts(target),
  ];
  return [
    {
      kind: 'text',
      text: [
        strong(`${target.service} in ${target.environment}: ${from} → ${target.version.name}`),
        target.version.commit === null ? '' : ` (${target.version.commit.slice(0, 12)})`,
        ` on ${target.platform}`,
      ],
    },
    { kind: 'facts', facts },
  ];
}

function undoFacts({ undo: { how, byHand, leaves }, migrations }: PlannedTarget) {
  const isContract = migrations?.phase === 'contract';
  const facts: { name: string; value: Text }[] = [
    { name: 'To take it back', value: [isContract ? 'nothing does: what is gone is gone' : how] },
    ...(byHand === undefined ? [] : [{ name: 'By hand', value: [code(byHand)] }]),
    { name: 'Would not come back', value: [leaves.join('; ') || 'nothing that is known'] },
  ];
  return facts;
}

/** Where the database is asked what has to be run there, nobody needs the list of what the code says. */
function changesOf({ changes, migrations }: PlannedTarget): { name: string; value: Text }[] {
  if (migrations?.phase === 'contract') return [];
  const isRead = (migrations?.pending.length ?? 0) > 0;
  return changeFacts(changes).filter(({ name }) => !(isRead && name === 'Migrations'));
}

/** Among several, what has to be finished first; what needs nothing begins at once, side by side. */
function whenOf(plan: Plan, steps: readonly Step[]): { name: string; value: Text }[] {
  const own = new Set(steps.map(({ id }) => id));
  const before = new Set(steps.flatMap(({ needs }) => needs.filter((need) => !own.has(need))));
  const places = new Set(plan.steps.filter(({ id }) => before.has(id)).map(({ target }) => target));
  return [{ name: 'When', value: [places.size === 0 ? 'at once' : `after ${[...places].join(', ')}`] }];
}

/** What a version brings, in facts; that it is not known is one. */
export function changeFacts(changes: Changes | undefined): { name: string; value: Text }[] {
  if (changes === undefined) {
    return [{ name: 'What changes', value: ['not known: nobody could say what lies between the two'] }];
  }
  const { commits, migrations, configurationKeys, isTruncated } = changes;
  const authors = [...new Set(commits.map(({ author }) => author))];
  const count = `${commits.length}${isTruncated ? ' and more' : ''} commit${commits.length === 1 ? '' : 's'}`;
  const more = commits.length - COMMITS_SHOWN;
  const titles = commits.slice(0, COMMITS_SHOWN).map(({ title }) => title);
  return [
    {
      name: 'What changes',
      value: [commits.length === 0 ? 'no commits' : `${count} by ${authors.join(', ')}`],
    },
    ...(titles.length === 0
      ? []
      : [{ name: 'Commits', value: [`${titles.join(' · ')}${more > 0 ? ` · and ${more} more` : ''}`] }]),
    { name: 'Migrations', value: [migrations.length === 0 ? 'none' : migrations.join(', ')] },
    {
      name: 'Configuration',
      value: [configurationKeys.length === 0 ? 'no keys change' : configurationKeys.join(', ')],
    },
  ];
}

/** `2 people, 1 of them from release-managers, within 1 h`. */
export function sayRule({ requirements, expiresAfterMs, isAuthorExcluded }: ApprovalRule): string {
  const each = requirements.map(({ needed, group }) => {
    const people = `${needed} ${needed === 1 ? 'person' : 'people'}`;
    return group === null ? people : `${people} of ${group}`;
  });
  const authors = isAuthorExcluded ? ', none of whom wrote any of it' : '';
  return `the approval of ${each.join(' and ')}${authors}, within ${duration(expiresAfterMs)}`;
}

/** What differs between two plans, in words that people can check; nothing that differs is left out. */
export function planChanges(before: Plan, after: Plan): string[] {
  const places = ({ targets }: Plan) => targets.map(({ id }) => id);
  return [
    ...differing([
      ['what it is for', before.purpose, after.purpose],
      ['environment', before.environment, after.environment],
      ['product', before.product, after.product],
      ['what happens when one fails', before.onFailure, after.onFailure],
      ['places', places(before), places(after)],
    ]),
    ...after.targets.flatMap((target) => {
      const earlier = before.targets.find(({ id }) => id === target.id);
      return earlier === undefined ? [] : targetChanges(earlier, target);
    }),
    ...differing([
      ['strategy', before.strategy, after.strategy],
      ['who asked for it', before.requestedBy, after.requestedBy],
      ['why', before.why, after.why],
      ['approvals', before.approval, after.approval, sayRule],
      ['break-glass', before.breakGlass, after.breakGlass],
      ['waived gates', before.waived, after.waived],
      ['not measured', before.notMeasured, after.notMeasured],
      ['configuration', before.configuration, after.configuration, shortHash],
    ]),
    ...stepChanges(before, after),
  ];
}

function targetChanges(before: PlannedTarget, after: PlannedTarget): string[] {
  const { id } = after;
  const [from, to] = [before.changes, after.changes];
  return differing([
    [`service of ${id}`, before.service, after.service],
    [`environment of ${id}`, before.environment, after.environment],
    [`version of ${id}`, before.version, after.version, versionWords],
    [`what ran before at ${id}`, before.before, after.before, beforeWords],
    [`release that is kept at ${id}`, before.kept, after.kept],
    [`way back of ${id}`, before.undo, after.undo],
    [`to know of ${id}`, before.caveats, after.caveats],
    [`migrations of ${id}`, from?.migrations, to?.migrations],
    [`commits of ${id}`, from?.commits, to?.commits, commitWords],
    [`whether that is all of ${id}`, from?.isTruncated, to?.isTruncated, sayAll],
    [`configuration keys of ${id}`, from?.configurationKeys, to?.configurationKeys],
    [`database of ${id}`, before.migrations, after.migrations, migrationWords],
    [`platform of ${id}`, before.platform, after.platform],
    [`address of ${id}`, before.address, after.address],
  ]);
}

/** The steps, and of those that stay what is done in them. */
function stepChanges(before: Plan, after: Plan): string[] {
  const ids = (plan: Plan) => plan.steps.map(({ id }) => id);
  const steps = differing([['steps', ids(before), ids(after)]]);
  return [
    ...steps,
    ...after.steps.flatMap((step) => {
      const earlier = before.steps.find(({ id }) => id === step.id);
      return earlier === undefined ? [] : differing(fieldsOf(earlier, step));
    }),
  ];
}

function fieldsOf(before: Step, after: Step): Pair[] {
  const earlier = new Map<string, unknown>(Object.entries(before));
  const later = new Map<string, unknown>(Object.entries(after));
  const names = new Set([...earlier.keys(), ...later.keys()]);
  return [...names].map((name) => [`${name} of ${after.id}`, earlier.get(name), later.get(name)]);
}

/** A name, the two values, and how one of them is said. */
type Pair<T = never> = readonly [name: string, from: unknown, to: unknown, say?: (value: T) => string];

/** What is not the same; where both would be said alike they are written out. */
function differing(pairs: readonly Pair[]): string[] {
  return pairs
    .filter(([, from, to]) => canonical(from ?? null) !== canonical(to ?? null))
    .map(([name, from, to, say]) => {
      const sayOne = (value: unknown) =>
        say === undefined || value == null ? words(value) : say(value as never);
      const [before, after] = [sayOne(from), sayOne(to)];
      return before === after ? `${name}: ${words(from)} → ${words(to)}` : `${name}: ${before} → ${after}`;
    });
}

function sayAll(isTruncated: boolean): string {
  return isTruncated ? 'there are more' : 'it is all';
}

/** Counted, and named by the newest. */
function commitWords(commits: Changes['commits']): string {
  const [newest] = commits;
  return newest === undefined ? 'none' : `${commits.length}, the newest ${newest.id.slice(0, HASH_LETTERS)}`;
}

function versionWords({ name, commit }: Version): string {
  return commit === null ? name : `${name} (${commit.slice(0, HASH_LETTERS)})`;
}

function beforeWords({ version, releaseId }: NonNullable<PlannedTarget['before']>): string {
  return `${versionWords(version)}, ${releaseId}`;
}

function words(value: unknown): string {
  if (value == null) return 'nothing';
  return typeof value === 'string' ? value : canonical(value);
}
