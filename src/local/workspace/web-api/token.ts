/** The token of a call: in its header, or else among its arguments. */
export function tokenOf(
  { authorization }: { readonly authorization: string },
  field: unknown,
): string | null {
  const bearer = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
  return bearer ?? (typeof field === 'string' && field !== '' ? field : null);
}
