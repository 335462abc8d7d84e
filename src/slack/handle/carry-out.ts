import {
  type Command,
  lineOf,
  submitForm,
  type Understood,
  understand,
  understandMention,
  withoutMentions,
} from '../../command/index.ts';
import type { Reply } from '../../core/answer.ts';
import { unreachable } from '../../core/bug.ts';
import { type Action, can } from '../../core/can.ts';
import type { Desk } from '../../core/desk.ts';
import { DeploymentId } from '../../core/names.ts';
import { type Refusal, refuse } from '../../core/refusal.ts';
import type { Report } from '../../core/report.ts';
import { code } from '../../core/text.ts';
import { partsOf, type What } from '../asked.ts';
import type { Reports } from '../needs.ts';

/** What somebody asked for, carried out. `line` can be asked again by a button; null when it cannot. */
export type CarriedOut = { readonly said: Reply; readonly line: string | null };

export type Carrying = {
  readonly commands: readonly Command[];
  readonly reports: Reports;
  /** The deployment in whose thread it was said; null elsewhere. */
  readonly about: string | null;
};

/** Everything but the home tab, which is a place and not an answer. */
export async function carryOut(
  carrying: Carrying,
  what: Exclude<What, { kind: 'home' }>,
  desk: Desk,
  understood: Understood | null = null,
): Promise<CarriedOut> {
  const { commands } = carrying;
  switch (what.kind) {
    case 'command':
      return runLine(
        understood ?? understand(commands, what.name, what.text),
        desk,
        `${what.name} ${what.text}`,
      );
    case 'run': {
      const { name, text } = partsOf(what.line);
      return runLine(understood ?? understand(commands, name, text), desk, what.line);
    }
    case 'refresh':
    case 'share':
      return repeat(commands, what.line, desk);
    case 'mention':
      if (carrying.about !== null && ROLL_BACK.test(withoutMentions(what.text)))
        return { said: await act(carrying, 'rollBack', carrying.about, desk), line: null };
      return runLine(understandMention(commands, what.text, carrying.about), desk, null);
    case 'submission':
      return { said: await submit(commands, what, desk), line: null };
    case 'show':
      return { said: await show(what.deploymentId, desk), line: null };
    case 'act':
      return { said: await act(carrying, what.action, what.deploymentId, desk), line: null };
    default:
      return unreachable(what);
  }
}

/** Alone, in the thread of a deployment: what it did, where it did it. */
const ROLL_BACK = /^\/?(?:deploy-)?rollback\s*$/i;

async function runLine(understood: Understood, desk: Desk, line: string | null): Promise<CarriedOut> {
  switch (understood.kind) {
    case 'prepared':
      return {
        said: await understood.run(desk),
        line: line === null ? null : line.replace(/^\//, '').trim(),
      };
    case 'help':
      return { said: understood.answer, line: null };
    case 'form':
      return { said: askWithForm(understood), line: null };
    default:
      return { said: understood, line: null };
  }
}

/** Where no form can be opened (Slack opens one only within three seconds of a press): a button that opens it. */
export function askWithForm({ command, filled, refusal }: Extract<Understood, { kind: 'form' }>): Refusal {
  const offers = refusal.offers ?? [];
  const text = lineOf(command.arguments, filled);
  return { ...refusal, offers: [{ label: 'Fill in a form', command: command.name, text }, ...offers] };
}

/** Only what looks at things is asked again by a button, or shown to a channel. */
async function repeat(commands: readonly Command[], line: string, desk: Desk): Promise<CarriedOut> {
  const { name, text } = partsOf(line);
  const understood = understand(commands, name, text);
  if (understood.kind === 'prepared' && understood.command.permission !== 'look')
    return { said: expired, line: null };
  return runLine(understood, desk, line);
}

export const expired = refuse('too-late', ['This button has expired.'], {
  next: ['Type ', code('/deploy-status'), ' to see how things stand.'],
});

async function submit(
  commands: readonly Command[],
  what: Extract<What, { kind: 'submission' }>,
  desk: Desk,
): Promise<Reply> {
  const command = commands.find(({ name }) => name === what.command);
  if (command === undefined) return expired;
  const submitted = submitForm(command, what.values);
  if (submitted.kind === 'prepared') return submitted.run(desk);
  return refuse('bad-arguments', [Object.values(submitted.errors).join('. ')], {
    next: [code(`/${command.name} help`)],
  });
}

async function show(deploymentId: string, desk: Desk): Promise<Reply> {
  if (!DeploymentId.safeParse(deploymentId).success) return expired;
  return desk.status({ service: null, environment: null, deployment: deploymentId });
}

const LOGS_SINCE_MS = 15 * 60_000;
const LOG_LINES = 40;

/** A press on a card. The button said which deployment; everything else is looked up now, and decided by the desk. */
async function act(
  { commands, reports }: Carrying,
  action: Action,
  deploymentId: string,
  desk: Desk,
): Promise<Reply> {
  if (!DeploymentId.safeParse(deploymentId).success) return expired;
  switch (action) {
    case 'abort':
      return desk.abort(deploymentId, null);
    case 'hold':
      return desk.hold(deploymentId, null);
    case 'goOn':
      return desk.goOn(deploymentId, null);
    case 'resolve':
      return desk.resolve(deploymentId, null);
    case 'details':
      return desk.report(deploymentId);
    case 'logs':
      return desk.logs({
        service: null,
        deployment: deploymentId,
        environment: null,
        sinceMs: LOGS_SINCE_MS,
        contains: null,
        level: null,
        linesMax: LOG_LINES,
      });
    case 'rollBack': {
      // Whoever may not see it learns nothing of it here either.
      const seen = await show(deploymentId, desk);
      if (seen.kind === 'refusal') return seen;
      return rollBack(commands, await reports.reportFor(deploymentId), desk);
    }
  }
}

/** Shows how it would be taken back; that plan's own button does it. */
async function rollBack(commands: readonly Command[], report: Report | null, desk: Desk): Promise<Reply> {
  if (report === null) return expired;
  if (!can('rollBack', report.phase)) {
    return refuse('too-late', [`This cannot be rolled back. ${report.sentence}`], {
      next: [code(`/deploy-status ${report.deploymentId}`)],
    });
  }
  const [first, ...others] = report.targets;
  if (first === undefined) return expired;
  if (others.length > 0 && report.product === null) return whichOne(commands, report);
  const { environment } = first;
  const service = report.product ?? first.service;
  return desk.rollBack({ service, environment, to: null, why: null, plan: null });
}

function whichOne(commands: readonly Command[], report: Report): Refusal {
  const command = commands.find(({ name }) => name === 'deploy-rollback');
  const offers = report.targets.slice(0, 5).map(({ service, environment }) => ({
    label: `${service} in ${environment}`,
    command: 'deploy-rollback',
    text: command === undefined ? service : lineOf(command.arguments, { service, environment }),
  }));
  return refuse('bad-arguments', ['This deployment has several services. Which one shall be rolled back?'], {
    offers,
  });
}
