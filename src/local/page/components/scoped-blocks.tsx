import { useMemo, useState } from 'react';
import { Blocks } from '../blocks/block.tsx';
import { type Scope, ScopeProvider } from '../blocks/scope.tsx';
import { Unknown } from '../blocks/unknown.tsx';
import { Boundary } from './boundary.tsx';

type Where = Pick<Scope, 'channel' | 'messageTs' | 'viewId' | 'isHome' | 'form'>;

type ScopedBlocksProps = Where & {
  readonly blocks: readonly unknown[];
  readonly errors?: Readonly<Record<string, string>>;
};

const noErrors = {};

/** Blocks, where they are, and in red beneath them what came of a click that failed. */
export function ScopedBlocks({
  blocks,
  errors = noErrors,
  channel,
  messageTs,
  viewId,
  isHome,
  form,
}: ScopedBlocksProps) {
  const [problem, report] = useState<string | null>(null);
  const scope = useMemo(
    () => ({ channel, messageTs, viewId, isHome, form, errors, Blocks, report }),
    [channel, messageTs, viewId, isHome, form, errors],
  );
  return (
    <ScopeProvider value={scope}>
      <div className="blocks">
        <Boundary fallback={() => <Unknown thing={{ type: 'blocks', blocks }} what="block" />}>
          <Blocks blocks={blocks} />
        </Boundary>
      </div>
      {problem !== null && (
        <p className="problem" role="alert">
          <span aria-hidden="true">⚠ </span>
          {problem}
        </p>
      )}
    </ScopeProvider>
  );
}
