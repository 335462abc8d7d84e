import { describe, expect, test } from 'vitest';
import { collectValues, keyOf, localErrors, type StateValue } from './fields.ts';

const plain = (text: string) => ({ type: 'plain_text', text });
const api = { text: plain('api'), value: 'api' };
const input = (blockId: string, element: object, optional = false) => ({
  type: 'input',
  block_id: blockId,
  label: plain(blockId),
  optional,
  element: { action_id: 'a', ...element },
});
const entered = (fields: Readonly<Record<string, StateValue>>) =>
  new Map(Object.entries(fields).map(([blockId, value]) => [keyOf(blockId, 'a'), value]));

describe('the values of a view', () => {
  test('every field is there, touched or not, in the shape of its type', () => {
    const blocks = [
      input('service', { type: 'static_select', options: [api], initial_option: api }),
      input('version', { type: 'plain_text_input' }),
      input('tell', { type: 'checkboxes', options: [api] }),
      input('when', { type: 'datetimepicker' }),
      { type: 'actions', block_id: 'row', elements: [{ type: 'button', action_id: 'b', text: plain('Go') }] },
      { type: 'section', block_id: 'side', accessory: { type: 'users_select', action_id: 'who' } },
    ];
    const typed = entered({ version: { type: 'plain_text_input', value: 'v2' } });
    expect(collectValues(blocks, typed)).toEqual({
      service: { a: { type: 'static_select', selected_option: api } },
      version: { a: { type: 'plain_text_input', value: 'v2' } },
      tell: { a: { type: 'checkboxes', selected_options: [] } },
      when: { a: { type: 'datetimepicker', selected_date_time: null } },
      side: { who: { type: 'users_select', selected_user: null } },
    });
  });

  test('a required field that is empty and a text of a wrong length are refused, an optional field is not', () => {
    const blocks = [
      input('reason', { type: 'plain_text_input', min_length: 5 }),
      input('version', { type: 'plain_text_input' }),
      input('note', { type: 'plain_text_input' }, true),
    ];
    const typed = entered({ reason: { type: 'plain_text_input', value: 'no' } });
    expect(localErrors(blocks, collectValues(blocks, typed))).toEqual({
      reason: 'Please write at least 5 characters.',
      version: 'Please complete this required field.',
    });
  });
});
