import { type Answer, answer, type Part, type Reply } from '../../core/answer.ts';
import { type Freeze, frozenAt, sayFreezeWindow } from '../../core/freeze.ts';
import { type Offer, type Refusal, refuse } from '../../core/refusal.ts';
import { type Scope, sayScope } from '../../core/scope.ts';
import { code, person, time } from '../../core/text.ts';
import type { Sheet } from '../../store/store.ts';

/** A freeze with the sheet that it hangs on. */
export type HungFreeze = { readonly sheet: Sheet; readonly freeze: Freeze };

/** A freeze as people see it. */
export function sayFreeze({ sheet, freeze }: HungFreeze, nowMs: number): Answer {
  const what = sayScope(freeze.scope);
  const said = sayFreezeWindow(freeze.window, nowMs);
  const state = stateOf({ sheet, freeze }, nowMs);
  const passes = { name: 'Still possible', value: ['rolling back, stopping, breaking the glass'] };
  const parts: Part[] = [
    { kind: 'text', text: [freeze.reason] },
    {
      kind: 'facts',
      facts: [
        { name: 'What', value: [what] },
        { name: 'When', value: [said] },
        { name: 'Put up by', value: [person(freeze.by), ', ', time(freeze.sinceMs)] },
        ...(sheet.isOpen ? [passes] : []),
      ],
    },
    { kind: 'note', text: [code(sheet.id)] },
  ];
  return answer(`${state}: ${what}, ${said}. ${freeze.reason}`, parts, {
    title: `${state}: ${what}`.slice(0, 150),
    offers: sheet.isOpen ? [liftOffer({ sheet, freeze }, 'Lift it')] : [],
  });
}

function stateOf({ sheet, freeze }: HungFreeze, nowMs: number): string {
  if (!sheet.isOpen) return 'No longer frozen';
  return frozenAt(freeze.window, nowMs) === null ? 'Freeze planned' : 'FROZEN';
}

/** Somebody else put it up: its words are read before it goes. */
export function showFreezeFirst(hung: HungFreeze, nowMs: number): Reply {
  const what = sayScope(hung.freeze.scope);
  const note: Part = { kind: 'note', text: ['Somebody else put it up. It is not lifted yet.'] };
  return answer(
    `The freeze of ${what} was put up by somebody else. It is not lifted yet.`,
    [...sayFreeze(hung, nowMs).parts, note],
    { title: `Lift the freeze of ${what}?`.slice(0, 150), offers: [liftOffer(hung, 'Lift it')] },
  );
}

export function liftOffer({ sheet, freeze }: HungFreeze, label: string): Offer {
  const text = `Deployments of ${sayScope(freeze.scope)} may begin and go on again. It was put up because: ${freeze.reason}`;
  return {
    label,
    command: 'deploy-maintenance',
    text: `unfreeze ${sheet.id} --seen ${sheet.version}`,
    isDangerous: true,
    confirm: { title: 'Lift the freeze?', text: text.slice(0, 300) },
  };
}

export function frozenAlready({ sheet, freeze }: HungFreeze): Refusal {
  const { scope, by, sinceMs, reason } = freeze;
  return refuse(
    'nothing-to-do',
    [
      `There is a freeze of ${sayScope(scope)} already, by `,
      person(by),
      ' since ',
      time(sinceMs),
      `: ${reason}`,
    ],
    { offers: [{ label: 'Lift it…', command: 'deploy-maintenance', text: `unfreeze ${sheet.id}` }] },
  );
}

export function whichFreeze(found: readonly HungFreeze[]): Refusal {
  return refuse('bad-arguments', ['There are several freezes of exactly that. Which one?'], {
    offers: found
      .slice(0, 5)
      .map((hung) => liftOffer(hung, `${hung.sheet.id}: ${hung.freeze.reason}`.slice(0, 75))),
  });
}

/** What reaches it all the same is named: a freeze of everything is lifted as such, and not for one service. */
export function notFrozen(open: readonly HungFreeze[], scope: Scope): Refusal {
  const others = open.map(({ freeze }) => sayScope(freeze.scope)).join(', ');
  return refuse('nothing-to-do', [`There is no freeze of just ${sayScope(scope)}.`], {
    next: [open.length === 0 ? 'Nobody has frozen anything.' : `There are freezes of ${others}.`],
    offers: open.slice(0, 3).map(({ sheet, freeze }) => ({
      label: `Lift that of ${sayScope(freeze.scope)}…`.slice(0, 75),
      command: 'deploy-maintenance',
      text: `unfreeze ${sheet.id}`,
    })),
  });
}

export function noFreeze(id: string): Refusal {
  return refuse('not-found', ['There is no freeze ', code(id), '.'], {
    next: ['See what there is with ', code('/deploy-maintenance list'), '.'],
  });
}
