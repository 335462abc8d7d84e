import { randomBytes } from 'node:crypto';
import { commands } from '../../commands/index.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import type { EngineParts } from '../engine/parts.ts';
import { patienceWith } from '../engine/patience.ts';
import { openRecorder } from '../engine/record/recorder.ts';
import { postJson } from '../http/post-json.ts';
import { openQueue, type Queue } from '../queue/index.ts';
import { openSlack } from '../slack/index.ts';
import { type OpenStore, openStore } from '../store/index.ts';
import { type Metrics, openMetrics } from '../telemetry/index.ts';
import { keepSigned } from './audit.ts';
import { chooseChat } from './chat.ts';
import { clock } from './clock.ts';
import type { Closing } from './closing.ts';
import { openControl } from './control.ts';
import { openDatabases } from './databases.ts';
import { askSlack, type LateDirectory, lateDirectory } from './directory.ts';
import { keepHealth } from './health.ts';
import { serveMetrics } from './metrics-server.ts';
import { outsideOf } from './outside.ts';
import { openPlatforms, type Platforms } from './platforms.ts';
import { recordConfiguration } from './record-configuration.ts';
import type { Settings } from './settings.ts';
import { steadyClock } from './steady.ts';
import { webhookDoor } from './webhooks.ts';

const HAND_OVER_MS = 25_000;
const HANDLE_WAITING_EVERY_MS = 3_000;

export type Started = {
  readonly role: Settings['role'];
  readonly records: OpenStore['kind'];
  readonly bells: Queue['kind'];
  /** Where to look; null where the chat is Slack's own. */
  readonly pageUrl: string | null;
  /** Where Slack has to deliver to; null over a socket, and in a worker. */
  readonly deliveriesUrl: string | null;
  readonly sampleUrls: readonly string[];
};

/** Opens everything that this role needs, in the order in which each needs the other, and lets it run. */
export async function start(
  settings: Settings,
  closing: Closing,
  onFatal: (because: string) => void,
): Promise<Started> {
  const { log, role, configuration } = settings;
  const store = await openStore({
    databaseUrl: settings.databaseUrl?.open() ?? null,
    folder: settings.home,
    nowMs: clock.nowMs,
  });
  closing.add('store', () => store.close());
  const databases = openDatabases(settings, closing);
  const platforms = openPlatforms(settings);
  closing.add('platforms', () => platforms.close());
  const queue = await openQueue({
    redisUrl: settings.redisUrl?.open() ?? null,
    pool: store.queuePool,
    clock,
    log: log.child({ part: 'queue' }),
  });
  closing.add('queue', () => queue.close(HAND_OVER_MS));
  const metrics = openMetrics();
  const { metricsAddress } = configuration.current();
  if (metricsAddress !== null) closing.add('metrics', await serveMetrics(metrics, metricsAddress));
  const stopping = new AbortController();
  const owner = `${role}-${process.pid}-${randomBytes(6).toString('hex')}`;
  const directory = lateDirectory(store.store, settings, stopping.signal);
  const parts: EngineParts = {
    store: store.store,
    catalog: () => configuration.current().catalog,
    siteOf: platforms.siteOf,
    platformNamed: platforms.platformNamed,
    ...outsideOf(settings, databases),
    directory,
    bell: queue.bell,
    clock: { sleep: clock.sleep, nowMs: steadyClock(clock.nowMs, clock.monotonicMs) },
    random: Math.random,
    log: log.child({ part: 'engine' }),
    patience: patienceWith(configuration.current().patience),
    stopping: stopping.signal,
    onVisit: metrics.visited,
    owner,
  };
  const engine = createEngine(parts);
  closing.add(
    'health',
    keepHealth(settings.home, role, () => examine(store, metrics), clock),
  );
  // Before Slack is spoken to: whoever has to stop something may have to because Slack is down.
  closing.add('control', await openControl({ settings, store: store.store, directory, engine }));
  const more = { engine, store, platforms, owner, directory };
  const chat = role === 'worker' ? null : await openChat(settings, more, closing);
  if (role === 'worker') await askSlack(directory, settings);
  // Last of all: where a port is taken nothing has been looked at, and no platform was brought up for it.
  if (role !== 'bot') {
    await keepSigned(settings, store.store, owner, stopping.signal, closing);
    work(parts, engine, queue, closing, onFatal);
  }
  closing.add('configuration record', recordConfiguration(settings, store.store));
  closing.add('visits', () => stopping.abort());
  databases.resume();
  return {
    role,
    records: store.kind,
    bells: queue.kind,
    pageUrl: chat?.pageUrl ?? null,
    deliveriesUrl: chat?.deliveriesUrl ?? null,
    sampleUrls: chat?.sampleUrls ?? [],
  };
}

/** Hears bells and keeps the house in order. Without any bells everything still moves, a little later. */
function work(
  parts: EngineParts,
  engine: Engine,
  queue: Queue,
  closing: Closing,
  onFatal: (because: string) => void,
): void {
  queue.startListening(engine.advance, (silentMs) => {
    onFatal(`no bell was heard for ${Math.round(silentMs / 1_000)} s`);
  });
  const { stopping } = parts;
  const rounds = engine.reconciler.run(stopping);
  closing.add('rounds', () => rounds);
  const sampling = engine.sampler.run(stopping);
  closing.add('sampling', () => sampling);
  const recording = openRecorder(parts).run(stopping);
  closing.add('recording', () => recording);
}

async function examine({ store }: OpenStore, metrics: Metrics): Promise<string[]> {
  const backlog = await store.outbox.backlog();
  metrics.outbox(backlog.rows, backlog.oldestMs);
  return backlog.oldestMs > 5 * 60_000
    ? [`what is to be told is ${Math.round(backlog.oldestMs / 1_000)} s late`]
    : [];
}

type ChatNeeds = {
  readonly engine: Engine;
  readonly store: OpenStore;
  readonly platforms: Platforms;
  readonly owner: string;
  readonly directory: LateDirectory;
};

async function openChat(
  settings: Settings,
  { engine, store: { store }, platforms, owner, directory }: ChatNeeds,
  closing: Closing,
): Promise<Pick<Started, 'pageUrl' | 'deliveriesUrl' | 'sampleUrls'>> {
  const webhooks = webhookDoor(settings, engine, store, closing);
  const chat = await chooseChat(settings, platforms, webhooks, closing);
  directory.ask(chat.slack);
  const slack = await openSlack({
    configuration: chat.slack,
    commands,
    store,
    deskFor: engine.deskFor,
    directory,
    reports: engine,
    postJson,
    clock,
    random: Math.random,
    owner,
    newId: () => randomBytes(3).toString('hex'),
    log: settings.log.child({ part: 'slack' }),
  });
  const listening = await slack.start();
  closing.add('slack', () => slack.stop());
  chat.onListening(listening?.url ?? null);
  const waiting = clock.every(HANDLE_WAITING_EVERY_MS, () => {
    void slack.handleWaiting().catch((error: unknown) => {
      settings.log.warn({ error: String(error) }, 'deliveries could not be looked through');
    });
  });
  closing.add('deliveries', waiting);
  return {
    pageUrl: chat.pageUrl,
    deliveriesUrl: listening?.url ?? null,
    sampleUrls: await chat.startSamples(),
  };
}
