import { useEffect } from 'react';
import type { Completion } from '../state/completion.ts';

type CompletionListProps = {
  readonly id: string;
  readonly completion: Completion;
  readonly active: number;
  readonly onChoose: (index: number) => void;
};

/** What the word may become. The focus stays in the composer, whose keys walk this list. */
export function CompletionList({ id, completion, active, onChoose }: CompletionListProps) {
  useEffect(() => {
    // Not given back to React: in newer browsers it answers with a promise.
    void document.getElementById(`${id}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [id, active]);
  return (
    <div
      className="completion"
      id={id}
      role="listbox"
      aria-label="Suggestions"
      onPointerDown={(event) => event.preventDefault()}
    >
      {completion.suggestions.map(({ label, hint, description }, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled in the composer.
        // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the composer.
        <div
          key={label}
          id={`${id}-${index}`}
          className="completion__option"
          role="option"
          aria-selected={index === active}
          onClick={() => onChoose(index)}
        >
          <span className="completion__head">
            <strong>{label}</strong> <span className="completion__usage">{hint}</span>
          </span>
          <span className="completion__description">{description}</span>
        </div>
      ))}
      <div className="completion__foot" aria-hidden="true">
        <kbd>↑</kbd> <kbd>↓</kbd> to choose, <kbd>Tab</kbd> or <kbd>Enter</kbd> to complete, <kbd>Esc</kbd> to
        close
      </div>
    </div>
  );
}
