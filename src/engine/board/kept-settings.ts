import { z } from 'zod';
import type { ConfiguredTarget } from '../../core/catalog.ts';
import { Failed } from '../../core/failure.ts';
import type { Scope } from '../../core/scope.ts';
import type { Setting } from '../../platform/platform.ts';
import type { TargetState } from '../../store/store.ts';
import type { EngineParts } from '../parts.ts';

const KIND = 'settings';

/** The keys of what was configured at a place when a deployment had ended, with the hashes of the values. */
export const KeptSettings = z.object({
  scope: z.object({ service: z.string(), environment: z.string() }),
  /** The deployment after which they were read. */
  deploymentId: z.string(),
  atMs: z.number(),
  settings: z
    .array(z.object({ key: z.string(), isSecret: z.boolean(), hash: z.string().nullable() }))
    .readonly(),
});
export type KeptSettings = z.output<typeof KeptSettings>;

/** Those of the last deployment that they could be read after; null where there is none. */
export async function keptSettings({ store }: EngineParts, target: string): Promise<KeptSettings | null> {
  const sheet = await store.board.find({ kind: KIND, id: target });
  return sheet === null ? null : (KeptSettings.safeParse(sheet.body).data ?? null);
}

type Place = { readonly id: string; readonly scope: Scope; readonly target: ConfiguredTarget };

/** When it may be tried again to read the settings of a place, by the machine's clock. */
export type Trying = Map<string, { readonly deploymentId: string; readonly againAtMs: number }>;

/** A platform that would not show them is not asked again at once. */
const AGAIN_MS = 10 * 60_000;

/**
 * Keeps the settings as they are after the last deployment, once for each. It is done by whoever looks around and not by
 * the deployment: comparing must never hold up, or fail, what people wait for.
 */
export async function keepSettings(
  parts: EngineParts,
  trying: Trying,
  { id, scope, target }: Place,
  state: TargetState,
): Promise<void> {
  const deploymentId = state.believed?.deploymentId ?? null;
  const last = trying.get(id);
  const nowMs = parts.clock.nowMs();
  if (deploymentId === null) return;
  if (last?.deploymentId === deploymentId && nowMs < last.againAtMs) return;
  trying.set(id, { deploymentId, againAtMs: nowMs + AGAIN_MS });
  const sheet = await parts.store.board.find({ kind: KIND, id });
  const kept = sheet === null ? null : (KeptSettings.safeParse(sheet.body).data ?? null);
  if (kept?.deploymentId !== deploymentId) {
    const read = await readSettings(parts, { id, target });
    if (typeof read === 'string') return;
    await put(parts, { id, version: sheet?.version ?? 0 }, { scope, deploymentId, settings: read });
  }
  trying.set(id, { deploymentId, againAtMs: Number.POSITIVE_INFINITY });
}

async function put(
  { store }: EngineParts,
  { id, version }: { readonly id: string; readonly version: number },
  kept: Omit<KeptSettings, 'atMs' | 'scope'> & { readonly scope: Scope },
): Promise<void> {
  await store.board.put({
    kind: KIND,
    id,
    afterVersion: version,
    key: kept.deploymentId,
    body: { ...kept, atMs: await store.nowMs() },
    // It is looked up by its place alone, and stands in nobody's way.
    isOpen: false,
    dueAtMs: null,
    notices: [],
  });
}

/** What is configured there now; a sentence without a full stop where it cannot be read. */
export async function readSettings(
  parts: EngineParts,
  { id, target }: Omit<Place, 'scope'>,
): Promise<readonly Setting[] | string> {
  try {
    const site = parts.siteOf({ ...target, id });
    if (site.settings === undefined) return `${target.platform} does not show what is configured`;
    const { settings } = await site.capabilities();
    if (settings?.can === false) return settings.say;
    return (await site.settings()).map(({ key, isSecret, hash }) => ({ key, isSecret, hash }));
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    return error.failure.message;
  }
}
