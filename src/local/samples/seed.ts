import { Failed } from '../../core/failure.ts';
import { targetId } from '../../core/names.ts';
import type { Intent, Platform, Site, Sought, Standing, StandingRelease } from '../../platform/platform.ts';

export type SeedOptions = {
  readonly services: readonly string[];
  readonly environment: string;
  readonly version: string;
  readonly sleep: (ms: number) => Promise<unknown>;
  readonly nowMs: () => number;
  /** For one service to become healthy. */
  readonly deadlineMs?: number;
};

const POLL_MS = 100;
/** Whoever has taken away what was seeded this often does not want it. */
const ATTEMPTS_MAX = 20;

/**
 * Sees to it that something runs: where a service has no release at all yet, this version gets all of its traffic, so
 * that there is something to return to. Where anything runs nothing is changed; asking twice is harmless.
 * @throws {Failed} `unhealthy` when a service does not come up in time.
 */
export async function seedSamples(platform: Platform, options: SeedOptions): Promise<void> {
  for (const service of options.services) {
    const site = platform.site({ id: targetId(service, options.environment), address: { service } });
    await seed(site, service, options);
  }
}

async function seed(site: Site, service: string, options: SeedOptions): Promise<void> {
  const standing = await site.look();
  if (standing.releases.some(({ intentId }) => intentId?.startsWith(MARK) !== true)) return;
  if (standing.releases.some(({ trafficPercent }) => trafficPercent > 0)) return;

  const intent = await freshIntent(site, targetId(service, options.environment), standing);
  const { releaseId } = await site.release(intent, { name: options.version, commit: null });
  await healthy(site, releaseId, service, options);
  await site.route(intent, [{ releaseId, trafficPercent: 100 }]);
}

const MARK = 'seed/';

/** This machine keeps a mark on everything, so that nothing has to be searched for. */
const anything: Sought = { doing: 'release', version: { name: '', commit: null }, sinceMs: 0 };

/** The first one that was never used, or whose release is still there because we were interrupted. */
async function freshIntent(site: Site, target: string, { releases }: Standing): Promise<Intent> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const intent = { id: `${MARK}${target}/${attempt}`, deploymentId: 'seed' };
    const found = await site.find(intent, anything);
    const isUsable = (release: StandingRelease) =>
      release.intentId === intent.id && release.health !== 'gone';
    if (found.kind === 'absent' || releases.some(isUsable)) return intent;
  }
  const message = `${target} was seeded ${ATTEMPTS_MAX} times and nothing of it is left: deploy a version by hand`;
  throw new Failed({ code: 'rejected', message, retryAfterMs: null });
}

async function healthy(site: Site, releaseId: string, service: string, options: SeedOptions): Promise<void> {
  const untilMs = options.nowMs() + (options.deadlineMs ?? 20_000);
  for (;;) {
    const { releases } = await site.look();
    const release = releases.find((each) => each.releaseId === releaseId);
    if (release?.health === 'healthy') return;
    const isOver = release === undefined || release.health === 'gone' || options.nowMs() > untilMs;
    if (isOver) throw unhealthy(service, release?.say ?? 'it is not there any more');
    await options.sleep(POLL_MS);
  }
}

function unhealthy(service: string, say: string): Failed {
  const message = `the sample service ${service} does not come up: ${say}`;
  return new Failed({ code: 'unhealthy', message, retryAfterMs: null });
}
