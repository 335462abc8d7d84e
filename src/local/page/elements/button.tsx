import * as z from 'zod';
import { Confirm, PlainText } from '../blocks/schema.ts';
import { Plain } from '../blocks/text.tsx';
import { useDispatch } from '../blocks/use-dispatch.ts';
import { safeLink } from '../text/safe-link.ts';
import type { ElementProps } from './element-props.ts';
import { useConfirmed } from './use-confirmed.tsx';

export const ButtonShape = z.object({
  type: z.literal('button'),
  text: PlainText,
  action_id: z.string().default(''),
  value: z.string().optional(),
  url: z.string().optional(),
  style: z.enum(['primary', 'danger']).optional(),
  confirm: Confirm.optional(),
  accessibility_label: z.string().optional(),
});

/** A button with an address opens it and tells the app as well, as Slack's do. */
export function Button({ element, blockId }: ElementProps<typeof ButtonShape>) {
  const { type, text, value, url, style, accessibility_label } = element;
  const { dispatch, isBusy } = useDispatch({ blockId, actionId: element.action_id });
  const { ask, question } = useConfirmed(element.confirm);
  const address = safeLink(url ?? '');
  const press = () => {
    if (address !== null) window.open(address, '_blank', 'noopener,noreferrer');
    void dispatch({ type, text, ...(value !== undefined && { value }), ...(style && { style }) });
  };
  return (
    <>
      <button
        type="button"
        className="button"
        data-style={style}
        aria-label={accessibility_label}
        aria-busy={isBusy || undefined}
        aria-disabled={isBusy || undefined}
        title={address ?? undefined}
        onClick={() => !isBusy && ask(press)}
      >
        {isBusy && <span className="spinner" aria-hidden="true" />}
        <Plain text={text.text} />
        {address !== null && <span aria-hidden="true"> ↗</span>}
      </button>
      {question}
    </>
  );
}
