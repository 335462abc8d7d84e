import { useEffect, useState } from 'react';
import type { ChannelView, MessageView, ModalView } from '../../workspace/page-contract.ts';
import type { Place } from '../state/place.ts';
import type { Link } from '../state/session.ts';
import { useTheme } from '../state/theme.ts';
import { useUnread } from '../state/unread.ts';
import { useWorkspace } from '../state/workspace-context.tsx';
import { Announcer } from './announcer.tsx';
import { Conversation } from './conversation.tsx';
import { Drawer } from './drawer.tsx';
import { faultsOn } from './fault-switches.tsx';
import { HomeTab } from './home-tab.tsx';
import { ModalStack } from './modal-stack.tsx';
import { Sidebar } from './sidebar.tsx';
import { ThreadPanel } from './thread-panel.tsx';
import { TopBar, type Drawer as Which } from './top-bar.tsx';

type ShellProps = {
  readonly place: Place;
  readonly link: Link;
  readonly onGo: (place: Place) => void;
  readonly onModalsClosed: (left: readonly ModalView[]) => void;
};

/** The window: sidebar, conversation, thread, drawer, and the dialogs above them. */
export function Shell({ place, link, onGo, onModalsClosed }: ShellProps) {
  const { snapshot } = useWorkspace();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const channel = channelAt(place, snapshot.channels);
  const here: Place = { ...place, user: snapshot.me, channel: channel?.id ?? null };
  const unread = useUnread(snapshot, place.isHome ? null : here.channel);
  const messages = snapshot.messages[here.channel ?? ''] ?? nothing;
  const go = (to: Place) => {
    setMenuOpen(false);
    onGo(to);
  };
  const thread = place.isHome ? null : place.thread;
  return (
    <div className="shell" data-menu={isMenuOpen} data-thread={thread !== null}>
      <button type="button" className="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the messages
      </button>
      <Sidebar place={here} link={link} unread={unread} onGo={go} />
      <button
        type="button"
        className="shell__shade"
        aria-label="Close the menu"
        onClick={() => setMenuOpen(false)}
      />
      <Main
        place={here}
        link={link}
        channel={channel}
        messages={messages}
        isMenuOpen={isMenuOpen}
        onMenu={() => setMenuOpen(!isMenuOpen)}
        onOpenThread={(ts) => go({ ...here, thread: ts })}
      />
      {channel && thread !== null && (
        <ThreadPanel
          key={`${snapshot.me} ${thread}`}
          channel={channel}
          threadTs={thread}
          messages={messages}
          onClose={() => go({ ...here, thread: null })}
        />
      )}
      <ModalStack modals={snapshot.modals} onClosed={onModalsClosed} />
      {channel && <Announcer channel={channel.id} messages={messages} />}
    </div>
  );
}

const nothing: readonly MessageView[] = [];

type MainProps = {
  readonly place: Place;
  readonly link: Link;
  readonly channel: ChannelView | null;
  readonly messages: readonly MessageView[];
  readonly isMenuOpen: boolean;
  readonly onMenu: () => void;
  readonly onOpenThread: (ts: string) => void;
};

/** The middle: where one is, what is said there, and beneath it what one wants to see of the machinery. */
function Main({ place, link, channel, messages, isMenuOpen, onMenu, onOpenThread }: MainProps) {
  const { snapshot } = useWorkspace();
  const [drawer, setDrawer] = useState<Which>(null);
  const [theme, setTheme] = useTheme();
  const botName = snapshot.people.find(({ isBot }) => isBot)?.realName || 'The app';
  const title = titleOf(place, channel, botName);
  useEffect(() => {
    document.title = `${title} – Slipway local workspace`;
  }, [title]);
  return (
    <main className="main" id="main" tabIndex={-1}>
      <TopBar
        title={title}
        topic={place.isHome ? 'What the app shows to you alone' : (channel?.topic ?? '')}
        drawer={drawer}
        faultsOn={faultsOn(snapshot.faults)}
        theme={theme}
        isMenuOpen={isMenuOpen}
        onDrawer={setDrawer}
        onTheme={setTheme}
        onMenu={onMenu}
      />
      {link === 'reconnecting' && (
        <p className="banner">The connection to the workspace is lost. Reconnecting…</p>
      )}
      {place.isHome && <HomeTab />}
      {!place.isHome && channel && (
        <Conversation
          key={`${snapshot.me} ${channel.id}`}
          channel={channel}
          title={title}
          messages={messages}
          onOpenThread={onOpenThread}
        />
      )}
      {drawer && <Drawer which={drawer} onClose={() => setDrawer(null)} />}
    </main>
  );
}

/** The channel of the address, or the first one where the address names none that this person can see. */
function channelAt(place: Place, channels: readonly ChannelView[]): ChannelView | null {
  return (
    channels.find(({ id }) => id === place.channel) ?? channels.find(({ kind }) => kind === 'channel') ?? null
  );
}

function titleOf(place: Place, channel: ChannelView | null, botName: string): string {
  if (place.isHome) return `${botName} home`;
  if (!channel) return 'No channel';
  return channel.kind === 'channel' ? `#${channel.name}` : channel.name || botName;
}
