/** `v2`, `v1 75 % and v2 25 %`, `nothing`. */
export function sayShares(
  serving: readonly { readonly version: string; readonly trafficPercent: number }[],
): string {
  const [only, ...others] = serving;
  if (only === undefined) return 'nothing';
  if (others.length === 0 && only.trafficPercent === 100) return only.version;
  return serving.map(({ version, trafficPercent }) => `${version} ${trafficPercent} %`).join(' and ');
}
