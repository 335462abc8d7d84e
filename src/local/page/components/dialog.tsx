import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';

type DialogProps = {
  readonly title: ReactNode;
  readonly size?: 'small' | 'large';
  readonly isBusy?: boolean;
  readonly children: ReactNode;
  /** Esc, or whatever else means "not this". */
  readonly onDismiss: () => void;
};

/**
 * A modal dialog. The browser's own keeps the focus inside, makes the rest of the page inert and gives the focus back
 * where it came from; it is closed before it is taken away, or it could not.
 */
export function Dialog({ title, size = 'large', isBusy = false, children, onDismiss }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useLayoutEffect(() => {
    const shown = dialog.current;
    if (!shown) return;
    shown.showModal();
    firstOf(shown)?.focus();
    return () => shown.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      data-size={size}
      aria-labelledby={heading}
      aria-busy={isBusy || undefined}
      onKeyDown={(event) => {
        // Esc is the dialog's alone: what lies behind it in the page must not hear it too.
        if (event.key === 'Escape') event.stopPropagation();
      }}
      onCancel={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onDismiss();
      }}
    >
      <h2 className="dialog__title" id={heading}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}

/** What is marked for it gets the focus first, else the first field, else the first button. */
function firstOf(dialog: HTMLDialogElement): HTMLElement | null {
  return (
    dialog.querySelector<HTMLElement>('[data-first-focus]') ??
    dialog.querySelector<HTMLElement>('input, textarea, select') ??
    dialog.querySelector<HTMLElement>('button')
  );
}
