import { Failed } from '../../../core/failure.ts';
import type { Answer, Ask, CallName } from '../protocol.ts';
import { readService } from '../services-folder.ts';
import { type Meter, openMeter } from './meter.ts';
import type { Rhythm } from './service-process.ts';
import { readState, type State, writeState } from './state.ts';
import { Target, type TargetWorld } from './target.ts';
import { usageOf } from './usage.ts';

export type RunnerWorld = {
  readonly statePath: string;
  readonly servicesFolder: string;
  readonly given: Readonly<Record<string, string>>;
  readonly rhythm: Rhythm;
  readonly drainMs: number;
  /** What had traffic when the last runner ended and does not answer after this time is to blame for it. */
  readonly comeBackMs: number;
  /** The wall clock: what is written down and compared with what callers say. */
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  /** A few letters that nobody has drawn before. */
  readonly newLetters: () => string;
};

type Handlers = {
  readonly [Name in Exclude<CallName, 'hello' | 'shutDown'>]: (
    ask: Ask<Name>,
  ) => Promise<Answer<Name>> | Answer<Name>;
};
type Place = { readonly service: string; readonly environment: string };

const INTENTS_MAX = 1_000;

/** Everything that runs for one home folder. */
export class Runner {
  readonly meter: Meter = openMeter();
  readonly #world: RunnerWorld;
  readonly #targetWorld: TargetWorld;
  readonly #stored: State;
  readonly #opening = new Map<string, Promise<Target>>();
  readonly #targets = new Map<string, Target>();
  #intents: readonly Intent[];
  #metricsPort: number;
  #isSuspended = false;
  readonly #openedMs: number;
  #isBack = false;

