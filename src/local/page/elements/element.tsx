import type { ComponentType, ReactNode } from 'react';
import * as z from 'zod';
import { Picture } from '../blocks/picture.tsx';
import { Image } from '../blocks/schema.ts';
import { Unknown } from '../blocks/unknown.tsx';
import { Button, ButtonShape } from './button.tsx';
import { Checkboxes, ChoicesShape, RadioButtons } from './choices.tsx';
import { DatePicker, DateShape, DateTimePicker, TimePicker } from './dates.tsx';
import { DirectorySelect, DirectorySelectShape } from './directory-select.tsx';
import type { ElementProps } from './element-props.ts';
import { MultiSelect, MultiSelectShape } from './multi-select.tsx';
import { Overflow, OverflowShape } from './overflow.tsx';
import { Select, SelectShape } from './select.tsx';
import { TextInput, TextInputShape } from './text-input.tsx';

type Kind = (raw: unknown, blockId: string) => ReactNode;

function kind<Shape extends z.ZodType>(shape: Shape, View: ComponentType<ElementProps<Shape>>): Kind {
  return (raw, blockId) => {
    const parsed = shape.safeParse(raw);
    return parsed.success ? (
      <View element={parsed.data} blockId={blockId} />
    ) : (
      <Unknown thing={raw} what="element" />
    );
  };
}

const text = kind(TextInputShape, TextInput);
const select = kind(SelectShape, Select);
const multiSelect = kind(MultiSelectShape, MultiSelect);
const directory = kind(DirectorySelectShape, DirectorySelect);

const kinds: Readonly<Record<string, Kind>> = {
  button: kind(ButtonShape, Button),
  overflow: kind(OverflowShape, Overflow),
  static_select: select,
  external_select: select,
  multi_static_select: multiSelect,
  multi_external_select: multiSelect,
  users_select: directory,
  channels_select: directory,
  conversations_select: directory,
  radio_buttons: kind(ChoicesShape, RadioButtons),
  checkboxes: kind(ChoicesShape, Checkboxes),
  plain_text_input: text,
  number_input: text,
  email_text_input: text,
  url_text_input: text,
  datepicker: kind(DateShape, DatePicker),
  timepicker: kind(DateShape, TimePicker),
  datetimepicker: kind(DateShape, DateTimePicker),
  image: kind(Image, ({ element }) => <Picture address={element.image_url} alternative={element.alt_text} />),
};

const Named = z.looseObject({ type: z.string() });

/** Any interactive element; one that we do not know is shown as its JSON. */
export function Element({ element, blockId }: { readonly element: unknown; readonly blockId: string }) {
  const type = Named.safeParse(element).data?.type ?? '';
  const draw = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  return draw ? draw(element, blockId) : <Unknown thing={element} what="element" />;
}
