import type { ChannelView } from '../../workspace/page-contract.ts';
import type { Place } from '../state/place.ts';
import type { Link } from '../state/session.ts';
import { useWorkspace } from '../state/workspace-context.tsx';
import { Connection } from './connection.tsx';
import { PersonSwitch } from './person-switch.tsx';

type SidebarProps = {
  readonly place: Place;
  readonly link: Link;
  readonly unread: Readonly<Record<string, number>>;
  readonly onGo: (place: Place) => void;
};

/** Where one can go, who one is, and whether everything is connected. */
export function Sidebar({ place, link, unread, onGo }: SidebarProps) {
  const { snapshot } = useWorkspace();
  const { me } = snapshot;
  const go = (channel: string | null) => onGo({ user: me, channel, isHome: channel === null, thread: null });
  const of = (kind: ChannelView['kind']) => snapshot.channels.filter((channel) => channel.kind === kind);
  const bot = snapshot.people.find(({ isBot }) => isBot);
  const botName = bot?.realName || 'the app';
  const entry = (channel: ChannelView, mark: string, label: string) => (
    <Entry
      key={channel.id}
      mark={mark}
      label={label}
      isHere={!place.isHome && place.channel === channel.id}
      unread={unread[channel.id] ?? 0}
      onGo={() => go(channel.id)}
    />
  );
  return (
    <div className="sidebar">
      <header className="sidebar__head">
        <img src="./icon.svg" alt="" width="30" height="30" />
        <h1>
          Slipway <span>local workspace</span>
        </h1>
      </header>
      <Connection link={link} />
      <nav className="sidebar__places" aria-label="Channels and messages">
        <h2>Channels</h2>
        <ul>{of('channel').map((channel) => entry(channel, '#', channel.name))}</ul>
        <h2>Direct messages</h2>
        <ul>{of('direct').map((channel) => entry(channel, '@', channel.name || botName))}</ul>
        <h2>App</h2>
        <ul>
          <Entry mark="⌂" label={`${botName} home`} isHere={place.isHome} unread={0} onGo={() => go(null)} />
        </ul>
      </nav>
      <PersonSwitch onSwitch={(user) => onGo({ ...place, user, thread: null })} />
    </div>
  );
}

type EntryProps = {
  readonly mark: string;
  readonly label: string;
  readonly isHere: boolean;
  readonly unread: number;
  readonly onGo: () => void;
};

function Entry({ mark, label, isHere, unread, onGo }: EntryProps) {
  return (
    <li>
      <button
        type="button"
        className="place"
        data-unread={unread > 0}
        aria-current={isHere ? 'page' : undefined}
        onClick={onGo}
      >
        <span className="place__mark" aria-hidden="true">
          {mark}
        </span>
        <span className="place__name">{label}</span>
        {unread > 0 && (
          <span className="place__count">
            {unread}
            <span className="unseen"> unread</span>
          </span>
        )}
      </button>
    </li>
  );
}
