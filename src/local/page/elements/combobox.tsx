import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';

export type Choice = { readonly value: string; readonly text: string; readonly description: string | null };

export type ComboboxProps = {
  readonly control: Readonly<Record<string, unknown>>;
  readonly label: string | undefined;
  readonly placeholder: string;
  /** The text of what is chosen, shown while nothing is being typed. */
  readonly shown: string;
  readonly choices: readonly Choice[];
  /** Said instead of choices: loading, nothing found, what went wrong. */
  readonly note: string | null;
  readonly onType: (text: string) => void;
  readonly onChoose: (choice: Choice) => void;
};

/** A field to type into with a list to choose from (WAI-ARIA combobox with a listbox popup). */
export function Combobox(props: ComboboxProps) {
  const { control, label, placeholder, shown, choices, note } = props;
  const { isOpen, typed, active, open, close, type, choose, press } = useList(props);
  const list = useId();
  useVisible(`${list}-${active}`, isOpen);
  return (
    <div className="combobox">
      <input
        {...control}
        className="field"
        type="text"
        role="combobox"
        autoComplete="off"
        aria-label={label}
        aria-expanded={isOpen}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && choices.length > 0 ? `${list}-${active}` : undefined}
        placeholder={placeholder}
        value={typed ?? shown}
        onClick={open}
        onBlur={close}
        onKeyDown={press}
        onChange={(event) => type(event.currentTarget.value)}
      />
      <span className="combobox__arrow" aria-hidden="true" />
      {isOpen && <Choices {...{ list, choices, active, note }} onChoose={choose} />}
    </div>
  );
}

/** Whether the list is open, what is typed to narrow it, and which choice the keys are on. */
function useList({ choices, onType, onChoose }: ComboboxProps) {
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const active = Math.min(at, choices.length - 1);

  const type = (text: string) => {
    setOpen(true);
    setTyped(text);
    setAt(0);
    onType(text);
  };
  const open = () => {
    if (!isOpen) type('');
  };
  const close = () => {
    setOpen(false);
    setTyped(null);
  };
  const choose = (choice: Choice | undefined) => {
    if (!choice) return;
    onChoose(choice);
    close();
  };
  const walk = (step: number) => setAt((active + step + choices.length) % Math.max(choices.length, 1));
  const openKey = (key: string): (() => void) | undefined => {
    switch (key) {
      case 'ArrowDown':
        return () => walk(1);
      case 'ArrowUp':
        return () => walk(-1);
      case 'Enter':
        return () => choose(choices[active]);
      case 'Escape':
        return close;
      default:
        return undefined;
    }
  };
  const press = (event: KeyboardEvent) => {
    const isOpener = event.key === 'ArrowDown' || event.key === 'ArrowUp' || event.key === 'Enter';
    const act = isOpen ? openKey(event.key) : isOpener ? open : undefined;
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  return { isOpen, typed, active, open, close, type, choose, press };
}

type ChoicesProps = {
  readonly list: string;
  readonly choices: readonly Choice[];
  readonly active: number;
  readonly note: string | null;
  readonly onChoose: (choice: Choice) => void;
};

/** The pointer must not take the focus from the field, or the list would close before the click. */
function Choices({ list, choices, active, note, onChoose }: ChoicesProps) {
  return (
    <div className="listbox" id={list} role="listbox" onPointerDown={(event) => event.preventDefault()}>
      {choices.map((choice, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled in the field.
        // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field.
        <div
          key={choice.value}
          id={`${list}-${index}`}
          className="listbox__option"
          role="option"
          aria-selected={index === active}
          onClick={() => onChoose(choice)}
        >
          {choice.text}
          {choice.description && <span className="listbox__description">{choice.description}</span>}
        </div>
      ))}
      {note && <div className="listbox__note">{note}</div>}
    </div>
  );
}

/** Keeps the active choice in sight. */
function useVisible(id: string, isOpen: boolean): void {
  const before = useRef<string | null>(null);
  useEffect(() => {
    if (isOpen && before.current !== id) document.getElementById(id)?.scrollIntoView({ block: 'nearest' });
    before.current = isOpen ? id : null;
  });
}
