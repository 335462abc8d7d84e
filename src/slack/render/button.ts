import type { types } from '@slack/bolt';
import type { Action } from '../../core/can.ts';
import type { Offer } from '../../core/refusal.ts';
import type { Report } from '../../core/report.ts';
import { sentence } from '../../core/text.ts';
import { type Block, isWebLink, plainText } from './block.ts';
import { clean } from './clean.ts';
import { limits } from './limits.ts';

type Confirm = { readonly title: string; readonly text: string; readonly yes: string };

export type ButtonFacts = {
  readonly id: string;
  readonly value: string;
  readonly label: string;
  /** What a screen reader says: the label with what it is about. */
  readonly says: string;
  readonly style?: 'danger' | 'primary';
  readonly confirm?: Confirm;
};

/** The version of our own button ids. A click on a message of an older program has another one, and is answered so. */
export const VERSION = 'v1';

export function button(facts: ButtonFacts): types.Button {
  return {
    type: 'button',
    action_id: facts.id,
    value: facts.value,
    text: plainText(facts.label, limits.buttonText),
    accessibility_label: plainText(facts.says, limits.accessibilityLabel).text,
    ...(facts.style === undefined ? {} : { style: facts.style }),
    ...(facts.confirm === undefined ? {} : { confirm: confirmation(facts.confirm) }),
  };
}

export function linkButton(label: string, url: string): types.Button | null {
  if (!isWebLink(url)) return null;
  const text = plainText(label, limits.buttonText);
  return { type: 'button', action_id: `${VERSION}:link`, url, text, accessibility_label: text.text };
}

export function actionsBlock(elements: readonly (types.Button | types.Overflow)[]): Block[] {
  if (elements.length === 0) return [];
  return [{ type: 'actions', elements: elements.slice(0, limits.buttons) }];
}

/** A corrected command as a button: its value is what the same person could have typed after the slash. */
export function offerButton(offer: Offer, index: number): types.Button | null {
  const value = `${offer.command} ${offer.text}`.trim();
  if (!isAsTyped(value)) return null;
  return button({
    id: `${VERSION}:run:${index}`,
    value,
    label: offer.label,
    says: offer.label,
    ...(offer.isDangerous === true ? { style: 'danger' as const } : {}),
    ...(offer.confirm === undefined ? {} : { confirm: { ...offer.confirm, yes: 'Go ahead' } }),
  });
}

/** Whether a button can carry a line just as it is: one that had to be cut or cleaned would be another command. */
export function isAsTyped(line: string): boolean {
  return line !== '' && clean(line, limits.buttonValue) === line;
}

type Shown = {
  readonly label: string;
  readonly style?: 'danger';
  readonly confirm?: (title: string, noWayBack: string | null) => Confirm;
};

const shown: Record<Action, Shown> = {
  abort: {
    label: '■ Stop',
    style: 'danger',
    confirm: (title, noWayBack) => ({
      title: 'Stop this deployment?',
      text: `${title} is stopped, and what it did is taken back.${noWayBack === null ? '' : ` But: ${sentence(noWayBack)}`}`,
      yes: 'Stop it',
    }),
  },
  hold: { label: '‖ Hold' },
  goOn: { label: '▶ Go on' },
  // Shows the plan and changes nothing; the plan's own button asks again.
  rollBack: { label: '↩ Roll back…' },
  resolve: {
    label: '✔ Resolved',
    confirm: (title) => ({
      title: 'Has this been put right?',
      text: `${title}: say so only when the platform is as it should be. New deployments may start there then.`,
      yes: 'It is resolved',
    }),
  },
  logs: { label: '☰ Logs' },
  details: { label: '⤓ Report' },
};

/** Before it starts there is nothing to take back. */
const cancel: Shown = {
  label: '✕ Cancel',
  confirm: (title) => ({
    title: 'Cancel this deployment?',
    text: `${title} does not start. Nothing has been changed.`,
    yes: 'Cancel it',
  }),
};

/** A button for what can be done with a deployment. It carries the id and nothing else; all is looked up at the click. */
export function actionButton(
  action: Action,
  deploymentId: string,
  title: string,
  { phase, noWayBack }: Pick<Report, 'phase' | 'noWayBack'> | typeof anywhere = anywhere,
): types.Button {
  const { label, style, confirm } = action === 'abort' && phase === 'waiting' ? cancel : shown[action];
  return button({
    id: `${VERSION}:${action}`,
    value: deploymentId,
    label,
    says: `${label.slice(2)}: ${title}`,
    ...(style === undefined ? {} : { style }),
    ...(confirm === undefined ? {} : { confirm: confirm(title, noWayBack) }),
  });
}

/** Beside a report that is over nothing of it is known any more. */
const anywhere = { phase: null, noWayBack: null };

/** The rest, behind three dots: at most five. */
export function overflow(actions: readonly Action[], deploymentId: string): types.Overflow | null {
  if (actions.length === 0) return null;
  return {
    type: 'overflow',
    action_id: `${VERSION}:more`,
    options: actions.slice(0, limits.overflowOptions).map((action) => ({
      text: plainText(shown[action].label, limits.optionText),
      value: `${action} ${deploymentId}`,
    })),
  };
}

function confirmation({ title, text, yes }: Confirm): types.ConfirmationDialog {
  return {
    title: plainText(title, limits.confirmTitle),
    text: plainText(text, limits.confirmText),
    confirm: plainText(yes, limits.confirmButton),
    deny: plainText('No', limits.confirmButton),
    style: 'danger',
  };
}
