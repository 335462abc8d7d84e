import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import { type Verdict, worst } from '../../core/verdict.ts';
import type { RecordType } from '../../http/records.ts';
import { defineGate, type Subject } from '../gate.ts';
import { names } from '../words.ts';

const DnsName = z
  .string()
  .max(253)
  .regex(
    /^(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})\.)+[A-Za-z0-9-]{1,63}\.?$/,
    'must be a name such as api.example.com',
  );

const Settings = z.strictObject({
  records: z
    .array(
      z.strictObject({
        name: DnsName,
        type: z.enum(['A', 'AAAA', 'CNAME']).default('A'),
        is: z
          .array(z.string().min(1).max(253))
          .min(1)
          .max(50)
          .optional()
          .describe('All that it stands for, in any order; anything at all when left out.'),
      }),
    )
    .max(20)
    .default([])
    .describe('The name of the service itself, which has to have an address, when left out.'),
});

export type Asked = {
  readonly name: string;
  /** `address`: A or AAAA, whichever there is. */
  readonly type: RecordType | 'address';
  readonly is: readonly string[] | null;
  readonly found: readonly string[] | { readonly unread: string };
};
/** Null: there is no name to ask for. */
export type Facts = readonly Asked[] | null;

/** Whether the names of the service lead where they should, as this machine sees it. */
export const dnsResolves = defineGate({
  id: 'dns-resolves',
  asks: 'Do its names lead where they should?',
  when: 'after',
  anytime: 'of-the-service',
  Settings,
  async look({ site, reach }, { records }): Promise<Facts> {
    if (records.length > 0) {
      const asked = records.map(async ({ name, type, is }) => {
        return { name, type, is: is ?? null, found: await find(reach, name, [type]) };
      });
      return Promise.all(asked);
    }
    const name = nameOf((await site.look()).frontDoor);
    if (name === null) return null;
    return [{ name, type: 'address', is: null, found: await find(reach, name, ['A', 'AAAA']) }];
  },
  judge,
});

/** Null for an address that is no name, and so is never looked up. */
function nameOf(frontDoor: string | null): string | null {
  if (frontDoor === null || !URL.canParse(frontDoor)) return null;
  const { hostname } = new URL(frontDoor);
  return DnsName.safeParse(hostname).success && !/^[0-9.]+$/.test(hostname) ? hostname : null;
}

async function find(
  reach: Subject['reach'],
  name: string,
  types: readonly RecordType[],
): Promise<Asked['found']> {
  try {
    return (await Promise.all(types.map((type) => reach.records(name, type)))).flat();
  } catch (error) {
    if (error instanceof Failed) return { unread: error.failure.message };
    throw error;
  }
}

export function judge(facts: Facts): Verdict {
  if (facts === null) return { kind: 'unknown', because: 'the service has no name that could be looked up' };
  const verdicts = facts.map(judgeRecord);
  const verdict = worst(verdicts);
  if (verdict.kind !== 'pass') return verdict;
  return { kind: 'pass', because: verdicts.map(({ because }) => because).join(', ') };
}

function judgeRecord({ name, type, is, found }: Asked): Verdict {
  if ('unread' in found) return { kind: 'unknown', because: found.unread };
  if (found.length === 0)
    return { kind: 'fail', because: `${name} has no ${type === 'address' ? type : `${type} record`}` };
  const because = `${name} is ${names(found.toSorted())}`;
  if (is === null) return { kind: 'pass', because };
  const [there, wanted] = [found, is].map((values) => new Set(values.map((value) => spelled(value))));
  const isSame = there?.size === wanted?.size && [...(there ?? [])].every((value) => wanted?.has(value));
  return isSame ? { kind: 'pass', because } : { kind: 'fail', because: `${because}, and not ${names(is)}` };
}

/** One spelling of what can be written in several: case, the last dot, the zeros of IPv6. */
function spelled(value: string): string {
  if (value.includes(':') && URL.canParse(`http://[${value}]/`))
    return new URL(`http://[${value}]/`).hostname;
  return value.toLowerCase().replace(/\.$/, '');
}
