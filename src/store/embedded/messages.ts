/** What the program and the thread of its embedded database say to each other. */

export type ThreadOrder = {
  /** The folder of the database itself. */
  readonly folder: string;
  /** `create` makes the database and ends; `serve` opens it and stays. */
  readonly task: 'create' | 'serve';
};

export type ToThread =
  | { readonly kind: 'open'; readonly connection: number }
  | { readonly kind: 'bytes'; readonly connection: number; readonly bytes: Uint8Array }
  | { readonly kind: 'end'; readonly connection: number }
  | { readonly kind: 'close' };

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'bytes'; readonly connection: number; readonly bytes: Uint8Array }
  | { readonly kind: 'ended'; readonly connection: number }
  | { readonly kind: 'closed' };
