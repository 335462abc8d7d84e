import { createContext, use } from 'react';
import { useScope } from '../blocks/scope.tsx';
import { useDispatch } from '../blocks/use-dispatch.ts';
import { initialValue, type StateValue } from '../state/fields.ts';
import { setFormValue, useFormValue } from '../state/form-values.ts';

/** What an input block says of the field inside it. */
export type Field = {
  readonly id: string;
  readonly labelId: string;
  readonly describedBy: string | undefined;
  readonly isInvalid: boolean;
  readonly isRequired: boolean;
  /** A field of an input block tells the app nothing until the form is submitted, unless it has `dispatch_action`. */
  readonly isQuiet: boolean;
};

const Context = createContext<Field | null>(null);
export const FieldProvider = Context.Provider;

type Stateful = { readonly type: string; readonly action_id: string } & Readonly<Record<string, unknown>>;

/** The value of a field, and how to change it: kept in the form, and told to the app where the app wants to hear it. */
export function useField(element: Stateful, blockId: string) {
  const field = use(Context);
  const { form } = useScope();
  const entered = useFormValue(form, blockId, element.action_id);
  const { dispatch, isBusy } = useDispatch({ blockId, actionId: element.action_id });
  const value = entered ?? initialValue(element) ?? { type: element.type };

  const keep = (next: StateValue) => setFormValue(form, blockId, element.action_id, next);
  const tell = (next: StateValue) => void dispatch(next);
  return {
    value,
    isBusy,
    keep,
    tell,
    /** Keeps the value, and tells the app unless the field is a quiet one. */
    choose: (next: StateValue) => {
      keep(next);
      if (field === null || !field.isQuiet) tell(next);
    },
    isQuiet: field?.isQuiet ?? false,
    /** What a control needs so that its label, its hint and its error are read with it. */
    control: {
      id: field?.id,
      'aria-describedby': field?.describedBy,
      'aria-invalid': field?.isInvalid || undefined,
      'aria-required': field?.isRequired || undefined,
    },
    labelId: field?.labelId,
  };
}
