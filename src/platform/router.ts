import type { z } from 'zod';
import type { Capabilities } from '../core/capability.ts';
import type { Counters, Platform, Urgency } from './platform.ts';

/**
 * Shares traffic out between arms that somebody else runs: two services, two hosts. It starts and stops nothing.
 * Every method rejects with `Failed` and with nothing else for what the world does.
 */
export type Router = {
  /** What it can, asked of it where that matters. */
  capabilities(): Promise<Pick<Capabilities, 'traffic' | 'metrics'>>;
  /** How it shares the traffic out now, read from the router itself and never remembered. */
  look(): Promise<RouterStanding>;
  /**
   * Sets the whole split between all of its arms. An arm that is named is in, also with nothing; one that is not named
   * is taken out (`isIn`), which a later `set` that names it takes back. The shares add up to 100, or to 0 to serve
   * nobody where the router can. A desired state: asking twice is harmless. Returns when the router has taken it;
   * `look` says when it is so. @throws {Failed} `rejected` before any call for shares that it cannot be given
   */
  set(shares: readonly ArmShare[]): Promise<void>;
  /** Counters so far of what it sent to one arm. Only where `capabilities.metrics` can. */
  measure?(arm: string): Promise<Counters | null>;
};

/** Arms are named as the address of the router names them; what the router itself calls them never leaves it. */
export type ArmShare = { readonly arm: string; readonly trafficPercent: number };

export type RouterStanding = {
  /** Where people reach what is behind it; null where the router does not know. */
  readonly frontDoor: string | null;
  /** Every arm of the address, also those with nothing. */
  readonly arms: readonly RouterArm[];
  /** What it sends to somebody who is no arm of the address. With the shares of the arms it makes 100, or 0. */
  readonly elsewherePercent: number;
};

export type RouterArm = ArmShare & {
  /**
   * Whether the router would send it anything if it had a share (HAProxy: not in maintenance; Cloudflare: among the
   * pools that the load balancer chooses from). One that is out has nothing.
   */
  readonly isIn: boolean;
  /** Whether the router itself finds that it can take requests; null where it does not look. */
  readonly isUp: boolean | null;
  /** Why, in the router's own words, cut to one line; empty where it says nothing. */
  readonly say: string;
};

/** The part of a platform that is a router. */
export type Routing = {
  /** What `router` takes in the address of a composed service, without `platform`. Has `arms`: a name of ours to its own. */
  readonly Address: z.ZodType<{ readonly arms: Readonly<Record<string, unknown>> }>;
  /** Opens nothing, calls nothing. @throws {ZodError} when the address is not one of this router's */
  open(address: unknown, urgency?: Urgency): Router;
};

/** What a platform has that can share traffic out between others, whether it runs services itself or not. */
export type RoutingPlatform = Platform & { readonly routing: Routing };

/** Null for a platform that is no router. */
export function routingOf(platform: Platform): Routing | null {
  return (platform as Partial<RoutingPlatform>).routing ?? null;
}
