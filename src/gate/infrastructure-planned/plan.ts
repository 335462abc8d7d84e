import { z } from 'zod';
import type { Verdict } from '../../core/verdict.ts';
import { understand } from '../json.ts';
import { type Parsed, takenAt } from '../report.ts';
import { count, names } from '../words.ts';

/** What a plan would do, and to what. */
export type Planned = {
  readonly changes: readonly { readonly address: string; readonly actions: readonly string[] }[];
  /** Why it is not the whole of it; null for a plan that is complete. */
  readonly doubt: string | null;
};

const Change = z.object({ actions: z.array(z.string()).min(1) });

/**
 * What `terraform show -json <plan>` writes, as far as it is read (HashiCorp, "JSON Output Format"). A state has no
 * `planned_values`: without that it would look like a plan that changes nothing.
 */
const Shown = z.object({
  format_version: z.string().regex(/^[01]\.\d+$/),
  planned_values: z.object({}),
  timestamp: z.string().optional(),
  errored: z.boolean().default(false),
  complete: z.boolean().default(true),
  resource_changes: z.array(z.object({ address: z.string(), change: Change })).default([]),
  output_changes: z.record(z.string(), Change).default({}),
  deferred_changes: z.array(z.unknown()).default([]),
});

export function parsePlan(text: string): Parsed<Planned> {
  const read = understand(text, Shown);
  if (read.kind === 'nonsense') return read;
  const { timestamp, errored, complete, resource_changes, output_changes, deferred_changes } = read.value;
  const outputs = Object.entries(output_changes).map(([name, change]) => ({
    address: `output.${name}`,
    change,
  }));
  const taken = timestamp === undefined ? null : takenAt(timestamp);
  if (timestamp !== undefined && taken === null)
    return { kind: 'nonsense', because: 'it does not say when it was made' };
  return {
    kind: 'report',
    content: {
      changes: [...resource_changes, ...outputs].map(({ address, change: { actions } }) => ({
        address,
        actions,
      })),
      doubt: doubtOf(errored, complete && deferred_changes.length === 0),
    },
    says: { commits: [], versions: [], taken },
  };
}

function doubtOf(isErrored: boolean, isComplete: boolean): string | null {
  if (isErrored) return 'the plan ended in an error';
  return isComplete ? null : 'the plan leaves some changes for later';
}

/** What a plan may do to something without changing what is there. */
const HARMLESS = new Set(['no-op', 'read']);
const KNOWN = new Set(['create', 'update', 'delete', 'forget', ...HARMLESS]);

/** Nothing changes, or only what is allowed to. What takes something away never is. */
export function judgePlan(
  { changes, doubt }: Planned,
  { allow }: { readonly allow: readonly ('create' | 'update')[] },
): Verdict {
  if (doubt !== null) return { kind: 'unknown', because: doubt };
  const strange = changes.filter(({ actions }) => actions.some((action) => !KNOWN.has(action)));
  if (strange.length > 0)
    return { kind: 'unknown', because: `the plan does what we do not know to ${addresses(strange)}` };
  const real = changes.filter(({ actions }) => actions.some((action) => !HARMLESS.has(action)));
  if (real.length === 0) return { kind: 'pass', because: 'the plan changes nothing' };
  const allowed = new Set<string>([...allow, ...HARMLESS]);
  const refused = real.filter(({ actions }) => actions.some((action) => !allowed.has(action)));
  if (refused.length === 0)
    return { kind: 'pass', because: `the plan ${sayAll(real)}, which is allowed here` };
  return { kind: 'fail', because: `the plan ${sayAll(refused)}: ${addresses(refused)}` };
}

function addresses(changes: Planned['changes']): string {
  return names(changes.map(({ address }) => address));
}

function sayAll(changes: Planned['changes']): string {
  const amounts = grouped(changes);
  return [...amounts].map(([word, each]) => `${word} ${count(each.length, 'resource')}`).join(' and ');
}

function wordFor(actions: readonly string[]): string {
  const [first = '', ...more] = actions.filter((action) => !HARMLESS.has(action));
  if (more.length > 0) return 'replaces';
  return first === 'forget' ? 'forgets' : `${first}s`;
}

function grouped(changes: Planned['changes']): Map<string, Planned['changes']> {
  const words = [...new Set(changes.map(({ actions }) => wordFor(actions)))];
  return new Map(words.map((word) => [word, changes.filter(({ actions }) => wordFor(actions) === word)]));
}
