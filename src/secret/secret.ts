import { inspect } from 'node:util';

/**
 * Something that only the one who uses it may see. Whatever prints it, logs it, joins it into a text or turns it into
 * JSON gets its reference: `[secret env:RENDER_TOKEN]`.
 */
export class Secret {
  readonly #value: string;
  readonly reference: string;

  constructor(reference: string, value: string) {
    this.reference = reference;
    this.#value = value;
  }

  /** For the moment of use only: never keep or pass on what comes back. */
  open(): string {
    return this.#value;
  }

  toString(): string {
    return `[secret ${this.reference}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** A place where secrets are kept. One member a folder. */
export type SecretPlace = {
  /** What stands before the colon of a reference. */
  readonly scheme: string;
  /** What is there now; null when nothing is. Rejects when it could not look. */
  read(rest: string): Promise<string | null>;
};
