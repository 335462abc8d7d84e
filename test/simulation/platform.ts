import type { Capabilities } from '../../src/core/capability.ts';
import type { Failed } from '../../src/core/failure.ts';
import type { Intent, Share, Site } from '../../src/platform/platform.ts';
import { type Faults, isWithin } from './faults.ts';
import { type Ground, openGround, type Refused, type VersionName, versions } from './ground.ts';
import { currentFence, type History, type Truth } from './history.ts';
import type { Crossing, Node } from './node.ts';
import type { Production } from './production.ts';
import type { Random } from './random.ts';
import { counters, standing, withoutStrangersMark } from './reading.ts';
import type { Scheduler } from './scheduler.ts';

/**
 * One request that would change something, as the platform has it on record. `sent` is when it left the caller;
 * what the caller knew and was allowed at that moment is written down beside it.
 */
export type Request = {
  readonly what: 'release' | 'replace' | 'restore' | 'route' | 'retire';
  readonly target: string;
  readonly intent: Intent;
  readonly owner: string;
  readonly sentAtMs: number;
  readonly wasRecorded: boolean;
  readonly sentFence: number | null;
  readonly currentFence: number | null;
  readonly shares: readonly Share[];
  /** Traffic of strangers in what the same attempt had read before. */
  readonly strangersSeen: readonly string[];
  /** False when what it asked for was so already. */
  wasNeeded: boolean;
  releaseId: string | null;
  appliedAtMs: number | null;
  refused: string | null;
};

export type FakePlatform = {
  readonly ledger: readonly Request[];
  ground(target: string): Ground;
  truthOf(targets: readonly string[]): readonly Truth[];
  siteFrom(node: Node, target: string): Site;
};

/** What the platform promises: later than this after it was sent, nothing lands any more that does not show. */
export const SETTLE_MS = 20_000;
const TIMEOUT_MS = 6_000;
const SLOW_APPLY_MAX_MS = 8_000;
const VISIBLE_MAX_MS = 4_000;
const AIMED_TIMEOUT_MS = 300;
const AIMED_LATE_MS = 5_000;

export type PlatformNeeds = {
  readonly production: Production;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: Faults;
  readonly history: History;
  /** The process ends in the middle of this call. */
  poisoned(node: Node): void;
};

export function openPlatform(needs: PlatformNeeds): FakePlatform {
  const { scheduler, random } = needs;
  const grounds = new Map<string, Ground>();
  const ledger: Request[] = [];
  function ground(target: string): Ground {
    const known = grounds.get(target) ?? openGround(target, random);
    grounds.set(target, known);
    return known;
  }
  return {
    ledger,
    ground,
    truthOf: (targets) =>
      targets.map((target) => ({ target, releases: ground(target).truth(scheduler.nowMs()) })),
    siteFrom: (node, target) => siteFrom(needs, ledger, ground(target), node),
  };
}

const capabilities: Capabilities = {
  replace: {
    can: true,
    how: { how: 'the new one takes the place of the old one', canCancel: true },
    caveats: [],
  },
  staged: { can: true, how: {}, caveats: [] },
  traffic: { can: true, how: { kind: 'weights', stepPercent: 1, settleMs: 5_000 }, caveats: [] },
  rollback: {
    can: true,
    how: { kind: 'start-kept-artefact', how: 'started again', horizon: 'always', leaves: [] },
    caveats: [],
  },
  logs: { can: true, how: { build: false, runtime: true, retention: 'a while' }, caveats: [] },
  metrics: { can: true, how: { signals: ['requests', 'errors'], splitBy: 'version' }, caveats: [] },
  once: { kind: 'marker', settleMs: SETTLE_MS },
};

type Failure = Failed['failure'];

