import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineCommand, formOf, moment } from '../../command/index.ts';
import { renderModal } from './modal.ts';

const later = defineCommand({
  name: 'deploy-later',
  summary: 'Deploy later',
  examples: ['tomorrow 09:30'],
  permission: 'deploy',
  Args: z.strictObject({ when: moment() }),
  run: () => Promise.reject(new Error('not run here')),
});

function elementWith(when: string): unknown {
  const [, input] = renderModal(formOf(later, { when }), 'C1').blocks;
  return input !== undefined && 'element' in input ? input.element : null;
}

test('a moment is asked for with a picker, which opens at what it once gave', () => {
  const picker = { type: 'datetimepicker', action_id: 'v1:moment' };
  expect(elementWith('2026-11-21T08:30:00Z')).toEqual({ ...picker, initial_date_time: 1_795_249_800 });
  expect(elementWith('2026-11-21T08:30Z')).toEqual({ ...picker, initial_date_time: 1_795_249_800 });
});

test.each(['tomorrow 09:30', '2026-11-21T08:30', '1970-01-01T00:00Z', '2026-13-41T08:30Z'])(
  '%s, which it could not show, stays as it was typed',
  (when) => expect(elementWith(when)).toMatchObject({ type: 'plain_text_input', initial_value: when }),
);
