const PAGE = 100;

/**
 * Follows a list to its end, or to `pagesMax`: `isWhole` says which.
 * @param read one page, counted from one, of at most `per_page` lines
 */
export async function everyPage<T>(
  pagesMax: number,
  read: (page: { readonly per_page: number; readonly page: number }) => Promise<readonly T[]>,
): Promise<{ readonly lines: readonly T[]; readonly isWhole: boolean }> {
  const lines: T[] = [];
  for (let page = 1; page <= pagesMax; page++) {
    const found = await read({ per_page: PAGE, page });
    lines.push(...found);
    if (found.length < PAGE) return { lines, isWhole: true };
  }
  return { lines, isWhole: false };
}
