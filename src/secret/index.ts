import { Failed } from '../core/failure.ts';
import { SecretReference } from '../core/secret-reference.ts';
import { envPlace } from './env/index.ts';
import { filePlace } from './file/index.ts';
import { Secret, type SecretPlace } from './secret.ts';

export { REFERENCE_RULE, SecretReference } from '../core/secret-reference.ts';
export { Secret } from './secret.ts';

export type Secrets = {
  /** What the reference stands for, remembered for at most five minutes. @throws {Failed} with what to do about it. */
  read(reference: string): Promise<Secret>;
  /** The same, looked up afresh: for when the value that was remembered has just been turned away. */
  readAgain(reference: string): Promise<Secret>;
  /** Whether there is anything at all behind a reference. */
  isSet(reference: string): Promise<boolean>;
};

/** Shorter ones cannot be told from everyday words, so they could not be kept out of logs. */
const VALUE_LENGTH_MIN = 8;
const KEPT_MS = 5 * 60_000;

export function openSecrets(world: {
  readonly variables: Readonly<Record<string, string | undefined>>;
  nowMs(): number;
  /** Told every value that was read, so that it can be kept out of whatever is written. */
  learn(value: string): void;
}): Secrets {
  const places: readonly SecretPlace[] = [envPlace(world.variables), filePlace];
  const kept = new Map<string, { readonly secret: Secret; readonly atMs: number }>();

  async function look(reference: string): Promise<string | null> {
    const [scheme = '', ...rest] = reference.split(':');
    const place = places.find((one) => one.scheme === scheme);
    if (place === undefined || !SecretReference.safeParse(reference).success) {
      throw failed('rejected', 'A secret is asked for by something that is no reference to one.');
    }
    return place.read(rest.join(':')).catch((cause: unknown) => {
      throw failed('unavailable', `The secret ${reference} could not be read.`, cause);
    });
  }

  async function readAgain(reference: string): Promise<Secret> {
    const value = await look(reference);
    if (value === null || value === '') throw failed('not-found', `The secret ${reference} is not set.`);
    if (value.length < VALUE_LENGTH_MIN) {
      throw failed('rejected', `The secret ${reference} has fewer than ${VALUE_LENGTH_MIN} characters.`);
    }
    if (/[\0\r\n]/.test(value.trim()) && !value.includes('-----BEGIN ')) {
      throw failed('rejected', `The secret ${reference} has more than one line.`);
    }
    world.learn(value);
    const secret = new Secret(reference, value);
    kept.set(reference, { secret, atMs: world.nowMs() });
    return secret;
  }

  return {
    readAgain,
    async read(reference) {
      const known = kept.get(reference);
      const isFresh = known !== undefined && Math.abs(world.nowMs() - known.atMs) < KEPT_MS;
      return isFresh ? known.secret : readAgain(reference);
    },
    async isSet(reference) {
      const value = await look(reference);
      return value !== null && value !== '';
    },
  };
}

function failed(code: 'rejected' | 'not-found' | 'unavailable', message: string, cause?: unknown): Failed {
  const retryAfterMs = code === 'unavailable' ? 5_000 : null;
  return new Failed({ code, message, retryAfterMs }, cause === undefined ? undefined : { cause });
}
