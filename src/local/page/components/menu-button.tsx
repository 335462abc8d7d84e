import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';

export type MenuItem = {
  readonly key: string;
  readonly label: string;
  readonly description: string | null;
  readonly onChoose: () => void;
};

type MenuButtonProps = {
  readonly label: string;
  readonly icon: string;
  readonly items: readonly MenuItem[];
  readonly className?: string;
};

/** A button with a menu (WAI-ARIA menu button): arrow keys, Home and End, Esc. */
export function MenuButton({ label, icon, items, className = 'button button--icon' }: MenuButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const id = useId();
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only notices that the focus has gone elsewhere.
    <span
      className="menu-button"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false);
      }}
    >
      <button
        ref={opener}
        type="button"
        className={className}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={id}
        aria-label={label}
        title={label}
        onClick={() => setOpen(!isOpen)}
      >
        <span aria-hidden="true">{icon}</span>
      </button>
      {isOpen && <Menu id={id} label={label} items={items} onClose={close} />}
    </span>
  );
}

type MenuProps = {
  readonly id: string;
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly onClose: () => void;
};

function Menu({ id, label, items, onClose }: MenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    menu.current?.querySelector('button')?.focus();
  }, []);
  const press = (event: KeyboardEvent) => {
    const entries = [...(menu.current?.querySelectorAll('button') ?? [])];
    const at = entries.indexOf(document.activeElement as HTMLButtonElement);
    const targets: Readonly<Record<string, number>> = {
      ArrowDown: (at + 1) % entries.length,
      ArrowUp: (at - 1 + entries.length) % entries.length,
      Home: 0,
      End: entries.length - 1,
    };
    if (event.key !== 'Escape' && !Object.hasOwn(targets, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') onClose();
    else entries[targets[event.key] ?? 0]?.focus();
  };
  return (
    <div ref={menu} id={id} className="menu" role="menu" aria-label={label} tabIndex={-1} onKeyDown={press}>
      {items.map(({ key, label: words, description, onChoose }) => (
        <button
          key={key}
          type="button"
          role="menuitem"
          tabIndex={-1}
          className="menu__item"
          onClick={() => {
            onClose();
            onChoose();
          }}
        >
          {words}
          {description && <span className="menu__description">{description}</span>}
        </button>
      ))}
    </div>
  );
}
