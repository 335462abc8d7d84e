import { useSyncExternalStore } from 'react';
import { keyOf, type StateValue } from './fields.ts';

/**
 * What people typed and chose, by the view or message it was in. It outlives the elements on the screen: an edited
 * view keeps what was entered, as Slack keeps it for elements with the same block_id and action_id.
 */
const forms = new Map<string, ReadonlyMap<string, StateValue>>();
const listeners = new Set<() => void>();
const nothing: ReadonlyMap<string, StateValue> = new Map();

export const formValues = (form: string): ReadonlyMap<string, StateValue> => forms.get(form) ?? nothing;

export function setFormValue(form: string, blockId: string, actionId: string, value: StateValue): void {
  forms.set(form, new Map(formValues(form)).set(keyOf(blockId, actionId), value));
  for (const listener of listeners) listener();
}

export function forgetForm(form: string): void {
  forms.delete(form);
}

/** The value that was entered, or null when nobody has touched the field. */
export function useFormValue(form: string, blockId: string, actionId: string): StateValue | null {
  return useSyncExternalStore(subscribe, () => formValues(form).get(keyOf(blockId, actionId)) ?? null);
}

function subscribe(onChange: () => void): () => void {
  listeners.add(onChange);
  return () => listeners.delete(onChange);
}
