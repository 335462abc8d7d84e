import type { IncomingMessage, ServerResponse } from 'node:http';
import { Failed, type Failure } from '../../../core/failure.ts';
import type { Answer, Ask } from '../protocol.ts';
import { readService, versionNamed } from '../services-folder.ts';
import { type Page, sendPage } from './maintenance-page.ts';
import type { Meter } from './meter.ts';
import { openProxy, type ReverseProxy } from './proxy.ts';
import { makeRelease, type Release, type ReleaseWorld } from './release.ts';
import { selectLines } from './select-lines.ts';
import type { ReleaseRecord, TargetRecord } from './state.ts';

export type Order = Pick<Ask<'release'>, 'intentId' | 'version'> & {
  /** Called at the last moment before anything is changed; says which release this is, or throws. */
  readonly begin: () => { readonly releaseId: string; readonly isNew: boolean };
};

export type TargetWorld = ReleaseWorld & {
  readonly meter: Meter;
  readonly monotonicMs: () => number;
  /** How long requests that are under way may take before their release is ended all the same. */
  readonly drainMs: number;
  /** Addresses of other services in the same environment. */
  readonly addressOf: (service: string, environment: string) => Promise<string>;
  /** False while the runner itself ends releases or brings them back: what goes wrong then is no fault of theirs. */
  readonly isSteady: () => boolean;
};

/** Releases that have ended and whose logs and numbers are still kept. */
const ENDED_MAX = 10;

/** One service in one environment: its door, and the releases behind it. */
export class Target {
  readonly #service: string;
  readonly #environment: string;
  readonly #world: TargetWorld;
  readonly #proxy: ReverseProxy;
  readonly #releases = new Map<string, Release>();
  /** What ran when the runner before this one ended. */
  readonly #fromBefore: ReadonlySet<string>;
  #page: Page | null;

  static async open(record: TargetRecord, world: TargetWorld): Promise<Target> {
    const { service, environment, port } = record;
    const { meter, monotonicMs, isSteady } = world;
    const unrouted = () => meter.unrouted(service, environment);
    const watcher = { answered: meter.answered, unrouted, isTelling: isSteady };
    let target: Target | null = null;
    const proxy = await openProxy(port, watcher, monotonicMs, (incoming, outgoing) => {
      return target?.isShut(incoming, outgoing) ?? false;
    });
    target = new Target(record, world, proxy);
    return target;
  }

  private constructor(record: TargetRecord, world: TargetWorld, proxy: ReverseProxy) {
    this.#service = record.service;
    this.#environment = record.environment;
    this.#world = world;
    this.#proxy = proxy;
    this.#page = record.page;
    this.#fromBefore = new Set(record.releases.map(({ releaseId }) => releaseId));
    for (const release of record.releases) this.#add(release);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#proxy.port}`;
  }