  /** Opens the doors of every service known from before and starts again what was wanted. */
  static async open(world: RunnerWorld): Promise<Runner> {
    const stored = readState(world.statePath);
    const runner = new Runner(world, stored);
    // Nothing is written before everything that was known is known again.
    await Promise.all(stored.targets.map((place) => runner.#target(place)));
    for (const target of runner.#targets.values()) void target.resume();
    return runner;
  }

  private constructor(world: RunnerWorld, stored: State) {
    this.#world = world;
    this.#stored = stored;
    this.#intents = stored.intents;
    this.#metricsPort = stored.metricsPort;
    this.#openedMs = world.monotonicMs();
    this.#targetWorld = {
      ...world,
      meter: this.meter,
      changed: () => this.#save(),
      isSteady: () => !this.#isSuspended && this.#hasComeBack(),
      addressOf: async (service, environment) => (await this.#target({ service, environment })).url,
    };
  }

  readonly answers: Handlers = {
    address: async (ask) => ({ url: (await this.#target(ask)).url }),
    release: async (ask) => {
      const target = await this.#target(ask);
      return { releaseId: await target.release({ ...ask, begin: () => this.#begin(ask) }) };
    },
    route: async (ask) => {
      const target = await this.#target(ask);
      this.#inTime(ask);
      target.route(ask.shares);
      return {};
    },
    retire: async (ask) => {
      const target = await this.#target(ask);
      this.#inTime(ask);
      await target.retire(ask.releaseId);
      return {};
    },
    maintain: async (ask) => {
      const target = await this.#target(ask);
      this.#inTime(ask);
      target.maintain(ask.page);
      return {};
    },
    find: (ask) => ({ releaseId: this.#find(ask)?.releaseId ?? null }),
    look: async (ask) => (await this.#target(ask)).look(),
    logs: async (ask) => (await this.#target(ask)).logs(ask),
    measure: async (ask) => (await this.#target(ask)).measure(ask.releaseId),
  };

  /** Of the last time; zero when there was none. */
  get metricsPort(): number {
    return this.#metricsPort;
  }

  set metricsPort(port: number) {
    this.#metricsPort = port;
    this.#save();
  }

  /** Reads what every process uses. Called now and then. */
  sample(): void {
    for (const target of this.#targets.values()) {
      for (const { arm, pid } of target.releases) {
        const id = pid();
        this.meter.used(arm, id === null ? null : usageOf(id), this.#world.nowMs());
      }
    }
  }

  /** Ends every process and closes every door. What was wanted comes back with the next runner. */
  async suspend(graceMs: number): Promise<void> {
    this.#isSuspended = true;
    await Promise.allSettled(this.#opening.values());
    await Promise.all([...this.#targets.values()].map((target) => target.suspend(graceMs)));
  }

  /**
   * Whether everything that had traffic answers again, or has had its time. Once for all services: one whose neighbour
   * is not back yet answers badly through no fault of its own. Once true it stays so.
   */
  #hasComeBack(): boolean {
    if (this.#isBack) return true;
    const isLate = this.#world.monotonicMs() - this.#openedMs >= this.#world.comeBackMs;
    this.#isBack = isLate || ![...this.#targets.values()].some((target) => target.isComingBack());
    return this.#isBack;
  }

  #target({ service, environment }: Place): Promise<Target> {
    const key = keyOf({ service, environment });
    const known = this.#opening.get(key);
    if (known !== undefined) return known;
    const opening = this.#open({ service, environment });
    this.#opening.set(key, opening);
    opening.catch(() => this.#opening.delete(key));
    return opening;
  }

  async #open(place: Place): Promise<Target> {
    const record = this.#stored.targets.find((each) => keyOf(each) === keyOf(place));
    if (record === undefined) await readService(this.#world.servicesFolder, place.service);
    this.#refuseWhenSuspended();
    const target = await Target.open(
      record ?? { ...place, port: 0, releases: [], page: null },
      this.#targetWorld,
    );
    this.#targets.set(keyOf(place), target);
    if (record === undefined) this.#save();
    return target;
  }

  #begin(ask: Ask<'release'>): { releaseId: string; isNew: boolean } {
    this.#inTime(ask);
    const known = this.#find(ask);
    if (known !== null) return { releaseId: sameVersion(known, ask), isNew: false };
    const name = ask.version.name.replaceAll(/[^A-Za-z0-9.-]/g, '-').slice(0, 40);
    const releaseId = `${ask.service}-${name}-${this.#world.newLetters()}`;
    const intent = { place: keyOf(ask), intentId: ask.intentId, releaseId, version: ask.version.name };
    this.#intents = [...this.#intents, intent].slice(-INTENTS_MAX);
    return { releaseId, isNew: true };
  }

  #find(ask: Place & { readonly intentId: string }): Intent | null {
    const place = keyOf(ask);
    return this.#intents.find((each) => each.place === place && each.intentId === ask.intentId) ?? null;
  }

  /** An order whose sender has given up on it must not be carried out later: absence would prove nothing then. */
  #inTime({ notAfterMs }: { readonly notAfterMs: number }): void {
    this.#refuseWhenSuspended();
    const lateMs = this.#world.nowMs() - notAfterMs;
    if (lateMs > 0) throw unavailable(`the order came ${lateMs} ms too late and was not carried out`);
  }

  #refuseWhenSuspended(): void {
    if (this.#isSuspended) throw unavailable('the runner is shutting down');
  }

  #save(): void {
    const targets = [...this.#targets.values()].map(({ record }) => record);
    const state = {
      format: 1 as const,
      metricsPort: this.#metricsPort,
      targets,
      intents: [...this.#intents],
    };
    writeState(this.#world.statePath, state);
  }
}

type Intent = State['intents'][number];

function sameVersion(known: Intent, { version, intentId }: Ask<'release'>): string {
  if (known.version === version.name) return known.releaseId;
  const message = `${intentId} has released ${known.version} before and cannot release ${version.name}`;
  throw new Failed({ code: 'conflict', message, retryAfterMs: null });
}

function unavailable(message: string): Failed {
  return new Failed({ code: 'unavailable', message, retryAfterMs: 1_000 });
}

function keyOf({ service, environment }: Place): string {
  return `${service}/${environment}`;
}
