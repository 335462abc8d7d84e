import { z } from 'zod';
import { Failed } from '../../core/failure.ts';
import type { Signature } from '../source.ts';
import type { Client } from './client.ts';

/** What GitHub found when it looked at who signed a commit. */
export const Verification = z.object({ verified: z.boolean(), reason: z.string() });

const Signed = z.object({ sha: z.string(), commit: z.object({ verification: Verification }) });

/** @throws {Failed} `not-found` where there is no such commit */
export async function signatureOf(client: Client, commit: string): Promise<Signature> {
  const found = await client.find('/commits/{ref}', Signed, { ref: commit, per_page: 1 });
  if (found?.sha !== commit) {
    const message = `GitHub knows no commit ${commit.slice(0, 12)} there`;
    throw new Failed({ code: 'not-found', message, retryAfterMs: null });
  }
  return signatureFrom(found.commit.verification);
}

export function signatureFrom({ verified, reason }: z.infer<typeof Verification>): Signature {
  return { isVerified: verified, because: reason };
}
