import { type Answer, answer, type Part } from '../../core/answer.ts';
import { sayFlag } from '../../core/flag.ts';
import type { KillSwitch, SwitchedFlag } from '../../core/kill-switch.ts';
import { code, person, strong, type Text, time } from '../../core/text.ts';

/** Without the slash. */
export const EMERGENCY = 'deploy-emergency';

/** A kill switch as its card. */
export function sayKillSwitch(id: string, killSwitch: KillSwitch): Answer {
  const { pulled, back, flags } = killSwitch;
  const sentence = switchSentence(killSwitch);
  const parts: Part[] = [
    { kind: 'text', text: [strong(namesOf(flags)), ` ${stateOf(killSwitch)}`] },
    {
      kind: 'facts',
      facts: [
        { name: 'Switched off by', value: actText(pulled) },
        ...(back === null ? [] : [{ name: 'Switched on again by', value: actText(back) }]),
      ],
    },
    flagTable(killSwitch),
    { kind: 'note', text: [code(id), ' · no deployment turns it up while this hangs'] },
  ];
  return answer(sentence, back === null ? parts : parts.slice(0, 3), {
    title: titleOf(killSwitch),
    offers: back === null ? [{ label: 'Switch on again…', command: EMERGENCY, text: `switch-on ${id}` }] : [],
  });
}

function titleOf(killSwitch: KillSwitch): string {
  const names = namesOf(killSwitch.flags);
  const isOpen = killSwitch.flags.some(({ state }) => state !== 'done');
  if (killSwitch.back !== null)
    return `${names}: ${isOpen ? 'being switched on again' : 'on again'}`.slice(0, 150);
  return `${isOpen ? '⚠ Kill switch: NOT OFF YET' : '⚠ Kill switch'}: ${names}`.slice(0, 150);
}

/** How it stands as one sentence. */
export function switchSentence(killSwitch: KillSwitch): string {
  return `${namesOf(killSwitch.flags)} ${stateOf(killSwitch)}.`;
}

function stateOf({ back, flags }: KillSwitch): string {
  const open = flags.filter(({ state }) => state !== 'done');
  const places = [...new Set(flags.map(({ environment }) => environment))].join(' and ');
  const word = back === null ? 'off' : 'on again';
  const plural = namesOf(flags).includes(',') ? 'are' : 'is';
  if (open.length === 0) return `${plural} ${word} in ${places}, read back`;
  const because = open.map(
    ({ key, environment, say }) => `${key} in ${environment}: ${say ?? 'being switched'}`,
  );
  return `${plural} not ${word} everywhere yet (${because.join('; ')}); it is tried again`;
}

export function notYetWords(killSwitch: KillSwitch): Text {
  return [strong('Kill switch: '), switchSentence(killSwitch)];
}

function flagTable({ back, flags }: KillSwitch): Part {
  return {
    kind: 'table',
    caption: back === null ? 'Switched off' : 'Switched on again',
    columns: ['Flag', 'Where', 'Read by', 'Before', 'Now'],
    rows: flags.map((flag) => [
      flag.key,
      `${flag.environment} (${flag.at}: ${flag.theirs})`,
      flag.services.join(', '),
      flag.before === null ? 'not known' : sayFlag(flag.before),
      nowOf(flag),
    ]),
  };
}

function nowOf({ state, say }: SwitchedFlag): string {
  if (state === 'sent') return 'being switched';
  return state === 'done' ? (say ?? 'done') : `NOT YET: ${say}`;
}

export function namesOf(flags: readonly Pick<SwitchedFlag, 'key'>[]): string {
  return [...new Set(flags.map(({ key }) => key))].join(', ');
}

function actText({ by, why, incident, atMs }: KillSwitch['pulled']): Text {
  return [person(by), ', ', time(atMs), `: ${incident}, ${why}`];
}
