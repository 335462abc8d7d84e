import { Resolver } from 'node:dns/promises';
import { Failed } from '../core/failure.ts';

export type RecordType = 'A' | 'AAAA' | 'CNAME';

const ANSWER_MS = 3_000;
const TRIES = 2;
const AGAIN_MS = 5_000;

/** There is no such name, or nothing of this type at it (Node's "DNS error codes"). */
const NONE = new Set(['ENOTFOUND', 'ENODATA']);

/**
 * What a name stands for, by the servers that this machine asks, and not by its hosts file. None where there is no such
 * record.
 * @param servers `address:port` of others to ask
 * @throws {Failed} `unavailable` where nobody could say
 */
export async function recordsOf(
  name: string,
  type: RecordType,
  servers?: readonly string[],
): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: ANSWER_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  try {
    // Not `resolve`, whose answer is another for every type.
    if (type === 'A') return await resolver.resolve4(name);
    if (type === 'AAAA') return await resolver.resolve6(name);
    return await resolver.resolveCname(name);
  } catch (error) {
    const { code } = Object(error) as { code?: unknown };
    if (typeof code === 'string' && NONE.has(code)) return [];
    const message = `${name} could not be looked up: ${typeof code === 'string' ? code : 'no answer'}`;
    throw new Failed({ code: 'unavailable', message, retryAfterMs: AGAIN_MS });
  }
}
