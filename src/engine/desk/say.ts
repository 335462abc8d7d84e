/** `v2`, `v1 75 % and v2 25 %`, `nothing`. */
export function sayShares(
  serving: readonly { readonly version: string; readonly trafficPercent: number }[],
): string {
  const [only, ...others] = serving;
  if (only === undefined) return 'nothing';
  if (others.length === 0 && only.trafficPercent === 100) return only.version;
  return serving.map(({ version, trafficPercent }) => `${version} ${trafficPercent} %`).join(' and ');
}

/** What stands above the buttons with what was probably meant. */
export function didYouMean(meant: readonly string[]): string {
  return meant.length === 1 ? 'Did you mean this one?' : 'Did you mean one of these?';
}
