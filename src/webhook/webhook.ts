import type { IncomingHttpHeaders } from 'node:http';

/** Who rings, as it is configured. */
export type Webhook = {
  /** The last part of the address that it is delivered to. */
  readonly name: string;
  readonly kind: 'github' | 'render' | 'vercel' | 'signed' | 'alertmanager';
  /** A reference to the secret that deliveries are signed with, or that they carry. */
  readonly secret: string;
  /** Names of platforms: only what runs there is looked at. Null: those of the kind, or everything. */
  readonly platforms: readonly string[] | null;
  /** By which labels an alert says what of ours it is about. Left out: `service` and `environment`. */
  readonly labels?: { readonly service: string; readonly environment: string } | undefined;
};

/** One that rings, and tells nothing that is believed. */
export type Bell = Webhook & { readonly kind: Exclude<Webhook['kind'], 'alertmanager'> };

export function isBell(webhook: Webhook): webhook is Bell {
  return webhook.kind !== 'alertmanager';
}

/** A delivery as it came: what it says is believed only after its signature was checked over these very bytes. */
export type Delivered = { readonly headers: IncomingHttpHeaders; readonly body: Buffer };
