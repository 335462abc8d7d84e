import type { z } from 'zod';
import type { Scope } from '../core/scope.ts';
import type { Http } from '../http/door.ts';

/**
 * Whom to wake when something is wrong, as far as it takes to let them sleep while people work. One member a folder;
 * everybody else sees this contract. Every method rejects with `Failed` and with nothing else. Both are desired states:
 * asking twice is harmless.
 */
export type Alarm = {
  /** As it is configured: `pager`. */
  readonly name: string;
  /** No alerts about the scope until then; the same id again moves the end. */
  mute(silence: Silence): Promise<void>;
  /** Alerts are heard again, also where nothing was muted. */
  unmute(silence: Pick<Silence, 'id' | 'scope'>): Promise<void>;
};

export type Silence = {
  /** Names it for ever: the id of the maintenance. */
  readonly id: string;
  readonly scope: Scope;
  readonly untilMs: number;
  readonly reason: string | null;
};

/** A kind of alarm source, as a configuration names it. */
export type AlarmKind = {
  readonly id: string;
  readonly summary: string;
  /** What stands beside `kind`. */
  readonly Settings: z.ZodType;
  /** Calls nobody yet. @throws {ZodError} when the settings are not what `Settings` takes */
  open(name: string, settings: unknown, around: AlarmAround): Alarm;
};

/** What a kind of alarm source may need of the process that it is in. */
export type AlarmAround = {
  door(host: { readonly baseUrl: string; authorize(): Promise<Readonly<Record<string, string>>> }): Http;
  /** What a reference to a secret stands for. @throws {Failed} */
  secret(reference: string): Promise<string>;
};
