import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { decide } from '../../src/core/decide.ts';
import { replay } from '../../src/core/deployment.ts';
import { type Entry, readEvent } from '../../src/core/event.ts';
import { planHash } from '../../src/core/plan.ts';
import { reportMarkdown } from '../../src/core/report-markdown.ts';
import { reportOf } from '../../src/core/report-of.ts';

/**
 * Journals as released versions of the program really wrote them, kept for ever: what runs now has to understand what
 * was written then. A new release adds its own; none is ever changed.
 */
const FOLDER = 'test/contract/histories';
const files = readdirSync(FOLDER);

const Stored = z.array(z.object({ seq: z.number(), atMs: z.number(), event: z.unknown() }));

function history(file: string): Entry[] {
  const stored = Stored.parse(JSON.parse(readFileSync(join(FOLDER, file), 'utf8')));
  return stored.map(({ seq, atMs, event }) => ({ seq, atMs, event: readEvent(event) }));
}

test('there are histories to read', () => {
  expect(files.length).toBeGreaterThanOrEqual(3);
});

test.each(files)('%s: every entry is understood, and the end is what it was', (file) => {
  const entries = history(file);
  expect(entries.filter(({ event }) => event.kind === 'foreign')).toEqual([]);
  const deployment = replay(entries);
  expect(deployment.outcome).toBe(file.includes('-deployed') ? 'deployed' : 'rolled-back');
  expect(decide(deployment)).toEqual({ kind: 'end' });
  expect(reportMarkdown(reportOf('d-00000000', deployment))).toContain('## Steps');
});

test.each(files)('%s: a deployment that is taken over at any entry can be gone on with', (file) => {
  const entries = history(file);
  for (let length = 1; length < entries.length; length++) {
    const directive = decide(replay(entries.slice(0, length)));
    expect(['record', 'act'], `after entry ${length}`).toContain(directive.kind);
  }
});

test.each(files)('%s: the plan still has the hash that was approved', (file) => {
  const [first] = history(file);
  if (first?.event.kind !== 'planned') throw new Error('a journal begins with its plan');
  expect(planHash(first.event.plan)).toBe(first.event.hash);
});

test('an entry of a newer version is read, shown, and left to that version', () => {
  const entries = history(files[0]!).slice(0, 5);
  const newer: Entry = {
    seq: 6,
    atMs: entries[4]!.atMs,
    event: readEvent({ kind: 'canary-paused', by: 'U1' }),
  };
  const deployment = replay([...entries, newer]);
  expect(newer.event).toEqual({ kind: 'foreign', named: 'canary-paused' });
  expect(decide(deployment)).toEqual({ kind: 'leave' });
  expect(reportOf('d-00000000', deployment).phase).toBe('moving');
});

test.each([null, 7, 'planned', {}, { kind: 'planned' }])(
  'what no version wrote is kept, never acted upon: %j',
  (stored) => {
    expect(readEvent(stored).kind).toBe('foreign');
  },
);
