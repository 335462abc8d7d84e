import type { z } from 'zod';

/** What exists in this program, for a configuration to name. */
export type Known = {
  readonly platforms: readonly string[];
  readonly gates: readonly string[];
  /** What the platform has against an address; paths are inside the address. */
  checkAddress(platform: string, address: unknown): readonly AddressIssue[];
};

export type AddressIssue = { readonly path: readonly (string | number)[]; readonly message: string };

/** What has to be known of the platforms and gates that there are. */
export function knownFrom(
  platforms: readonly { readonly id: string; readonly Address: z.ZodType }[],
  gates: readonly { readonly id: string }[],
): Known {
  return {
    platforms: platforms.map(({ id }) => id),
    gates: gates.map(({ id }) => id),
    checkAddress(id, address) {
      const platform = platforms.find((one) => one.id === id);
      const issues = platform?.Address.safeParse(address).error?.issues ?? [];
      return issues.map(({ path, message }) => ({
        path: path.map((part) => (typeof part === 'symbol' ? String(part) : part)),
        message,
      }));
    },
  };
}
