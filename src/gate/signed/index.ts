import { z } from 'zod';
import { broughtBy, judgeLooked, lookInSource } from '../from-source.ts';
import { defineGate } from '../gate.ts';
import { judgeSignatures, type Signed } from './judge.ts';

const Settings = z.strictObject({
  of: z
    .enum(['all', 'newest'])
    .default('all')
    .describe('Every commit that was not in what runs there now, or the newest one alone.'),
});

/** Whether whoever wrote what is deployed vouches for it with their key, as the source has verified. */
export const signed = defineGate({
  id: 'signed',
  asks: 'Are its commits signed?',
  when: 'before',
  Settings,
  look: (subject, { of }) =>
    lookInSource(subject, (source, commit) => {
      if (source.signature === undefined) return null;
      const newest = source.signature(commit);
      return (async (): Promise<Signed> => {
        const first = { id: commit, signature: await newest };
        if (of === 'newest') return { kind: 'known', commits: [first] };
        const brought = await broughtBy(source, subject.target, commit);
        if (brought.kind === 'not-known') return brought;
        const others = brought.commits.filter(({ id }) => id !== commit);
        return {
          kind: 'known',
          commits: [first, ...others.map(({ id, signature }) => ({ id, signature: signature ?? null }))],
        };
      })();
    }),
  judge: (looked) => judgeLooked(looked, judgeSignatures),
});
