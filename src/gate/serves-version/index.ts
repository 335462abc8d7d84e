import type { Verdict } from '../../core/verdict.ts';
import { defineGate } from '../gate.ts';
import { NoSettings } from '../settings.ts';

export type Answers = {
  readonly wanted: string;
  /** Null: the platform names no address to ask. */
  readonly answers: readonly ({ readonly status: number; readonly version: string | null } | null)[] | null;
};

const QUESTIONS = 5;

/** Whether the front door really answers with the new version: proof from outside, not the platform's word. */
export const servesVersion = defineGate({
  id: 'serves-version',
  asks: 'Does the service answer with the new version?',
  when: 'after',
  isWaivable: false,
  Settings: NoSettings,
  async look({ target, site, probe }): Promise<Answers> {
    const { frontDoor } = await site.look();
    const wanted = target.version.name;
    if (frontDoor === null) return { wanted, answers: null };
    return { wanted, answers: await Promise.all(Array.from({ length: QUESTIONS }, () => probe(frontDoor))) };
  },
  judge,
});

export function judge({ wanted, answers }: Answers): Verdict {
  if (answers === null)
    return { kind: 'unknown', because: `there is no address at which ${wanted} could be asked` };
  const silent = answers.filter((answer) => answer === null).length;
  if (silent > 0)
    return { kind: 'unknown', because: `${silent} of ${answers.length} requests got no answer` };
  const versions = answers.map((answer) => answer?.version ?? null);
  const other = versions.find((version) => version !== wanted && version !== null);
  if (other !== undefined) return { kind: 'fail', because: `it answers with ${other}, not with ${wanted}` };
  if (versions.includes(null))
    return { kind: 'unknown', because: 'its answers do not say which version they are from' };
  return { kind: 'pass', because: `${answers.length} of ${answers.length} answers came from ${wanted}` };
}
