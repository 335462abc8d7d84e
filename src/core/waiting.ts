import { expiryOf } from './admission.ts';
import { quorumOf } from './approval.ts';
import { type Deployment, stateOf } from './deployment.ts';
import type { Changes, Step } from './plan.ts';
import { changeFacts, sayRule, shortHash } from './plan-parts.ts';
import type { Offer } from './refusal.ts';
import { isUndecided } from './spared.ts';
import { code, duration, person, sentence, strong, type Text, time } from './text.ts';
import { titleOf } from './titles.ts';
import { undecidedLines } from './undecided-words.ts';
import { vigilLines } from './vigil-words.ts';

/** For whom or what a deployment waits, a line each; nothing when it does not wait. */
export function waitingLines(deployment: Deployment): Text[] {
  const { plan, people, outcome, direction } = deployment;
  if (isUndecided(deployment)) return [...undecidedLines(deployment), ...vigilLines(deployment)];
  if (outcome !== null || direction === 'backward') return [];
  if (people.isStarted) {
    return [
      ...turningLines(deployment),
      ...(people.hindrance === null ? [] : [[`Not yet: ${people.hindrance}`]]),
      ...vigilLines(deployment),
    ];
  }
  return [
    ...(people.untilMs === null ? [] : [['Starts ', time(people.untilMs), ', and not before']]),
    ...(people.untilMs === null ? [] : [[againWords(deployment)]]),
    ...approvalLines(deployment),
    ...plan.targets.flatMap((target) => changeLines(target.changes, plan.purpose)),
    ...hindranceLines(deployment),
  ];
}

/** Why it is about to go back, when, and on what numbers. */
function turningLines(deployment: Deployment): Text[] {
  const step = turningStep(deployment);
  const turn = step === null ? null : stateOf(deployment, step.id).turning;
  if (step === null || turn === null) return [];
  const answered = deployment.people.turns.get(step.id);
  const isHeld = answered?.how === 'hold' && answered.atMs >= turn.sinceMs;
  const when: Text = isHeld
    ? [strong('It is held here: '), 'it goes back unless somebody decides otherwise']
    : [
        strong(`It is taken back within ${duration(turn.untilMs - turn.sinceMs)}`),
        ', unless somebody says otherwise',
      ];
  const { verdict, excessErrors } = turn.judgement;
  return [
    when,
    [sentence(verdict.because)],
    ...(excessErrors === null || excessErrors < 1
      ? []
      : [[`About ${Math.round(excessErrors)} requests failed that would not have failed before`]]),
  ];
}

/** What people have to know who rely on a time: nothing of today is taken for granted then. */
function againWords({ plan }: Deployment): string {
  const again = 'Everything is looked at again at that time, and the plan drawn again';
  return plan.approval === undefined
    ? again
    : `${again}; if it is not the same any more, whoever approved it has to do so again`;
}

function approvalLines(deployment: Deployment): Text[] {
  const { plan, people } = deployment;
  if (plan.approval === undefined) return [];
  const expiresAtMs = expiryOf(deployment);
  return [
    [
      `Needs ${sayRule(plan.approval)}, for plan `,
      code(shortHash(deployment.hash)),
      `. ${sayQuorum(deployment)}`,
    ],
    ...people.approvals.map(
      ({ by, atMs, comment }): Text => [
        'Approved by ',
        person(by),
        ', ',
        time(atMs),
        comment === null ? '' : `: ${comment}`,
      ],
    ),
    ...(expiresAtMs === null ? [] : [['Expires ', time(expiresAtMs)]]),
  ];
}

function hindranceLines({ people }: Deployment): Text[] {
  const { changes, isMissed, missedBecause, behind, hindrance } = people;
  const missed = sentence(missedBecause ?? 'Its time has passed while nobody was there');
  return [
    ...(changes.length === 0 ? [] : [[`The plan has changed: ${changes.join('; ')}`]]),
    ...(isMissed ? [[`${missed} Shall it still start?`]] : []),
    ...(behind === null || hindrance !== null || isMissed ? [] : [['In line behind ', code(behind)]]),
    ...(hindrance === null || isMissed ? [] : [[`Not yet: ${hindrance}`]]),
  ];
}

function changeLines(changes: Changes | undefined, purpose: Deployment['plan']['purpose']): Text[] {
  if (purpose === 'roll-back') return [];
  return changeFacts(changes).map(({ name, value }) => [strong(`${name}: `), ...value]);
}

/** What people can do about it now, besides stopping and holding it. */
export function peopleOffers(deploymentId: string, deployment: Deployment): Offer[] {
  const { plan, hash, people, outcome, direction } = deployment;
  if (outcome !== null || direction === 'backward') return [];
  if (people.isStarted) {
    const first = turning(deploymentId, deployment);
    if (first.length > 0) return first;
    return [...asking(deploymentId, deployment), ...hurrying(deploymentId, deployment)];
  }
  const later = isScheduled(deployment)
    ? scheduleOffers(deploymentId, deployment)
    : askedOffers(deploymentId, deployment);
  const isOpen = plan.approval !== undefined && !quorumOf(plan.approval, hash, people.approvals).isMet;
  return isOpen && !people.isMissed ? [...approvalOffers(deploymentId, deployment), ...later] : later;
}

/** One that nobody chose a time for, and that is asked about all the same. */
function askedOffers(deploymentId: string, deployment: Deployment): Offer[] {
  return deployment.people.isMissed ? [startOffer(deploymentId, titleOf(deployment))] : [];
}

