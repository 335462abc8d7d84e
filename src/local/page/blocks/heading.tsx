import type { ReactNode } from 'react';

const tags = ['h3', 'h4', 'h5', 'h6'] as const;

/** A heading inside a message: the page's own are of the first two levels, so these begin at the third. */
export function Heading({ level, children }: { readonly level: number; readonly children: ReactNode }) {
  const Tag = tags[Math.min(level, tags.length) - 1] ?? 'h3';
  return (
    <Tag className="header" data-level={level}>
      {children}
    </Tag>
  );
}
