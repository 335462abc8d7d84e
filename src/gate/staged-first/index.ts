import { z } from 'zod';
import { EnvironmentName } from '../../core/names.ts';
import { defineGate } from '../gate.ts';
import { Time } from '../words.ts';
import { judgeStaged, type Staged } from './judge.ts';

const Settings = z.strictObject({
  environment: EnvironmentName.describe('Where it has to have run before, such as staging.'),
  soak: Time(0, 30 * 86_400_000)
    .default(0)
    .describe('How long it has to have run there, such as 2h.'),
});

/** Whether this very version has run elsewhere before, for long enough, and nobody went back from it. */
export const stagedFirst = defineGate({
  id: 'staged-first',
  asks: 'Has it run elsewhere first?',
  when: 'before',
  Settings,
  look: async ({ target, deployedIn, nowMs }, { environment }): Promise<Staged> => ({
    version: target.version,
    deployed: await deployedIn(environment),
    nowMs,
  }),
  judge: judgeStaged,
});
