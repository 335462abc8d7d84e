import type { Version } from '../../core/plan.ts';

/** What a run of ours carries, in one value that people can read too: whose it is, and what it deploys. */
export type Mark = { readonly intentId: string; readonly version: Version };

/** `slipway d-7f3a9k2m/replace.api/staging/forward/1 v2 0f3a9c1d…`; a dash where no commit is known. */
export function writeMark({ intentId, version: { name, commit } }: Mark): string {
  return `slipway ${intentId} ${name} ${commit ?? '-'}`;
}

const MARK =
  /\bslipway (d-[0-9a-z]{8}\/[\w.-]+\/[\w-]+\/(?:forward|backward)\/\d+) ([A-Za-z0-9][\w./+@:-]{0,255}) ([0-9a-f]{7,64}|-)(?![\w-])/;

/** Wherever it stands in a text; null where it does not, or not whole. */
export function readMark(text: string): Mark | null {
  const [, intentId, name, commit] = MARK.exec(text) ?? [];
  if (intentId === undefined || name === undefined || commit === undefined) return null;
  return { intentId, version: { name, commit: commit === '-' ? null : commit } };
}

/** Whether a call was for this target: the name of its step is in its own. */
export function isForTarget({ intentId }: Mark, targetId: string): boolean {
  const [, target] = /^[^/]+\/[\w-]+\.(.+)\/(?:forward|backward)\/\d+$/.exec(intentId) ?? [];
  return target === targetId;
}
