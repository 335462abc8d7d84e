import * as z from 'zod';
import { Confirm } from '../blocks/schema.ts';
import type { ElementProps } from './element-props.ts';
import { useField } from './field.tsx';

export const DateShape = z.looseObject({
  type: z.enum(['datepicker', 'timepicker', 'datetimepicker']),
  action_id: z.string(),
  confirm: Confirm.optional(),
});

type Props = ElementProps<typeof DateShape>;

export function DatePicker({ element, blockId }: Props) {
  const { value, choose, control } = useField(element, blockId);
  return (
    <input
      {...control}
      className="field field--short"
      type="date"
      aria-label={control.id ? undefined : 'Date'}
      value={wordOf(value['selected_date'])}
      onChange={(event) => choose({ type: element.type, selected_date: event.currentTarget.value || null })}
    />
  );
}

export function TimePicker({ element, blockId }: Props) {
  const { value, choose, control } = useField(element, blockId);
  return (
    <input
      {...control}
      className="field field--short"
      type="time"
      aria-label={control.id ? undefined : 'Time'}
      value={wordOf(value['selected_time'])}
      onChange={(event) => choose({ type: element.type, selected_time: event.currentTarget.value || null })}
    />
  );
}

/** Slack's value is in seconds since 1970; people see their own zone. */
export function DateTimePicker({ element, blockId }: Props) {
  const { value, choose, control } = useField(element, blockId);
  const unix = value['selected_date_time'];
  const change = (local: string) => {
    const ms = new Date(local).getTime();
    choose({ type: element.type, selected_date_time: Number.isNaN(ms) ? null : Math.floor(ms / 1000) });
  };
  return (
    <span className="date-time">
      <input
        {...control}
        className="field field--short"
        type="datetime-local"
        aria-label={control.id ? undefined : 'Date and time'}
        value={typeof unix === 'number' ? localMinute(unix) : ''}
        onChange={(event) => change(event.currentTarget.value)}
      />
      <span className="date-time__zone">{Intl.DateTimeFormat().resolvedOptions().timeZone}</span>
    </span>
  );
}

const wordOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** `2026-11-21T09:30` in the reader's zone, which is what the browser's own field wants. */
function localMinute(unix: number): string {
  const date = new Date(unix * 1000);
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
