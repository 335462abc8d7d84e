import { tmpdir } from 'node:os';
import { z } from 'zod';
import { EnvironmentName, ServiceName } from '../../core/names.ts';
import type { Platform, Site } from '../platform.ts';
import { type Connect, connect } from './client.ts';
import { Keeper } from './keeper.ts';
import { openSite } from './site.ts';

/** What a service writes in the configuration to say where it lives here. */
const Address = z.strictObject({ service: ServiceName.describe('its folder below the folder of services') });

/** `api/staging` belongs to `staging`. */
const TargetId = z
  .string()
  .includes('/', 'must be <service>/<environment>')
  .transform((id) => id.slice(id.lastIndexOf('/') + 1))
  .pipe(EnvironmentName);

export const local = {
  id: 'local',
  summary: 'Processes on this machine behind a weighted proxy',
  Address,
} as const;

export type LocalOptions = {
  /** Where the runner keeps its things: `.slipway/local`. One runner for one folder. */
  readonly folder: string;
  /** `<servicesFolder>/<service>/service.json` and what it names. */
  readonly servicesFolder: string;
  /** The wall clock of this machine, in epoch milliseconds. */
  readonly nowMs: () => number;
  /** How long the runner goes on when nobody calls. */
  readonly leaseMs?: number;
  readonly pingMs?: number;
  /** For the answer to one call. */
  readonly deadlineMs?: number;
  /** For a runner to come up. */
  readonly startDeadlineMs?: number;
  readonly temporaryFolder?: string;
  readonly connect?: Connect;
  /** What every service finds in its environment besides what is its own: nothing when left out. */
  readonly given?: Readonly<Record<string, string>>;
};

type Place = { readonly service: string; readonly environment: string };

export type LocalPlatform = Platform & {
  /** Brings the runner up, and with it what ran before. Everything else does so by itself when it is needed. */
  start(): Promise<void>;
  /** Where a service answers in an environment: the same from start to start wherever that port is free. */
  urlOf(place: Place): Promise<string>;
  /** Where Prometheus reads the numbers of all releases. */
  metricsUrl(): Promise<string>;
  /** Ends the runner, the doors and every service process; returns when they are gone. What ran comes back with the next `start`. */
  shutDown(): Promise<void>;
};

/**
 * Services as processes of this machine, for trying things out and for tests. It has to be opened on purpose: it is
 * the one platform that starts processes. `close` leaves them running, until the lease runs out, for whoever comes next.
 */
export function localPlatform(options: LocalOptions): LocalPlatform {
  const { servicesFolder, nowMs } = options;
  const keeper = new Keeper({
    leaseMs: 120_000,
    pingMs: 5_000,
    deadlineMs: 10_000,
    startDeadlineMs: 15_000,
    temporaryFolder: tmpdir(),
    connect,
    given: {},
    ...options,
  });
  return {
    ...local,
    site({ id, address }): Site {
      const { service } = Address.parse(address);
      return openSite({ service, environment: TargetId.parse(id), servicesFolder, keeper, nowMs });
    },
    start: () => keeper.start(),
    urlOf: async ({ service, environment }) => {
      const place = { service: ServiceName.parse(service), environment: EnvironmentName.parse(environment) };
      return (await keeper.call('address', () => place)).url;
    },
    metricsUrl: async () => (await keeper.call('hello', () => ({}))).metricsUrl,
    shutDown: () => keeper.shutDown(),
    close: async () => keeper.stop(),
  };
}
