import type { ReactNode } from 'react';

/** Text as it is. It may be longer than its box, so it can be reached and scrolled with the keyboard. */
export function Preformatted({ children }: { readonly children: ReactNode }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable with the keyboard.
  return <pre tabIndex={0}>{children}</pre>;
}
