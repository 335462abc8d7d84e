import { isSameVersion, type Version } from '../../core/plan.ts';
import { duration } from '../../core/text.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { Deployed } from '../gate.ts';
import { quoted } from '../words.ts';

export type Staged = {
  readonly version: Version;
  /** Newest first. */
  readonly deployed: readonly Deployed[];
  readonly nowMs: number;
};

export type Demanded = { readonly environment: string; readonly soak: number };

/** The last time that it was there counts: what somebody went back from has to prove itself anew. */
export function judgeStaged({ version, deployed, nowMs }: Staged, { environment, soak }: Demanded): Verdict {
  const name = quoted(version.name);
  const last = deployed.find((each) => isSameVersion(each.version, version));
  if (last === undefined) {
    return { kind: 'fail', because: `${name} has not been deployed to ${environment}` };
  }
  if (last.isTakenBack) {
    return { kind: 'fail', because: `${name} was taken back in ${environment} (${last.deploymentId})` };
  }
  const ranMs = (last.untilMs ?? nowMs) - last.endedAtMs;
  if (!Number.isFinite(ranMs)) {
    return { kind: 'unknown', because: `it is not known how long ${name} ran in ${environment}` };
  }
  const how = version.commit === null || last.version.commit === null ? ', going by its name' : '';
  const ran = `${name} ran in ${environment} for ${duration(Math.max(0, ranMs))} (${last.deploymentId})${how}`;
  if (ranMs >= soak) return { kind: 'pass', because: ran };
  if (last.untilMs === null) return { kind: 'unknown', because: `${ran} of ${duration(soak)} so far` };
  return { kind: 'fail', because: `${ran}, and not for ${duration(soak)}` };
}
