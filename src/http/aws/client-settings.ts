import type { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Http } from '../door.ts';
import type { AwsSettings } from './settings.ts';
import { throughDoor } from './through-door.ts';

/** What it takes to ask AWS: a way, whose account, and where the keys are. */
export type AwsOpened = {
  readonly http: Http;
  readonly settings: AwsSettings;
  readonly around: {
    secret(reference: string): Promise<{ open(): string }>;
    readonly clock: { nowMs(): number };
  };
};

/** What every client of AWS is told. Nothing is sent twice by them: the door repeats what may be repeated. */
export function clientSettings(
  { http, settings, around }: AwsOpened,
  endpoint: string | undefined,
  isRead: boolean,
) {
  const { region, credentials } = settings;
  return {
    region,
    maxAttempts: 1,
    requestHandler: throughDoor(http, isRead),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(credentials === undefined ? {} : { credentials: () => credentialsOf(credentials, around) }),
  };
}

async function credentialsOf(
  references: NonNullable<AwsSettings['credentials']>,
  around: AwsOpened['around'],
) {
  const read = async (reference: string) => (await around.secret(reference)).open();
  const { accessKeyId, secretAccessKey, sessionToken } = references;
  return {
    accessKeyId: await read(accessKeyId),
    secretAccessKey: await read(secretAccessKey),
    ...(sessionToken === undefined ? {} : { sessionToken: await read(sessionToken) }),
    // Over at once, so that they are looked up again for every call and never kept.
    expiration: new Date(around.clock.nowMs()),
  };
}

/** @throws {Failed} for what is not of the form that was agreed upon */
export function checked<T>(what: string, isRead: boolean, Answer: z.ZodType<T>, answer: unknown): T {
  const read = Answer.safeParse(answer);
  if (read.success) return read.data;
  const where = read.error.issues
    .slice(0, 3)
    .map(({ path, code }) => `${path.join('.') || 'the whole'} (${code})`);
  const message = `AWS answered ${what} with what we cannot read: unexpected at ${where.join(', ')}`;
  if (isRead) throw new Failed({ code: 'misunderstood', message, retryAfterMs: null });
  throw new Failed({ code: 'outcome-unknown', message, retryAfterMs: 1_000 });
}
