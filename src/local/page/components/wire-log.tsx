import { useState } from 'react';
import type { WireLine } from '../../workspace/page-contract.ts';
import { Preformatted } from '../blocks/preformatted.tsx';
import { clockTimeWithSeconds, duration } from '../text/time.ts';
import { useStickToBottom } from './use-stick-to-bottom.ts';

const directionWords = { 'to-bot': 'to the bot', 'from-bot': 'from the bot' } as const;

/** What went between the workspace and the bot, newest last; bodies open on demand. */
export function WireLog({ lines }: { readonly lines: readonly WireLine[] }) {
  const [words, setWords] = useState('');
  const [clearedAt, setClearedAt] = useState(-1);
  const shown = lines.filter(
    ({ seq, what }) => seq > clearedAt && what.toLowerCase().includes(words.trim().toLowerCase()),
  );
  const { scroller, content } = useStickToBottom(shown.length);
  return (
    <>
      <div className="wire__tools">
        <input
          className="field"
          type="search"
          aria-label="Show only lines with"
          placeholder="Filter, for example chat.update"
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
        <button type="button" className="button" onClick={() => setClearedAt(lines.at(-1)?.seq ?? -1)}>
          Clear
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable with the keyboard. */}
      <section className="wire__lines" ref={scroller} aria-label="Requests" tabIndex={0}>
        <div ref={content}>
          {shown.map((line) => (
            <Line key={line.seq} line={line} />
          ))}
          {shown.length === 0 && (
            <p className="empty">Nothing yet. Send a command and its requests appear here.</p>
          )}
        </div>
      </section>
    </>
  );
}

function Line({ line }: { readonly line: WireLine }) {
  const [isOpen, setOpen] = useState(false);
  const { direction, what, status, tookMs, at, body, answer } = line;
  const isBad = status === null ? tookMs !== null : status >= 400;
  return (
    <details className="wire__line" data-bad={isBad} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <time>{clockTimeWithSeconds(at)}</time>
        <span className="wire__direction" data-direction={direction} title={directionWords[direction]}>
          <span aria-hidden="true">{direction === 'to-bot' ? '→' : '←'}</span>
          <span className="unseen">{directionWords[direction]}</span>
        </span>
        <span className="wire__what">{what}</span>
        <span className="wire__status">{status ?? (tookMs === null ? 'under way' : 'no answer')}</span>
        <span className="wire__took">{tookMs === null ? '' : duration(tookMs)}</span>
      </summary>
      {isOpen && (
        <div className="wire__bodies">
          <Body title="Request" content={body} />
          <Body title="Answer" content={answer} />
        </div>
      )}
    </details>
  );
}

function Body({ title, content }: { readonly title: string; readonly content: unknown }) {
  return (
    <div>
      <h3>{title}</h3>
      <Preformatted>
        {typeof content === 'string' ? content || '(empty)' : (JSON.stringify(content, null, 2) ?? '(empty)')}
      </Preformatted>
    </div>
  );
}