/** Whether it waits for a time that somebody chose. */
export function isScheduled({ people, outcome, direction }: Deployment): boolean {
  return people.untilMs !== null && !people.isStarted && outcome === null && direction === 'forward';
}

/** What people can do about one that is to start later. */
export function scheduleOffers(deploymentId: string, deployment: Deployment): Offer[] {
  const title = titleOf(deployment);
  return [
    ...(deployment.people.isMissed ? [startOffer(deploymentId, title)] : []),
    { label: 'Move…', command: 'deploy-schedule', text: `move ${deploymentId}` },
    {
      label: 'Cancel',
      command: 'deploy-schedule',
      text: `cancel ${deploymentId}`,
      isDangerous: true,
      confirm: { title: 'Cancel it?', text: `${title} will not start.` },
    },
  ];
}

function startOffer(deploymentId: string, title: string): Offer {
  return {
    label: 'Start it now',
    command: 'deploy-schedule',
    text: `start ${deploymentId}`,
    confirm: { title: 'Start it now?', text: `${title} starts as soon as nothing stands in its way.` },
  };
}

function asking(deploymentId: string, deployment: Deployment): Offer[] {
  const step = deployment.plan.steps.find(
    (each) => each.kind === 'ask' && stateOf(deployment, each.id).status === 'running',
  );
  if (step?.kind !== 'ask' || deployment.people.answers.has(step.id)) return [];
  const confirm = { title: `${step.yes}?`, text: `${titleOf(deployment)}. ${step.question}` };
  return [
    {
      label: step.yes,
      command: 'deploy-blue-green',
      text: `switch ${deploymentId}`,
      isDangerous: true,
      confirm,
    },
  ];
}

/** What may be said to a version that is about to go back; nothing once somebody has decided. */
function turning(deploymentId: string, deployment: Deployment): Offer[] {
  const step = turningStep(deployment);
  if (step === null) return [];
  const isHeld = deployment.people.turns.get(step.id)?.how === 'hold';
  const seen = `--seen ${alarmsOf(deployment)}`;
  return [
    { label: 'Roll back now', command: 'deploy-canary', text: `back ${deploymentId}`, isDangerous: true },
    ...(isHeld
      ? []
      : [{ label: 'Hold here', command: 'deploy-canary', text: `stay ${deploymentId} ${seen}` }]),
    { label: 'Go on…', command: 'deploy-canary', text: `overrule ${deploymentId} ${seen}` },
    { label: 'Not this time…', command: 'deploy-canary', text: `dismiss ${deploymentId} ${seen}` },
  ];
}

/** How often it was about to be taken back so far: tells which time somebody means who answers late. */
export function alarmsOf({ steps }: Deployment): number {
  return [...steps.values()].reduce((sum, { alarms }) => sum + alarms, 0);
}

/** The step whose version is about to be taken back; null where none is, and where it was decided already. */
export function turningStep(deployment: Deployment): Step | null {
  const { plan, people, direction, outcome } = deployment;
  if (direction === 'backward' || outcome !== null) return null;
  const isOpen = ({ id }: Step) => {
    const { status, turning: turn } = stateOf(deployment, id);
    const answered = people.turns.get(id);
    const isDecided = answered !== undefined && answered.how !== 'hold';
    return status === 'running' && turn !== null && !isDecided;
  };
  return plan.steps.find(isOpen) ?? null;
}

function hurrying(deploymentId: string, deployment: Deployment): Offer[] {
  const step = deployment.plan.steps.find(
    ({ kind, id }) => (kind === 'observe' || kind === 'keep') && stateOf(deployment, id).status === 'running',
  );
  if (step?.kind === 'keep') {
    return [
      {
        label: 'Take the old one away now',
        command: 'deploy-blue-green',
        text: `retire ${deploymentId}`,
        confirm: {
          title: 'No way back?',
          text: `${titleOf(deployment)}: switching back takes longer after that.`,
        },
      },
    ];
  }
  if (step === undefined || deployment.plan.strategy !== 'canary') return [];
  return [
    {
      label: 'Promote now',
      command: 'deploy-canary',
      text: `promote ${deploymentId}`,
      confirm: {
        title: 'Go on without waiting?',
        text: `${titleOf(deployment)} goes on to its next step, unless its numbers are bad.`,
      },
    },
  ];
}

/** The two buttons; each carries the hash of the plan beside which it stands. */
export function approvalOffers(deploymentId: string, deployment: Deployment): Offer[] {
  const hash = shortHash(deployment.hash);
  return [
    {
      label: 'Approve',
      command: 'deploy-approve',
      text: `${deploymentId} --plan ${hash}`,
      confirm: {
        title: 'Approve this plan?',
        text: `${titleOf(deployment)}, plan ${hash}. It starts when everybody who has to has said yes.`,
      },
    },
    { label: 'Reject…', command: 'deploy-approve', text: `${deploymentId} --reject`, isDangerous: true },
  ];
}

/** `1 of 2 approvals.` */
export function sayQuorum({ plan, hash, people }: Deployment): string {
  if (plan.approval === undefined) return '';
  const { requirements } = quorumOf(plan.approval, hash, people.approvals);
  const each = requirements.map(({ given, needed, group }) => {
    const from = group === null ? '' : ` of ${group}`;
    return `${Math.min(given, needed)} of ${needed} approvals${from}`;
  });
  return `${each.join(', ')}.`;
}
