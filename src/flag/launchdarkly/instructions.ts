import type { FlagState } from '../../core/flag.ts';
import type { FlagPlace, FlagStanding } from '../flag.ts';
import { refused } from '../refuse.ts';
import { type Flag, isYesWhileOff, yesAndNo } from './standing.ts';

/**
 * What a semantic patch has to say so that it is as wanted; empty where it is. One patch is one change, so that the order
 * of its instructions is nobody's concern. @throws {Failed} `unsupported` where there is no plain yes or no to share out,
 * and where everybody would get what is switched off
 */
export function instructionsOf(
  flag: Flag,
  standing: FlagStanding,
  wanted: FlagState,
  { key, environment }: FlagPlace,
): object[] {
  const isSwitchedOff = !wanted.isOn || flag.environments[environment]?.on === false;
  if (isSwitchedOff && isYesWhileOff(flag, environment)) {
    const why = `everybody gets ${key} while it is off in ${environment}: its off variation is true`;
    throw refused('unsupported', why);
  }
  const turn = wanted.isOn === standing.isOn ? [] : [{ kind: wanted.isOn ? 'turnFlagOn' : 'turnFlagOff' }];
  if (wanted.rolloutPercent === null || wanted.rolloutPercent === standing.rolloutPercent) return turn;
  return [...turn, share(flag, wanted.rolloutPercent, key)];
}

function share(flag: Flag, percent: number, key: string): object {
  const sides = yesAndNo(flag);
  const yes = sides === null ? undefined : flag.variations[sides.yes]?._id;
  const no = sides === null ? undefined : flag.variations[sides.no]?._id;
  if (yes === undefined || no === undefined) {
    throw refused('unsupported', `${key} is no plain yes or no, so that it cannot be given a percentage`);
  }
  const kind = 'updateFallthroughVariationOrRollout';
  if (percent === 100 || percent === 0) return { kind, variationId: percent === 100 ? yes : no };
  const weight = Math.round(percent * 1_000);
  return { kind, rolloutWeights: { [yes]: weight, [no]: 100_000 - weight } };
}
