import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { Page } from './maintenance-page.ts';

/** Everything that must outlive the runner: what runs where, by whose order, with which share. */
export const ReleaseRecord = z.object({
  releaseId: z.string(),
  intentId: z.string(),
  version: z.object({ name: z.string(), commit: z.string().nullable() }),
  trafficPercent: z.number(),
  startedAtMs: z.number(),
  /** Null while it is wanted. One that has ended by itself stays in sight, one that was retired does not. */
  ended: z.object({ atMs: z.number(), say: z.string(), isRetired: z.boolean() }).nullable(),
});
export type ReleaseRecord = z.infer<typeof ReleaseRecord>;

export const TargetRecord = z.object({
  service: z.string(),
  environment: z.string(),
  /** Stays the same from start to start wherever it is free. */
  port: z.number().int(),
  releases: z.array(ReleaseRecord),
  /** Shown instead of the service until its time is over. */
  page: Page.nullable().default(null),
});
export type TargetRecord = z.infer<typeof TargetRecord>;

export const State = z.object({
  format: z.literal(1),
  metricsPort: z.number().int(),
  targets: z.array(TargetRecord),
  /** Kept longer than the releases, so that an old order is never carried out a second time. Oldest first. */
  intents: z.array(
    z.object({ place: z.string(), intentId: z.string(), releaseId: z.string(), version: z.string() }),
  ),
});
export type State = z.infer<typeof State>;

const nothing: State = { format: 1, metricsPort: 0, targets: [], intents: [] };

/** Nothing is known where there is no file. @throws {Error} when there is one that cannot be understood: not ours to drop. */
export function readState(path: string): State {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return nothing;
  }
  const state = State.safeParse(fromJson(text));
  if (state.success) return state.data;
  const why = z.prettifyError(state.error);
  throw new Error(
    `${path} is not a state that this version can read. Move it away to begin with nothing.\n${why}`,
  );
}

/** Whole or not at all, whenever the runner is killed. */
export function writeState(path: string, state: State): void {
  const beside = `${path}.new`;
  writeFileSync(beside, JSON.stringify(state, null, 2), { mode: 0o600 });
  renameSync(beside, path);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
