import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import { path } from '../../http/path.ts';
import type { NameRecord, NameStanding } from '../naming.ts';
import { Id } from './address.ts';
import type { Api } from './client.ts';

/** A record that has one content, which another can take the place of. */
export const DnsAddress = z.strictObject({
  zone: Id.describe('the zone of the record'),
  name: z
    .string()
    .regex(
      /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
      'must be a whole name such as shop.example.com',
    )
    .describe('the whole name'),
  type: z.enum(['A', 'AAAA', 'CNAME']),
});
export type DnsAddress = z.infer<typeof DnsAddress>;

/** `dns-records_dns-record` of Cloudflare's API, as far as we read it. A ttl of 1 is "automatic". */
const Found = z.object({
  id: z.string().min(1),
  name: z.string(),
  type: z.string(),
  content: z.string(),
  proxied: z.boolean().optional(),
  ttl: z.number().int(),
});
const AUTOMATIC_MS = 300_000;

/** One record of one zone. The change takes no version to be guarded by, so that it is read once more right before. */
export function openRecord({ zone, name, type }: DnsAddress, api: Api): NameRecord {
  const records = path`/zones/${zone}/dns_records`;

  async function read() {
    const asked = { method: 'GET', path: records, query: { type, name } } as const;
    const all = await api.call(asked, z.array(Found));
    const found = all.filter((each) => each.name.toLowerCase() === name && each.type === type);
    const [only, ...others] = found;
    if (only === undefined) throw refused('not-found', `there is no ${type} record ${name}`);
    if (others.length > 0)
      throw refused('ambiguous', `${found.length} ${type} records share the name ${name}`);
    return only;
  }

  return {
    async look(): Promise<NameStanding> {
      const { content, proxied, ttl } = await read();
      // What is proxied answers with Cloudflare's own addresses, whatever it points to.
      return { content, ttlMs: proxied === true ? null : ttl === 1 ? AUTOMATIC_MS : ttl * 1_000 };
    },
    async point(content, seen) {
      const now = await read();
      if (now.content === content) return;
      if (now.content !== seen)
        throw refused('conflict', `${name} points to ${now.content} by now, and not to ${seen}`);
      const body = { json: { content } };
      await api.call({ method: 'PATCH', path: `${records}${path`/${now.id}`}`, body }, Found);
    },
  };
}

function refused(code: 'not-found' | 'ambiguous' | 'conflict', message: string): Failed {
  return new Failed({ code, message, retryAfterMs: null });
}
