import { z } from 'zod';
import { canonical, digestOf } from '../canonical.ts';
import type { Mark } from './chain.ts';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** What a checkpoint states: where every stream ended that had moved since the checkpoint before it. */
export const Statement = z.strictObject({
  /** Counts from one without gaps. */
  number: z.number().int().positive(),
  /** The database's clock when it was made, as in a line. */
  at: z.string(),
  /** Hash of the statement before, so that none can be taken out. */
  previous: Hash,
  /** The public key that it is signed with: 32 bytes in base64. */
  key: z.string(),
  heads: z.array(z.tuple([z.string(), z.number().int().positive(), Hash])),
});
export type Statement = z.infer<typeof Statement>;

/** A statement, byte for byte as it was signed, and the signature. */
export type Checkpoint = {
  readonly number: number;
  readonly statement: string;
  /** Ed25519 over `signedText`, in base64. */
  readonly signature: string;
};

/** All that has to be kept elsewhere: whoever has it can tell whether the record still holds that checkpoint. */
export const Anchor = z.object({ number: z.number().int().positive(), hash: Hash, signature: z.string() });
export type Anchor = z.infer<typeof Anchor>;

export function stateHeads(parts: Omit<Statement, 'heads'>, heads: readonly Mark[]): string {
  return canonical({ ...parts, heads: heads.map(({ stream, seq, hash }) => [stream, seq, hash]) });
}

/** What the next statement and the anchor name it by. */
export function hashOfStatement(statement: string): string {
  return digestOf(`slipway/checkpoint/v1\n${statement}`);
}

/** What is signed: an anchor can be checked by it without the statement. */
export function signedText({ number, hash }: Pick<Anchor, 'number' | 'hash'>): string {
  return `slipway/anchor/v1\n${number}\n${hash}`;
}

export function anchorOf({ number, statement, signature }: Checkpoint): Anchor {
  return { number, hash: hashOfStatement(statement), signature };
}
