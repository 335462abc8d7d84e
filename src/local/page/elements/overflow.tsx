import * as z from 'zod';
import { Confirm, Option } from '../blocks/schema.ts';
import { useDispatch } from '../blocks/use-dispatch.ts';
import { MenuButton } from '../components/menu-button.tsx';
import { safeLink } from '../text/safe-link.ts';
import type { ElementProps } from './element-props.ts';
import { useConfirmed } from './use-confirmed.tsx';

export const OverflowShape = z.object({
  type: z.literal('overflow'),
  action_id: z.string().default(''),
  options: z.array(Option).min(1),
  confirm: Confirm.optional(),
});

export function Overflow({ element, blockId }: ElementProps<typeof OverflowShape>) {
  const { dispatch, isBusy } = useDispatch({ blockId, actionId: element.action_id });
  const { ask, question } = useConfirmed(element.confirm);
  const choose = (option: Option) => {
    const address = safeLink(option.url ?? '');
    if (address !== null) window.open(address, '_blank', 'noopener,noreferrer');
    void dispatch({ type: 'overflow', selected_option: option });
  };
  return (
    <>
      <MenuButton
        label="More actions"
        icon={isBusy ? '…' : '⋯'}
        items={element.options.map((option) => ({
          key: option.value ?? option.text.text,
          label: option.text.text,
          description: option.description?.text ?? null,
          onChoose: () => ask(() => choose(option)),
        }))}
      />
      {question}
    </>
  );
}
