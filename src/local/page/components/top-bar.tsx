import { type Theme, themes } from '../state/theme.ts';

export type Drawer = 'wire' | 'faults' | null;

type TopBarProps = {
  readonly title: string;
  readonly topic: string;
  readonly drawer: Drawer;
  readonly faultsOn: number;
  readonly theme: Theme;
  readonly isMenuOpen: boolean;
  readonly onDrawer: (drawer: Drawer) => void;
  readonly onTheme: (theme: Theme) => void;
  readonly onMenu: () => void;
};

const themeWords: Readonly<Record<Theme, string>> = { auto: 'as the system', light: 'light', dark: 'dark' };
const themeMarks: Readonly<Record<Theme, string>> = { auto: '◐', light: '☀', dark: '☾' };

export function TopBar({
  title,
  topic,
  drawer,
  faultsOn,
  theme,
  isMenuOpen,
  onDrawer,
  onTheme,
  onMenu,
}: TopBarProps) {
  const nextTheme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';
  const toggle = (which: 'wire' | 'faults') => onDrawer(drawer === which ? null : which);
  return (
    <header className="top-bar">
      <button
        type="button"
        className="button button--icon top-bar__menu"
        aria-label="Channels and people"
        aria-expanded={isMenuOpen}
        onClick={onMenu}
      >
        <span aria-hidden="true">☰</span>
      </button>
      <div className="top-bar__words">
        <h2>{title}</h2>
        <p>{topic}</p>
      </div>
      <button
        type="button"
        className="button"
        aria-pressed={drawer === 'wire'}
        onClick={() => toggle('wire')}
      >
        Wire
      </button>
      <button
        type="button"
        className="button"
        data-style={faultsOn > 0 ? 'warning' : undefined}
        aria-pressed={drawer === 'faults'}
        onClick={() => toggle('faults')}
      >
        Faults
        {faultsOn > 0 && <span className="top-bar__on">{faultsOn} on</span>}
      </button>
      <button
        type="button"
        className="button button--icon"
        aria-label={`Colours: ${themeWords[theme]}. Change to ${themeWords[nextTheme]}`}
        title={`Colours: ${themeWords[theme]}`}
        onClick={() => onTheme(nextTheme)}
      >
        <span aria-hidden="true">{themeMarks[theme]}</span>
      </button>
    </header>
  );
}
