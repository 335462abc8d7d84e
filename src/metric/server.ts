import { z } from 'zod';
import { SecretReference } from '../core/secret-reference.ts';
import type { Http } from '../http/door.ts';
import { IN_THE_CLEAR, keepsSecrets } from '../http/secret-url.ts';
import type { Around } from './metric.ts';

const DEADLINE_MS = 10_000;

const Url = z.string().refine(isPlainAddress, 'must be an address such as https://prometheus.example.com');

function isPlainAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
}

const Auth = z.union([
  z.strictObject({ bearer: SecretReference }),
  z.strictObject({
    user: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^:\p{Cc}]+$/u, 'must not have a colon'),
    password: SecretReference,
  }),
]);

const Tls = z.strictObject({
  ca: SecretReference.optional().describe('The authority that signed its certificate, in PEM.'),
  cert: SecretReference.optional().describe('Our own certificate, in PEM.'),
  key: SecretReference.optional().describe('The key of our own certificate, in PEM.'),
  serverName: z
    .string()
    .regex(/^[a-z0-9.-]{1,253}$/i)
    .optional()
    .describe('The name on its certificate, where it is not that of the address.'),
});

/** How a server of one's own is reached: Prometheus, Alertmanager, and what speaks like them. */
export const ServerSettings = z
  .strictObject({
    url: Url.describe('Where it answers, with its path where it has one.'),
    auth: Auth.optional().describe('bearer, or user and password. Left out: none.'),
    tenant: z
      .string()
      .regex(/^[A-Za-z0-9_!.*'()|-]{1,150}$/, 'must be the name of a tenant')
      .optional()
      .describe('Goes along as X-Scope-OrgID, as Mimir and Cortex ask for it.'),
    tls: Tls.optional(),
  })
  .refine(({ url, auth }) => auth === undefined || keepsSecrets(url), IN_THE_CLEAR);
export type ServerSettings = z.output<typeof ServerSettings>;

/** The way to it. Secrets are looked up at each call, and afresh when what they were has just been turned away. */
export function openServer({ url, auth, tenant, tls }: ServerSettings, around: Around): Http {
  const read = async (reference: string, how?: 'again') => (await around.secret(reference, how)).open();
  const authorize = async (isAgain: boolean): Promise<Record<string, string>> => {
    const how = isAgain ? 'again' : undefined;
    const who = tenant === undefined ? {} : { 'x-scope-orgid': tenant };
    if (auth === undefined) return who;
    if ('bearer' in auth) return { ...who, authorization: `Bearer ${await read(auth.bearer, how)}` };
    const pair = Buffer.from(`${auth.user}:${await read(auth.password, how)}`).toString('base64');
    return { ...who, authorization: `Basic ${pair}` };
  };
  const pem = (reference: string | undefined) => (reference === undefined ? undefined : read(reference));
  const connect = async ({ ca, cert, key, serverName }: NonNullable<typeof tls>) => ({
    ca: await pem(ca),
    cert: await pem(cert),
    key: await pem(key),
    serverName,
  });
  return around.door({
    baseUrl: url.replace(/\/+$/, ''),
    authorize,
    deadlineMs: DEADLINE_MS,
    ...(tls === undefined ? {} : { connect: () => connect(tls) }),
  });
}
