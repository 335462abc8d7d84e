import { z } from 'zod';
import { utc } from '../../core/text.ts';
import { type Verdict, worst } from '../../core/verdict.ts';
import type { Certificate } from '../../http/certificate.ts';
import { defineGate } from '../gate.ts';

const HTTPS_PORT = 443;
const DAY_MS = 86_400_000;

const HostName = z
  .string()
  .max(260)
  .regex(
    /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})\.)*[A-Za-z0-9_-]{1,63}(?::[0-9]{1,5})?$/,
    'must be a name such as api.example.com, or with a port api.example.com:8443',
  )
  .refine((host) => URL.canParse(`https://${host}`), 'is no name or no port that could be asked');

const Settings = z.strictObject({
  hosts: z.array(HostName).max(20).default([]).describe('The address of the service itself when left out.'),
  daysMin: z
    .number()
    .min(0)
    .max(365)
    .default(14)
    .describe('How long it must still be good; 14 when left out.'),
});

export type Looked = {
  readonly host: string;
  /** Null: no answer. `plain`: it is not asked over TLS at all. */
  readonly certificate: Certificate | 'plain' | null;
};
export type Facts = {
  readonly nowMs: number /** Null: there is no address. */;
  readonly hosts: readonly Looked[] | null;
};

/** Whether people who come to the service are shown a certificate that they can trust, for a while yet. */
export const certificateValid = defineGate({
  id: 'certificate-valid',
  asks: 'Is its certificate good for a while?',
  when: 'after',
  anytime: 'of-the-service',
  Settings,
  async look({ site, reach, nowMs }, { hosts }): Promise<Facts> {
    const named = hosts.length > 0 ? hosts.map((host) => `https://${host}`) : [(await site.look()).frontDoor];
    const urls = named.filter((url) => url !== null && URL.canParse(url)).map((url) => new URL(url ?? ''));
    if (urls.length === 0) return { nowMs, hosts: null };
    const looked = urls.map(async ({ protocol, hostname, port, host }): Promise<Looked> => {
      if (protocol !== 'https:') return { host, certificate: 'plain' };
      const name = hostname.replace(/^\[|\]$/g, '');
      return { host, certificate: await reach.certificate(name, Number(port || HTTPS_PORT)) };
    });
    return { nowMs, hosts: await Promise.all(looked) };
  },
  judge,
});

export function judge({ nowMs, hosts }: Facts, { daysMin }: { readonly daysMin: number }): Verdict {
  if (hosts === null)
    return { kind: 'unknown', because: 'there is no address at which a certificate could be seen' };
  const verdicts = hosts.map((looked) => judgeHost(looked, nowMs, daysMin));
  const verdict = worst(verdicts);
  if (verdict.kind !== 'pass') return verdict;
  return { kind: 'pass', because: verdicts.map(({ because }) => because).join(', ') };
}

function judgeHost({ host, certificate }: Looked, nowMs: number, daysMin: number): Verdict {
  if (certificate === null) return { kind: 'unknown', because: `${host} gave no answer over TLS` };
  if (certificate === 'plain') return { kind: 'fail', because: `${host} is reached without encryption` };
  const { distrust, isForName, validFromMs, validUntilMs } = certificate;
  if (!isForName) return { kind: 'fail', because: `${host} shows the certificate of another name` };
  if (!(validFromMs <= nowMs))
    return { kind: 'fail', because: `${host} shows a certificate that is not good yet` };
  if (!(validUntilMs > nowMs)) return { kind: 'fail', because: `the certificate of ${host} has ended` };
  if (distrust !== null)
    return { kind: 'fail', because: `the certificate of ${host} is not trusted (${distrust})` };
  const days = Math.floor((validUntilMs - nowMs) / DAY_MS);
  const said = `the certificate of ${host} is good until ${utc(validUntilMs)}`;
  if (validUntilMs - nowMs >= daysMin * DAY_MS) return { kind: 'pass', because: said };
  return { kind: 'fail', because: `${said}, for ${days} days and not for ${daysMin}` };
}
