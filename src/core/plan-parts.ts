import type { Part } from './answer.ts';
import type { ApprovalRule } from './approval.ts';
import type { Changes, Plan, PlannedTarget } from './plan.ts';
import { code, duration, person, strong, type Text } from './text.ts';
import { taskTitle } from './titles.ts';

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

function targetParts(plan: Plan, target: PlannedTarget): Part[] {
  const from = target.before?.version.name ?? 'nothing';
  const steps = plan.steps.filter((step) => step.target === target.id);
  const facts: { name: string; value: Text }[] = [
    { name: 'How', value: [plan.strategy] },
    { name: 'What is done', value: [steps.map((step) => taskTitle(step, target)).join(' → ')] },
    ...changeFacts(target.changes),
    ...(target.caveats.length === 0 ? [] : [{ name: 'To know', value: [target.caveats.join('; ')] }]),
    { name: 'To take it back', value: [target.undo.how] },
    { name: 'Would not come back', value: [target.undo.leaves.join('; ') || 'nothing that is known'] },
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

/** What differs between two plans, in words that people can check. */
export function planChanges(before: Plan, after: Plan): string[] {
  const changes: string[] = [];
  const say = (name: string, from: unknown, to: unknown) => {
    if (JSON.stringify(from) !== JSON.stringify(to)) changes.push(`${name}: ${words(from)} → ${words(to)}`);
  };
  for (const target of after.targets) {
    const earlier = before.targets.find(({ id }) => id === target.id);
    if (earlier === undefined) {
      changes.push(`${target.id} is new in it`);
      continue;
    }
    say(`version of ${target.id}`, versionWords(earlier), versionWords(target));
    say(`what ran before at ${target.id}`, beforeWords(earlier), beforeWords(target));
    say(`way back of ${target.id}`, earlier.undo, target.undo);
    say(`migrations of ${target.id}`, earlier.changes?.migrations, target.changes?.migrations);
    say(`commits of ${target.id}`, earlier.changes?.commits.length, target.changes?.commits.length);
    say(`platform of ${target.id}`, earlier.platform, target.platform);
    say(`address of ${target.id}`, earlier.address, target.address);
  }
  say('strategy', before.strategy, after.strategy);
  say('approvals', before.approval, after.approval);
  say(
    'configuration',
    before.configuration.slice(0, HASH_LETTERS),
    after.configuration.slice(0, HASH_LETTERS),
  );
  const titles = (plan: Plan) => plan.steps.map(({ id }) => id);
  say('steps', titles(before), titles(after));
  return changes.length === 0 ? ['details of its steps'] : changes;
}

function versionWords({ version }: PlannedTarget): string {
  return version.commit === null ? version.name : `${version.name} (${version.commit.slice(0, 12)})`;
}

function beforeWords({ before }: PlannedTarget): string {
  return before === null ? 'nothing' : `${before.version.name} (${before.releaseId})`;
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}
