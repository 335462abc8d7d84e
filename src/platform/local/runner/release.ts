import { join } from 'node:path';
import type { Health } from '../../platform.ts';
import { readService, versionNamed } from '../services-folder.ts';
import { type LogRing, logRing } from './log-ring.ts';
import type { Arm } from './meter.ts';
import { freePort } from './ports.ts';
import { oneLine, type Rhythm, type ServiceProcess, startService } from './service-process.ts';
import type { ReleaseRecord } from './state.ts';

/** One release: what is written down of it, and the process that is it for now. */
export type Release = {
  readonly arm: Arm;
  readonly log: LogRing;
  record(): ReleaseRecord;
  setShare(trafficPercent: number): void;
  health(): { readonly health: Health; readonly say: string };
  /** Of its process; null when there is none. */
  pid(): number | null;
  /** Null when nothing listens there any more, or not yet. */
  port(): number | null;
  /** Starts its process. Never throws: what went wrong is what it died of. */
  launch(services: Readonly<Record<string, string>>): Promise<void>;
  /** Writes down that it is not wanted any more, then ends its process once `drained`. Once, however often it is asked. */
  retire(drained: () => Promise<void>): Promise<void>;
  /** Ends its process; it is still wanted, and comes back when the runner does. */
  suspend(graceMs: number): Promise<void>;
};

export type ReleaseWorld = {
  /** What every service finds in its environment besides what is its own. */
  readonly given: Readonly<Record<string, string>>;
  readonly servicesFolder: string;
  readonly rhythm: Rhythm;
  readonly nowMs: () => number;
  /** Called after every change of the record. */
  readonly changed: () => void;
};

export function makeRelease(arm: Arm, beginning: ReleaseRecord, world: ReleaseWorld): Release {
  const log = logRing();
  let record = beginning;
  let running: { readonly process: ServiceProcess; readonly port: number } | null = null;
  let isSuspended = false;
  let retiring: Promise<void> | null = null;

  function write(change: Partial<ReleaseRecord>): void {
    record = { ...record, ...change };
    world.changed();
  }

  function died(atMs: number, say: string): void {
    running = null;
    if (record.ended !== null || isSuspended) return;
    log.note('error', say, atMs);
    write({ ended: { atMs, say, isRetired: false } });
  }

  async function start(services: Readonly<Record<string, string>>): Promise<void> {
    const service = await readService(world.servicesFolder, arm.service);
    const version = versionNamed(arm.service, service, record.version.name);
    const port = await freePort();
    if (isSuspended || record.ended !== null) return;
    const folder = join(world.servicesFolder, arm.service);
    const environment = { ...world.given, ...services, ...aboutItself(arm), PORT: String(port) };
    const launch = { file: join(folder, version.run), folder, heapMb: service.heapMb, port, environment };
    const process = startService(launch, log, world.rhythm, world.nowMs);
    running = { process, port };
    void process.ended.then(({ atMs, say }) => died(atMs, say));
  }

  return {
    arm,
    log,
    record: () => record,
    setShare: (trafficPercent) => {
      record = { ...record, trafficPercent };
    },
    health: () =>
      running?.process.health() ??
      (record.ended === null
        ? { health: 'starting', say: 'its process is being started' }
        : { health: 'gone', say: record.ended.say }),
    pid: () => running?.process.pid ?? null,
    port: () => running?.port ?? null,
    async launch(services) {
      await start(services).catch((error: unknown) =>
        died(world.nowMs(), oneLine(`cannot be started: ${error}`)),
      );
    },
    retire(drained) {
      const end = async () => {
        if (record.ended?.isRetired !== true) {
          const say = record.ended?.say ?? 'retired';
          write({ trafficPercent: 0, ended: { atMs: world.nowMs(), say, isRetired: true } });
        }
        await drained();
        await running?.process.end();
      };
      retiring ??= end();
      return retiring;
    },
    async suspend(graceMs) {
      isSuspended = true;
      await running?.process.end(graceMs);
    },
  };
}

function aboutItself({ service, environment, version, release }: Arm): Record<string, string> {
  return {
    NODE_ENV: 'production',
    SERVICE: service,
    ENVIRONMENT: environment,
    VERSION: version,
    RELEASE: release,
  };
}
