import { z } from 'zod';
import { judgeLooked, lookInSource } from '../from-source.ts';
import { defineGate } from '../gate.ts';
import { SeverityLimits } from '../severity-limits.ts';
import { judgeFindings } from './judge.ts';

const Settings = z.strictObject({
  of: z
    .array(z.enum(['code', 'dependencies', 'secrets']))
    .min(1)
    .default(['code', 'dependencies', 'secrets'])
    .describe('What is looked for.'),
  ...SeverityLimits,
  secrets: z.int().min(0).max(1_000_000).default(0).describe('How many leaked secrets may be open.'),
});

/** Whether what is known to be unsafe in the commit is within what this place takes. */
export const noAlerts = defineGate({
  id: 'no-alerts',
  asks: 'Is nothing unsafe known of it?',
  when: 'before',
  Settings,
  look: (subject) => lookInSource(subject, (source, commit) => source.findings?.(commit) ?? null),
  judge: (looked, settings) => judgeLooked(looked, (findings) => judgeFindings(findings, settings)),
});
