import type { Around, Platform, PlatformKind, Urgency } from '../platform.ts';
import type { Pipeline } from './pipeline.ts';
import { openProof, type Proof, type Proven } from './proof.ts';
import { openSite } from './site.ts';

/** What one service that runs pipelines is, as far as it differs from the others. */
type Opening<Address> = {
  readonly kind: Pick<PlatformKind, 'id' | 'summary' | 'Address'>;
  parse(address: unknown): Address;
  pipelineOf(address: Address, urgency: Urgency): Pipeline;
  readonly retention: string;
};

/** One platform over one such service: its sites share what is remembered of it. */
export function openPipelines<
  Address extends { readonly proof?: Proof | undefined; readonly rollback?: unknown },
>({ kind, parse, pipelineOf, retention }: Opening<Address>, around: Around): Platform {
  const begun = new Map<string, Promise<{ readonly releaseId: string }>>();
  const proofs = new Map<string, () => Promise<Proven>>();
  const proofOf = (proof: Proof | undefined) => {
    const key = JSON.stringify(proof ?? null);
    const known = proofs.get(key) ?? openProof(proof, around);
    proofs.set(key, known);
    return known;
  };
  return {
    id: kind.id,
    summary: kind.summary,
    Address: kind.Address,
    site({ id, address }, urgency = 'usual') {
      const read = parse(address);
      return openSite({
        targetId: id,
        pipeline: pipelineOf(read, urgency),
        retention,
        frontDoor: read.proof?.url ?? null,
        proof: proofOf(read.proof),
        hasRollback: read.rollback !== undefined,
        begun,
        nowMs: () => around.clock.nowMs(),
        redact: around.redact,
      });
    },
    close: async () => undefined,
  };
}
