import { useEffect, useRef, useState } from 'react';
import type { ModalView } from '../../workspace/page-contract.ts';
import { Plain } from '../blocks/text.tsx';
import { collectValues, localErrors } from '../state/fields.ts';
import { forgetForm, formValues } from '../state/form-values.ts';
import { useWorkspace } from '../state/workspace-context.tsx';
import { Dialog } from './dialog.tsx';
import { ScopedBlocks } from './scoped-blocks.tsx';

type ModalStackProps = {
  readonly modals: readonly ModalView[];
  /** What the page already knows: these are the ones that stay open. */
  readonly onClosed: (left: readonly ModalView[]) => void;
};

/** The view on top of the stack; the ones beneath keep what was entered. */
export function ModalStack({ modals, onClosed }: ModalStackProps) {
  useForgotten(modals);
  const top = modals.at(-1);
  if (!top) return null;
  return <Modal key={top.id} modal={top} modals={modals} onClosed={onClosed} />;
}

function useForgotten(modals: readonly ModalView[]): void {
  const before = useRef<readonly string[]>([]);
  useEffect(() => {
    const open = modals.map(({ id }) => id);
    for (const id of before.current) if (!open.includes(id)) forgetForm(formOf(id));
    before.current = open;
  }, [modals]);
}

const formOf = (viewId: string) => `view ${viewId}`;

function Modal({ modal, modals, onClosed }: ModalStackProps & { readonly modal: ModalView }) {
  const { act } = useWorkspace();
  const [ownErrors, setOwnErrors] = useState<Readonly<Record<string, string>>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [isSending, setSending] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const isBusy = isSending || modal.isBusy;
  const errors = Object.keys(ownErrors).length > 0 ? ownErrors : modal.errors;
  useFirstError(form, errors);

  const close = async (isCleared: boolean) => {
    onClosed(isCleared ? [] : modals.slice(0, -1));
    await act({ kind: 'close-modal', viewId: modal.id, isCleared });
  };
  const submit = async () => {
    if (isBusy) return;
    const values = collectValues(modal.blocks, formValues(formOf(modal.id)));
    const wrong = localErrors(modal.blocks, values);
    setOwnErrors(wrong);
    setProblem(null);
    if (Object.keys(wrong).length > 0) return;
    setSending(true);
    const answer = await act({ kind: 'submit', viewId: modal.id, values });
    setSending(false);
    if (!answer.ok) setProblem(answer.error);
  };
  return (
    <Dialog title={<Plain text={modal.title} />} isBusy={isBusy} onDismiss={() => void close(false)}>
      {/* The submit button is the last in the form; Enter in a field of one line presses it, as in Slack. */}
      <form
        ref={form}
        className="dialog__form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <button
          type="button"
          className="button button--icon dialog__close"
          aria-label={modals.length > 1 ? 'Close all' : 'Close'}
          onClick={() => void close(modals.length > 1)}
        >
          <span aria-hidden="true">✕</span>
        </button>
        <div className="dialog__body">
          <ScopedBlocks
            blocks={modal.blocks}
            errors={errors}
            channel={null}
            messageTs={null}
            viewId={modal.id}
            isHome={false}
            form={formOf(modal.id)}
          />
        </div>
        {problem !== null && !Object.values(errors).includes(problem) && (
          <p className="problem" role="alert">
            <span aria-hidden="true">⚠ </span>
            {problem}
          </p>
        )}
        <footer className="dialog__foot">
          <button type="button" className="button" onClick={() => void close(false)}>
            {modal.close ?? (modals.length > 1 ? 'Back' : 'Cancel')}
          </button>
          {modal.submit !== null && (
            <button type="submit" className="button" data-style="primary" aria-disabled={isBusy || undefined}>
              {isBusy && <span className="spinner" aria-hidden="true" />}
              {isBusy ? 'Working…' : modal.submit}
            </button>
          )}
        </footer>
      </form>
    </Dialog>
  );
}

/** The first field that is wrong gets the focus, and with it its error is read. */
function useFirstError(
  form: React.RefObject<HTMLFormElement | null>,
  errors: Readonly<Record<string, string>>,
): void {
  useEffect(() => {
    if (Object.keys(errors).length === 0) return;
    form.current?.querySelector<HTMLElement>('.input[data-invalid=true] :is(input, textarea)')?.focus();
  }, [form, errors]);
}
