import { z } from 'zod';
import { broughtBy, judgeLooked, lookInSource, short } from '../from-source.ts';
import { defineGate } from '../gate.ts';
import { judgeReviews, type Reviewed } from './judge.ts';

/** Each is a question to the source: what brings more has to be looked at by somebody, or ordered in parts. */
const COMMITS_MAX = 50;

const Settings = z.strictObject({
  approvals: z.int().min(1).max(20).default(1).describe('How many have to have approved each change.'),
  of: z
    .enum(['all', 'newest'])
    .default('all')
    .describe('Every change that was not in what runs there now, or the newest one alone.'),
});

/** Whether somebody else than its authors has approved what is deployed, as it is. */
export const reviewed = defineGate({
  id: 'reviewed',
  asks: 'Has somebody else approved the code?',
  when: 'before',
  Settings,
  look: (subject, { of }) =>
    lookInSource(subject, (source, commit) => {
      const { change } = source;
      if (change === undefined) return null;
      return (async (): Promise<Reviewed> => {
        const brought =
          of === 'newest'
            ? { kind: 'known' as const, commits: [] }
            : await broughtBy(source, subject.target, commit);
        if (brought.kind === 'not-known') return { kind: 'not-known', because: brought.because };
        const ids = [...new Set([commit, ...brought.commits.map(({ id }) => id)])];
        if (ids.length > COMMITS_MAX) {
          const because = `it brings ${ids.length} commits, and no more than ${COMMITS_MAX} are looked at`;
          return { kind: 'not-known', because };
        }
        const changes = await Promise.all(
          ids.map(async (id) => ({ commit: short(id), change: await change(id) })),
        );
        return { kind: 'known', changes };
      })();
    }),
  judge: (looked, { approvals }) => judgeLooked(looked, (found) => judgeReviews(found, approvals)),
});
