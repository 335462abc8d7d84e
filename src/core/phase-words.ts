import type { Phase } from './can.ts';
import type { Report } from './report.ts';

type Worded = Pick<Report, 'phase' | 'purpose' | 'problem' | 'isPartial' | 'isTurning'>;

/** A sign and words for how a deployment stands: colour and signs alone say nothing to some readers. */
export function phaseWords(report: Worded): string {
  return `${report.isTurning ? signs.undoing : signs[report.phase]} ${wordsFor(report)}`;
}

/** The same in the middle of a sentence. */
export function phaseWithin(report: Worded): string {
  const words = wordsFor(report);
  return `${words.slice(0, 1).toLowerCase()}${words.slice(1)}`;
}

const signs: Record<Phase, string> = {
  waiting: '◷',
  held: '‖',
  moving: '▶',
  undoing: '↩',
  deployed: '✔',
  'rolled-back': '↩',
  stopped: '■',
  'needs-human': '⚠',
};

const deploying: Record<Phase, string> = {
  waiting: 'Waiting',
  held: 'Held',
  moving: 'Deploying',
  undoing: 'Rolling back',
  deployed: 'Deployed',
  'rolled-back': 'Rolled back',
  stopped: 'Stopped before anything was changed',
  'needs-human': 'Needs a person',
};

const rollingBack: Record<Phase, string> = {
  ...deploying,
  moving: 'Rolling back',
  undoing: 'Undoing the rollback',
  deployed: 'Rollback done',
  'rolled-back': 'Rollback undone',
};

/** When nothing went wrong and yet it turned around, somebody pressed Stop. */
const stopped: Partial<Record<Phase, string>> = {
  undoing: 'Stopped, taking it back',
  'rolled-back': 'Stopped and taken back',
};

function wordsFor({ phase, purpose, problem, isPartial, isTurning }: Worded): string {
  if (isTurning) return 'About to be taken back';
  if (isPartial && phase === 'rolled-back') return 'Partly rolled back';
  const words = (purpose === 'deploy' ? deploying : rollingBack)[phase];
  return problem === null ? (stopped[phase] ?? words) : words;
}