  get releases(): readonly Release[] {
    return [...this.#releases.values()];
  }

  get record(): TargetRecord {
    const releases = this.releases.map((release) => release.record());
    const { port } = this.#proxy;
    return { service: this.#service, environment: this.#environment, port, releases, page: this.#page };
  }

  async release({ intentId, version, begin }: Order): Promise<string> {
    const file = await readService(this.#world.servicesFolder, this.#service);
    versionNamed(this.#service, file, version.name);
    const { releaseId, isNew } = begin();
    if (!isNew) return releaseId;
    const startedAtMs = this.#world.nowMs();
    const release = this.#add({ releaseId, intentId, version, trafficPercent: 0, startedAtMs, ended: null });
    this.#forgetOldest();
    // Written down before the process is started: an order that may have been carried out is never unknown to us.
    this.#world.changed();
    await this.#launch(release);
    return releaseId;
  }

  route(shares: Ask<'route'>['shares']): void {
    checkShares(shares, this.#releases);
    const percents = new Map(shares.map(({ releaseId, trafficPercent }) => [releaseId, trafficPercent]));
    for (const [releaseId, release] of this.#releases) release.setShare(percents.get(releaseId) ?? 0);
    this.#split();
    this.#forgetOldest();
    this.#world.changed();
  }

  /** Resolves when its process is gone. */
  async retire(releaseId: string): Promise<void> {
    const release = this.#releases.get(releaseId);
    if (release === undefined) return;
    const { trafficPercent, ended } = release.record();
    if (trafficPercent > 0 && ended === null) {
      const share = `${trafficPercent} % of the traffic of ${this.#service}`;
      throw refused('conflict', `release ${releaseId} still serves ${share}`);
    }
    await release.retire(() => this.#proxy.drained(releaseId, this.#world.drainMs));
    this.#split();
    this.#forgetOldest();
  }

  /** A desired state. It ends by itself, should nobody take it away. */
  maintain(page: Page | null): void {
    this.#page = page;
    this.#world.changed();
  }

  /** Shows the page where there is one; answers whether it did. */
  isShut(incoming: IncomingMessage, outgoing: ServerResponse): boolean {
    const nowMs = this.#world.nowMs();
    if (this.#page === null || nowMs >= this.#page.untilMs) return false;
    sendPage(incoming, outgoing, this.#service, this.#page, nowMs);
    return true;
  }

  look(): Answer<'look'> {
    const releases = this.releases.filter(isVisible).map(standing);
    return { atMs: this.#world.nowMs(), frontDoor: this.url, releases };
  }

  logs(query: Ask<'logs'>): Answer<'logs'> {
    return { lines: selectLines(this.releases, query) };
  }

  async measure(releaseId: string): Promise<Answer<'measure'>> {
    const release = this.#releases.get(releaseId);
    if (release === undefined) return { counters: null };
    return { counters: { atMs: this.#world.nowMs(), ...(await this.#world.meter.read(release.arm)) } };
  }

  /** Whether something that ran and has traffic is not there again yet. */
  isComingBack(): boolean {
    return this.releases.some(
      (release) =>
        this.#fromBefore.has(release.arm.release) &&
        release.record().trafficPercent > 0 &&
        release.health().health === 'starting',
    );
  }

  /** Starts again what was wanted when the runner ended. */
  async resume(): Promise<void> {
    this.#split();
    const wanted = this.releases.filter((release) => release.record().ended === null);
    await Promise.all(wanted.map((release) => this.#launch(release)));
  }

  async suspend(graceMs: number): Promise<void> {
    await Promise.all(this.releases.map((release) => release.suspend(graceMs)));
    await this.#proxy.close();
  }

  #add(record: ReleaseRecord): Release {
    const [service, environment] = [this.#service, this.#environment];
    const arm = { service, environment, version: record.version.name, release: record.releaseId };
    const release = makeRelease(arm, record, this.#world);
    this.#releases.set(record.releaseId, release);
    this.#world.meter.begin(arm);
    return release;
  }

  async #launch(release: Release): Promise<void> {
    const { servicesFolder, addressOf } = this.#world;
    const { needs } = await readService(servicesFolder, this.#service).catch(() => ({ needs: [] }));
    const addresses = needs.map(async (need) => {
      const url = await addressOf(need, this.#environment).catch(() => null);
      return url === null ? [] : [[variable(need), url] as const];
    });
    await release.launch(Object.fromEntries((await Promise.all(addresses)).flat()));
  }

  #split(): void {
    const arms = this.releases.map((upstream) => ({
      upstream,
      trafficPercent: upstream.record().trafficPercent,
    }));
    this.#proxy.split(arms.filter(({ trafficPercent }) => trafficPercent > 0));
  }

  #forgetOldest(): void {
    const ended = this.releases.filter(isOver);
    for (const { arm } of ended.slice(0, Math.max(0, ended.length - ENDED_MAX))) {
      this.#world.meter.forget(arm);
      this.#releases.delete(arm.release);
    }
  }
}

/** What was retired is out of sight once its process is. */
function isVisible(release: Release): boolean {
  return release.record().ended?.isRetired !== true || release.pid() !== null;
}

function isOver(release: Release): boolean {
  const { ended, trafficPercent } = release.record();
  return ended !== null && trafficPercent === 0 && release.pid() === null;
}

function standing(release: Release): Answer<'look'>['releases'][number] {
  const { releaseId, version, trafficPercent, intentId } = release.record();
  const port = release.port();
  const url = port === null ? null : `http://127.0.0.1:${port}`;
  return { releaseId, version, trafficPercent, ...release.health(), url, intentId };
}

/** `API_URL`. */
function variable(service: string): string {
  return `${service.toUpperCase().replaceAll('-', '_')}_URL`;
}

function checkShares(shares: Ask<'route'>['shares'], releases: ReadonlyMap<string, Release>): void {
  const total = shares.reduce((sum, { trafficPercent }) => sum + trafficPercent, 0);
  if (total !== 100 && total !== 0)
    throw refused('rejected', `the shares add up to ${total} and not to 100 or 0`);
  if (new Set(shares.map(({ releaseId }) => releaseId)).size < shares.length) {
    throw refused('rejected', 'a release is named twice in one split');
  }
  for (const { releaseId, trafficPercent } of shares) {
    if (!Number.isInteger(trafficPercent) || trafficPercent < 0) {
      throw refused('rejected', `${trafficPercent} % cannot be given: shares are whole percents`);
    }
    const release = releases.get(releaseId);
    if (release === undefined) throw refused('not-found', `there is no release ${releaseId} here`);
    const { ended } = release.record();
    if (trafficPercent > 0 && ended !== null) {
      throw refused('conflict', `release ${releaseId} has ended and can take no traffic: ${ended.say}`);
    }
  }
}

function refused(code: Failure['code'], message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}