/** Every attempt of the engine opens its own, so that it is known what was read before something was sent. */
function siteFrom(needs: PlatformNeeds, ledger: Request[], ground: Ground, node: Node): Site {
  const { scheduler, random, faults, history } = needs;
  const { Failed } = needs.production;
  let strangersSeen: readonly string[] = [];
  const fail = (code: Failure['code'], message: string, retryAfterMs: number | null) =>
    new Failed({ code, message, retryAfterMs });
  const isTroubled = () => scheduler.nowMs() < faults.untilMs;

  /** A refusal of the whole platform, before anything was changed. */
  function turnedAway(): Failed | null {
    if (!isTroubled()) return null;
    if (isWithin(faults.platformDown, scheduler.nowMs()))
      return fail('unavailable', 'it answered 503', 1_000);
    const isLimited = faults.has('rate-limits') && random.chance(0.04);
    return isLimited ? fail('rate-limited', 'it answered 429', random.int(500, 5_000)) : null;
  }
  function lost(mutates: boolean): Crossing<unknown>['lost'] {
    if (!isTroubled()) return null;
    const code = mutates ? 'outcome-unknown' : 'unavailable';
    const error = () => fail(code, 'there was no answer in time', mutates ? null : 500);
    if (faults.has('lost-requests') && random.chance(0.04))
      return { what: 'request', afterMs: TIMEOUT_MS, error };
    const isLost = faults.has('lost-answers') && random.chance(mutates ? 0.12 : 0.03);
    return isLost ? { what: 'answer', afterMs: random.between(100, TIMEOUT_MS), error } : null;
  }
  function ask<T>(
    label: string,
    mutates: boolean,
    act: () => T,
    thereMs = latency(),
    aimed: Crossing<unknown>['lost'] = null,
  ): Promise<T> {
    return node.cross({
      label: `${label} ${ground.id}`,
      isWork: true,
      thereMs,
      backMs: latency(),
      lost: aimed ?? lost(mutates),
      act() {
        const refusal = turnedAway();
        if (refusal !== null) throw refusal;
        return act();
      },
    });
  }
  /** A change that is meant to go astray. Its caller gives up soon. */
  function aimedAt(number: number): Crossing<unknown>['lost'] {
    const { lostChange, lateChange } = faults.aims;
    if (number !== lostChange && number !== lateChange) return null;
    const error = () => fail('outcome-unknown', 'there was no answer in time', null);
    return { what: number === lostChange ? 'request' : 'answer', afterMs: AIMED_TIMEOUT_MS, error };
  }
  function latency(): number {
    const isSlow = isTroubled() && faults.has('slow-crossings') && random.chance(0.05);
    return isSlow ? random.between(200, 2_500) : random.between(3, 40);
  }
  /** Sends a change and keeps it on record; it may land long after its caller has given up, or has died. */
  function change(
    what: Request['what'],
    intent: Intent,
    shares: readonly Share[],
    apply: (request: Request) => Refused | null,
  ): Promise<Request> {
    const { deploymentId } = intent;
    const recorded = history.intents.get(intent.id);
    const request: Request = {
      what,
      target: ground.id,
      intent,
      owner: node.owner,
      sentAtMs: scheduler.nowMs(),
      wasRecorded: recorded?.deploymentId === deploymentId,
      sentFence: recorded?.fence ?? null,
      currentFence: currentFence(history, deploymentId),
      shares,
      strangersSeen,
      wasNeeded: true,
      releaseId: null,
      appliedAtMs: null,
      refused: null,
    };
    ledger.push(request);
    const aimed = aimedAt(ledger.length);
    const isSlow = isTroubled() && faults.has('slow-applies') && random.chance(0.15);
    const someMs = isSlow ? random.between(500, SLOW_APPLY_MAX_MS) : latency();
    const thereMs = aimed?.what === 'answer' ? AIMED_LATE_MS : someMs;
    const asked = ask(
      `${what} ${intent.id}`,
      true,
      () => {
        const refused = apply(request);
        request.refused = refused?.code ?? null;
        if (refused !== null) throw fail(refused.code, refused.say, null);
        request.appliedAtMs = scheduler.nowMs();
        scheduler.note(
          `APPLIED ${what} ${intent.id} ${shares.map((s) => `${s.releaseId}=${s.trafficPercent}`).join(' ')}`,
        );
        return request;
      },
      thereMs,
      aimed,
    );
    if (thereMs < TIMEOUT_MS) return asked;
    const tooSlow = node.clock.sleep(TIMEOUT_MS).then(() => {
      throw fail('outcome-unknown', 'there was no answer in time', null);
    });
    return Promise.race([asked, tooSlow]);
  }
  async function bringUp(
    what: 'release' | 'replace' | 'restore',
    intent: Intent,
    version: string,
  ): Promise<{ releaseId: string }> {
    if (version === 'v-poison') needs.poisoned(node);
    const visibleInMs = faults.has('late-visibility') ? random.between(0, VISIBLE_MAX_MS) : 0;
    const startMs = random.chance(0.2) ? random.between(2_000, 12_000) : random.between(100, 1_500);
    const made = await change(what, intent, [], (request) => {
      const wanted = {
        version: version as VersionName,
        intentId: intent.id,
        by: 'slipway',
        startMs,
      } as const;
      const here = what === 'release' ? ground.release : ground.replace;
      request.releaseId = here(scheduler.nowMs(), { ...wanted, visibleInMs }).releaseId;
      return null;
    });
    return { releaseId: made.releaseId ?? '' };
  }
  return {
    capabilities: () => ask('capabilities', false, () => capabilities),
    versions: () =>
      ask('versions', false, () =>
        Object.keys(versions).map((name) => ({ name, commit: null, note: null, createdAtMs: null })),
      ),
    look: () =>
      ask('look', false, () => standing(ground, scheduler.nowMs())).then((seen) => {
        strangersSeen = seen.releases
          .filter(({ trafficPercent, intentId }) => trafficPercent > 0 && intentId === 'stranger')
          .map(({ releaseId }) => releaseId);
        return withoutStrangersMark(seen);
      }),
    release: (intent, version) => bringUp('release', intent, version.name),
    replace: (intent, version) => bringUp('replace', intent, version.name),
    restore: (intent, { version }) => bringUp('restore', intent, version.name),
    async route(intent, shares) {
      const effectiveInMs = faults.has('slow-traffic') ? random.between(0, 4_000) : 0;
      await change('route', intent, shares, () => ground.route(scheduler.nowMs(), shares, effectiveInMs));
    },
    async retire(intent, releaseId) {
      const drainMs = faults.has('long-drains') ? random.between(0, 6_000) : random.between(5, 300);
      await change('retire', intent, [], (request) => {
        request.releaseId = releaseId;
        const known = ground.standing(scheduler.nowMs()).find((each) => each.releaseId === releaseId);
        request.wasNeeded = known !== undefined && known.goneAtMs === null;
        return ground.retire(scheduler.nowMs(), releaseId, drainMs);
      });
    },
    find: (intent) =>
      ask(`find ${intent.id}`, false, () => {
        const nowMs = scheduler.nowMs();
        const [first, ...more] = ground
          .standing(nowMs)
          .filter((release) => release.intentId === intent.id && release.visibleAtMs <= nowMs);
        if (first === undefined) return { kind: 'absent' } as const;
        if (more.length > 0) return { kind: 'ambiguous', say: 'there are two of them' } as const;
        return { kind: 'found', releaseId: first.releaseId } as const;
      }),
    logs: () => ask('logs', false, () => []),
    measure(releaseId) {
      const isToxic = ground
        .standing(scheduler.nowMs())
        .some((each) => each.releaseId === releaseId && each.version === 'v-toxic');
      if (isToxic) needs.poisoned(node);
      return ask('measure', false, () => counters(ground, scheduler.nowMs(), releaseId));
    },
  };
}
