import { Failed, type Failure } from '../../core/failure.ts';
import type { Version } from '../../core/plan.ts';
import type { Back, Intent } from '../platform.ts';
import type { Address } from './address.ts';
import { KEPT } from './capabilities.ts';
import type { Client } from './client.ts';
import { containerOf, nameFor } from './container.ts';
import { containersOf } from './containers.ts';
import type { Container } from './schema.ts';
import { isReached, isUntouched, LABEL, nameOf } from './standing.ts';

export type TurnParts = {
  readonly address: Address;
  readonly client: Client;
  readonly redact: (text: string) => string;
  secret(reference: string): Promise<{ open(): string }>;
  sleep(ms: number): Promise<void>;
};

const LOOKS = 20;
const LOOK_MS = 250;

type Turned = { readonly releaseId: string };

/** What is ours, is not reached, and is more than is kept; newest first. */
export function surplusOf(all: readonly Container[], { name: service }: Address, but: string | null = null) {
  const isOurs = ({ Config }: Container) => Config.Labels?.[LABEL.service] === service;
  return all.filter((one) => nameOf(one) !== but && !isReached(one) && isOurs(one)).slice(KEPT);
}

/** Puts one container in the place of another. */
export function openTurn(parts: TurnParts) {
  const { address, client, redact, sleep } = parts;
  const containers = () => containersOf(client, address);

  /** The one in the place of all others. What could not be started leaves what was stopped for it running again. */
  async function takeOver(name: string): Promise<void> {
    const others = (await containers()).filter((one) => nameOf(one) !== name && isReached(one)).map(nameOf);
    for (const other of others) await client.stop(other, address.stopSeconds);
    const refused = await startRefused(name);
    if (refused === null) return;
    for (const other of others) await client.start(other);
    throw refused;
  }

  /** Null when it runs. @throws {Failed} `outcome-unknown` where nobody knows */
  async function startRefused(name: string): Promise<Failed | null> {
    const status = await client.start(name);
    if (status === 204 || status === 304) return null;
    const because = redact((await client.container(name))?.State.Error ?? '').slice(0, 200);
    // Only an engine that says why it has not started it is believed: all else may be somebody in between.
    if (because === '' && (status === 500 || status < 400)) {
      throw refusal('outcome-unknown', `Docker does not say whether it has started ${name}`);
    }
    return refusal('rejected', `Docker could not start ${name}: ${because || `it answered ${status}`}`);
  }

  /**
   * Room is made only for what is ours. Its failing stops nothing, and one that Docker keeps does not keep the others:
   * the next one tries again, and what it can says how many are left.
   */
  async function forgetOld(name: string): Promise<void> {
    const old = surplusOf(await containers(), address, name);
    for (const one of old) await client.remove(nameOf(one)).catch(failureOf);
  }

  /** The engine gives a name away before it shows who got it, so that a second call may be too early to see. */
  async function madeAs(name: string): Promise<Container> {
    for (let look = 0; look < LOOKS; look++) {
      const made = await client.container(name);
      if (made !== null) return made;
      await sleep(LOOK_MS);
    }
    throw refusal('outcome-unknown', `Docker has given ${name} a name, and does not show it`);
  }

  async function replace(intent: Intent, version: Version): Promise<Turned> {
    const name = nameFor(address, intent);
    const image = await imageFor(client, address, version);
    const secrets = await openSecrets(parts);
    await client.create(name, containerOf(address, intent, version, image, secrets));
    const made = await madeAs(name);
    // It has had its time already: whoever sends the same again must not push aside what came after it.
    if (!isUntouched(made)) return { releaseId: name };
    await takeOver(name);
    await forgetOld(name).catch(failureOf);
    return { releaseId: name };
  }

  return {
    replace,
    async restore(intent: Intent, back: Back): Promise<Turned> {
      const kept = await client.container(back.releaseId);
      if (kept === null) return replace(intent, back.version);
      await takeOver(back.releaseId);
      return { releaseId: back.releaseId };
    },
  };
}

/** @throws {Failed} where there is no such image, before anything that runs is touched */
async function imageFor(client: Client, { image, pull }: Address, { name }: Version): Promise<string> {
  if (!/^\w[\w.-]{0,127}$/.test(name)) {
    throw refusal('rejected', `${name.slice(0, 60)} is no tag of an image: letters, digits, _ . and - only`);
  }
  const repository = image.replace(':{version}', '');
  const wanted = `${repository}:${name}`;
  if (pull === 'missing' && (await client.hasImage(wanted))) return wanted;
  await client.pull(repository, name);
  if (await client.hasImage(wanted)) return wanted;
  throw refusal('not-found', `Docker says that it has pulled ${wanted}, and has no such image`);
}

async function openSecrets({ address, secret }: TurnParts): Promise<Record<string, string>> {
  const opened = Object.entries(address.secrets).map(async ([key, reference]) => [
    key,
    (await secret(reference)).open(),
  ]);
  return Object.fromEntries(await Promise.all(opened));
}

function refusal(code: Failure['code'], message: string): Failed {
  return new Failed({ code, message, retryAfterMs: code === 'outcome-unknown' ? 1_000 : null });
}

/** @throws whatever is not the world's refusal */
function failureOf(error: unknown): Failure {
  if (error instanceof Failed) return error.failure;
  throw error;
}
