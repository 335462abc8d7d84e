import type { IncomingHttpHeaders } from 'node:http';

/** Who rings, as it is configured. */
export type Webhook = {
  /** The last part of the address that it is delivered to. */
  readonly name: string;
  readonly kind: 'github' | 'render' | 'vercel' | 'signed';
  /** A reference to the secret that deliveries are signed with. */
  readonly secret: string;
  /** Names of platforms: only what runs there is looked at. Null: those of the kind, or everything. */
  readonly platforms: readonly string[] | null;
};

/** A delivery as it came: what it says is believed only after its signature was checked over these very bytes. */
export type Delivered = { readonly headers: IncomingHttpHeaders; readonly body: Buffer };
