export type Inbox = {
  /** False when this key was received before. */
  receive(delivery: Delivery): Promise<boolean>;
  /** True the first time that it is asked about a key, for as long as keys are kept; there is nothing to handle. */
  once(key: string): Promise<boolean>;
  /** Takes one delivery to handle; null when it is done or held by somebody else. */
  take(key: string, owner: string, leaseMs: number): Promise<Delivery | null>;
  /** Holds it for another while, for whoever is still at it; nothing when it is somebody else's by now. */
  keep(key: string, owner: string, leaseMs: number): Promise<void>;
  /** Keys of deliveries that nobody has handled `olderThanMs` after they came, oldest first. */
  waiting(olderThanMs: number, limit: number): Promise<readonly string[]>;
  done(key: string, owner: string): Promise<void>;
  /** Forgets handled deliveries older than this; the keys that guard against replay stay for at least a day. */
  sweep(olderThanMs: number): Promise<number>;
};

export type Delivery = {
  /** Unique for ever: what the sender calls this delivery, or a hash of its signature. */
  readonly key: string;
  readonly kind: 'command' | 'click' | 'submission' | 'shortcut' | 'mention' | 'home' | 'webhook';
  readonly body: unknown;
};
