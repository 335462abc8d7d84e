import { z } from 'zod';
import { serviceNamed, targetOf } from '../../core/catalog.ts';
import { Failed } from '../../core/failure.ts';
import type { RedirectStep, RunbookStep } from '../../core/runbook.ts';
import { namingOf } from '../../platform/naming.ts';
import type { Platform, Urgency } from '../../platform/platform.ts';
import { type Datastore, restoringOf } from '../../platform/restoring.ts';
import { type Router, routingOf } from '../../platform/router.ts';
import type { EngineParts } from '../parts.ts';

/** What says where people are sent, whoever keeps it: a router, or a name of DNS. */
export type Signpost = {
  look(): Promise<Sent>;
  /** Sends them where the step says. A desired state. @throws {Failed} `conflict` where it is not `seen` any more */
  turn(seen: string): Promise<void>;
};

export type Sent = {
  /** The same for the same state, so that it can be compared. */
  readonly now: string;
  readonly isThere: boolean;
  /** What is worth knowing beside it, as the end of a sentence; empty where nothing is. */
  readonly note: string;
  /** How long others may remember where they were sent before, in milliseconds. */
  readonly lingersMs: number;
  /** Why whoever is sent there is not served, in a sentence without a full stop; null where nobody says so. */
  readonly down: string | null;
};

/** @throws {Failed} where the platform is not there, cannot do it, or does not take the address */
export function signpostOf(parts: EngineParts, step: RedirectStep): Signpost {
  switch (step.kind) {
    case 'redirect':
      return signpostAt(routerOf(parts, step.platform, step.address), step.shares);
    case 'redirect-dns':
      return nameSignpost(parts, step);
    case 'failover':
      return armSignpost(parts, step);
  }
}

/** @throws {Failed} as `signpostOf` */
export function datastoreOf(
  parts: EngineParts,
  { platform: name, address }: Pick<Extract<RunbookStep, { kind: 'restore' }>, 'platform' | 'address'>,
  urgency: Urgency = 'urgent',
): Datastore {
  const restoring = restoringOf(platformOf(parts, name));
  if (restoring === null)
    throw refused('unsupported', `${name} keeps nothing that could be restored from here`);
  return restoring.open(checked(restoring.Address, address, name), urgency);
}

function platformOf({ platformNamed }: EngineParts, name: string): Platform {
  const platform = platformNamed?.(name) ?? null;
  if (platform === null) throw refused('not-found', `no platform is called ${name}`);
  return platform;
}

function routerOf(parts: EngineParts, name: string, address: unknown): Router {
  const routing = routingOf(platformOf(parts, name));
  if (routing === null) throw refused('unsupported', `${name} is no router`);
  return routing.open(checked(routing.Address, address, name), 'urgent');
}

function checked(Address: z.ZodType, address: unknown, name: string): unknown {
  const read = Address.safeParse(address);
  if (read.success) return address;
  const [issue] = read.error.issues;
  throw refused('rejected', `${name} does not take the address: ${issue?.path.join('.')} ${issue?.message}`);
}

/** What is given is rounded by some routers; what is to get nothing gets nothing, or somebody is still sent there. */
const EVEN = 0.5;
/** Shares are told to a hundredth of a percent, and what is left of a hundred is that of several. */
const NOTHING = 0.05;

function isAs(trafficPercent: number, wanted: number): boolean {
  return wanted === 0 ? trafficPercent < NOTHING : Math.abs(trafficPercent - wanted) < EVEN;
}

/** Whole, but never nought for what is more than nothing, nor everything for what is less. */
function sayPercent(percent: number): string {
  const whole = Math.round(percent);
  return String((whole === 0 || whole === 100) && !isAs(percent, whole) ? percent : whole);
}

function signpostAt(router: Router, shares: Readonly<Record<string, number>>): Signpost {
  const wanted = Object.entries(shares).map(([arm, trafficPercent]) => ({ arm, trafficPercent }));
  const read = async (): Promise<Sent> => {
    const { arms, elsewherePercent } = await router.look();
    const said = arms.map(({ arm, trafficPercent }) => `${arm} ${sayPercent(trafficPercent)} %`);
    const now = [
      ...said,
      ...(isAs(elsewherePercent, 0) ? [] : [`elsewhere ${sayPercent(elsewherePercent)} %`]),
    ];
    const isThere =
      isAs(elsewherePercent, 0) &&
      wanted.every((each) => each.trafficPercent === 0 || arms.some(({ arm }) => arm === each.arm)) &&
      arms.every(({ arm, trafficPercent }) => isAs(trafficPercent, shares[arm] ?? 0));
    const used = arms.filter(({ arm }) => (shares[arm] ?? 0) > 0);
    const ill = used.find(({ isUp }) => isUp === false);
    const unseen = used.filter(({ isUp }) => isUp === null).map(({ arm }) => arm);
    return {
      now: now.join(', '),
      isThere,
      note: unseen.length === 0 ? '' : `; nobody says whether ${unseen.join(' and ')} can take requests`,
      lingersMs: 0,
      down: ill === undefined ? null : `${ill.arm} takes no requests: ${ill.say}`,
    };
  };
  return {
    look: read,
    async turn(seen) {
      const { now, down } = await read();
      if (now !== seen) throw refused('conflict', `it sends people ${now} by now`);
      if (down !== null) throw refused('rejected', down);
      await router.set(wanted);
    },
  };
}

function nameSignpost(
  parts: EngineParts,
  { platform: name, address, content }: Extract<RedirectStep, { kind: 'redirect-dns' }>,
): Signpost {
  const naming = namingOf(platformOf(parts, name));
  if (naming === null) throw refused('unsupported', `${name} answers for no names`);
  const record = naming.open(checked(naming.Address, address, name), 'urgent');
  return {
    async look() {
      const { content: now, ttlMs } = await record.look();
      const note =
        ttlMs === null ? '' : `; others may remember the old content for ${Math.ceil(ttlMs / 1_000)} s`;
      return { now, isThere: now === content, note, lingersMs: ttlMs ?? 0, down: null };
    },
    turn: (seen) => record.point(content, seen),
  };
}

/** The address of a service on several arms, as far as its router is concerned. */
const Composed = z.object({
  router: z.looseObject({ platform: z.string(), arms: z.record(z.string(), z.unknown()) }),
});

function armSignpost(
  parts: EngineParts,
  { service: name, environment, to }: Extract<RedirectStep, { kind: 'failover' }>,
): Signpost {
  const service = serviceNamed(parts.catalog(), name);
  const target = service === null ? null : targetOf(service, environment);
  const composed = Composed.safeParse(target?.address);
  if (!composed.success)
    throw refused('unsupported', `${name} in ${environment} does not run on several arms`);
  const { platform, ...address } = composed.data.router;
  const arms = Object.keys(address.arms);
  if (!arms.includes(to)) throw refused('rejected', `${name} in ${environment} has no arm ${to}`);
  const shares = Object.fromEntries(arms.map((arm) => [arm, arm === to ? 100 : 0]));
  return signpostAt(routerOf(parts, platform, address), shares);
}

function refused(code: 'not-found' | 'rejected' | 'unsupported' | 'conflict', message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}
