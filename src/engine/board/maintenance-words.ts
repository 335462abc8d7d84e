import { type Answer, answer, type Part } from '../../core/answer.ts';
import { sayMoment } from '../../core/calendar/say-moment.ts';
import { endConfirm, type Maintenance, type OutsidePart } from '../../core/maintenance.ts';
import type { Offer } from '../../core/refusal.ts';
import { sayScope } from '../../core/scope.ts';
import { code, duration, person, plain, sentence, type Text, time, utc } from '../../core/text.ts';

const command = 'deploy-maintenance';

/** A maintenance as people see it, with what could not be done. */
export function sayMaintenanceCard(id: string, maintenance: Maintenance, nowMs: number): Answer {
  const { scope, phase, by, reason, endedBy } = maintenance;
  const what = sayScope(scope);
  const state = { planned: 'Maintenance planned', on: 'Maintenance', over: 'Maintenance over' }[phase];
  const parts: Part[] = [
    ...(reason === null ? [] : [{ kind: 'text', text: [reason] } as const]),
    {
      kind: 'facts',
      facts: [
        { name: 'When', value: when(maintenance, nowMs) },
        {
          name: phase === 'over' ? 'Ended by' : 'By',
          value: phase === 'over' ? ended(endedBy) : [person(by)],
        },
        ...(phase === 'over' ? [] : [{ name: 'Deployments', value: [deployWords(maintenance)] }]),
        ...outsideFacts(maintenance),
      ],
    },
    { kind: 'note', text: [code(id)] },
  ];
  const why = reason === null ? '' : `: ${reason}`;
  const said = sentence(
    `${state}: ${what}, by ${plain([person(by)])}, until ${utc(maintenance.untilMs)}${why}`,
  );
  return answer(`${said}${troubles(maintenance)}`, parts, {
    title: `${state}: ${what}`.slice(0, 150),
    offers: offersFor(id, maintenance),
  });
}

function when({ phase, fromMs, untilMs, zone }: Maintenance, nowMs: number): Text {
  if (phase === 'planned')
    return ['begins ', sayMoment(fromMs, zone, nowMs), `, for ${duration(untilMs - fromMs)}`];
  if (phase === 'over') return ['over since ', time(Math.min(untilMs, nowMs))];
  return [`${left(untilMs - nowMs)} left, until `, time(untilMs)];
}

/** To the minute: it is put right only now and then. */
function left(ms: number): string {
  return duration(Math.max(60_000, Math.ceil(ms / 60_000) * 60_000));
}

function ended(by: string | null): Text {
  return by === null ? ['itself: its time was over'] : [person(by)];
}

function deployWords({ allowsDeploys }: Maintenance): string {
  return allowsDeploys ? 'are allowed' : 'do not begin; rolling back and stopping work';
}

const words: Record<OutsidePart['state'], string> = {
  on: 'done',
  off: 'not yet',
  failed: 'FAILED',
  cannot: 'not done',
};

function outsideFacts({ outside, phase }: Maintenance): { name: string; value: Text }[] {
  const offWord = phase === 'over' ? 'switched back' : words.off;
  return outside.map(({ what, state, say }) => ({
    name: what.charAt(0).toUpperCase() + what.slice(1),
    value: [`${state === 'off' ? offWord : words[state]}${say === '' ? '' : `: ${say}`}`],
  }));
}

/** In the sentence too, for those who hear it read. */
function troubles({ outside }: Maintenance): string {
  const failed = outside.filter(({ state }) => state === 'failed' || state === 'cannot');
  return failed.length === 0
    ? ''
    : ` Could not be done: ${failed.map(({ what, say }) => `${what}, ${say}`).join('; ')}.`;
}

function offersFor(id: string, { phase, scope }: Maintenance): Offer[] {
  if (phase === 'over') return [];
  const end: Offer = {
    label: phase === 'planned' ? 'Cancel it' : 'End now',
    command,
    text: `end ${id}`,
    isDangerous: true,
    confirm:
      phase === 'planned'
        ? { title: 'Cancel it?', text: `${sayScope(scope)}: it will not begin.` }
        : endConfirm(scope),
  };
  return [{ label: 'Extend 30 m', command, text: `extend ${id} --for 30m` }, end];
}

/** What it would do, before it does anything. */
export function previewMaintenance(maintenance: Maintenance, nowMs: number, start: Offer): Answer {
  const { scope, fromMs, untilMs, zone, outside } = maintenance;
  const what = sayScope(scope);
  const will: Record<OutsidePart['state'], string> = {
    on: 'done',
    off: 'will be switched',
    failed: 'cannot be told',
    cannot: 'not possible',
  };
  const facts = [
    { name: 'From', value: [sayMoment(fromMs, zone, nowMs)] },
    { name: 'Until', value: [`${sayMoment(untilMs, zone, nowMs)} (${duration(untilMs - fromMs)})`] },
    { name: 'Deployments', value: [deployWords(maintenance)] },
    ...outside.map(({ what: name, state, say }) => ({
      name: name.charAt(0).toUpperCase() + name.slice(1),
      value: [`${will[state]}${say === '' ? '' : `: ${say}`}`],
    })),
  ];
  const note: Part = { kind: 'note', text: ['Nothing has been changed yet.'] };
  return answer(
    `This would be a maintenance of ${what}. Nothing has been changed yet.`,
    [{ kind: 'facts', facts }, note],
    {
      title: `Maintenance of ${what}?`.slice(0, 150),
      offers: [start],
    },
  );
}
