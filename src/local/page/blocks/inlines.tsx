import { Fragment, type ReactNode } from 'react';
import { useNow } from '../state/now.ts';
import { useWorkspace } from '../state/workspace-context.tsx';
import { emojiCharacter } from '../text/emoji.ts';
import type { Inline } from '../text/inline.ts';
import { slackDate } from '../text/slack-date.ts';
import { wholeMoment } from '../text/time.ts';

/** Words with their meaning. React makes text nodes of all of them: nothing here is ever read as HTML. */
export function Inlines({ inlines }: { readonly inlines: readonly Inline[] }): ReactNode {
  return inlines.map((inline, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the words of one text have no other name than their place.
    <Fragment key={index}>
      <One inline={inline} />
    </Fragment>
  ));
}

function One({ inline }: { readonly inline: Inline }): ReactNode {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'break':
      return <br />;
    case 'code':
      return <code>{inline.text}</code>;
    case 'bold':
      return <strong>{<Inlines inlines={inline.children} />}</strong>;
    case 'italic':
      return <em>{<Inlines inlines={inline.children} />}</em>;
    case 'strike':
      return <s>{<Inlines inlines={inline.children} />}</s>;
    case 'link':
      return (
        <OutsideLink url={inline.url}>
          <Inlines inlines={inline.children} />
        </OutsideLink>
      );
    case 'emoji':
      return <Emoji name={inline.name} />;
    case 'date':
      return <Moment {...inline} />;
    case 'colour':
      return <Colour value={inline.value} />;
    default:
      return <Mention mention={inline} />;
  }
}

export function OutsideLink({ url, children }: { readonly url: string; readonly children: ReactNode }) {
  return (
    <a href={url} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

export function Emoji({ name }: { readonly name: string }) {
  const character = emojiCharacter(name);
  if (character === null) return `:${name}:`;
  return (
    <span role="img" aria-label={name.replaceAll('_', ' ')} title={`:${name}:`}>
      {character}
    </span>
  );
}

/** `{ago}` grows while one looks at it; the other words change at midnight. */
function Moment({ unix, format, fallback, url }: Extract<Inline, { kind: 'date' }>) {
  const now = useNow();
  const time = (
    <time dateTime={new Date(unix * 1000).toISOString()} title={`${wholeMoment(unix * 1000)}\n${fallback}`}>
      {slackDate(unix, format, now / 1000)}
    </time>
  );
  return url === null ? time : <OutsideLink url={url}>{time}</OutsideLink>;
}

function Colour({ value }: { readonly value: string }) {
  const isColour = /^#[0-9a-f]{6}$/i.test(value);
  return (
    <>
      {isColour && <span className="swatch" style={{ background: value }} aria-hidden="true" />}
      <code>{value}</code>
    </>
  );
}

type Mentioned = Extract<Inline, { kind: 'user' | 'group' | 'channel' | 'broadcast' }>;

function Mention({ mention }: { readonly mention: Mentioned }) {
  const { snapshot, person, channel, openChannel } = useWorkspace();
  if (mention.kind === 'channel') {
    const known = channel(mention.id);
    if (!known) return <span className="mention">#{mention.name ?? mention.id}</span>;
    return (
      <button type="button" className="mention mention--link" onClick={() => openChannel(known.id)}>
        #{known.name}
      </button>
    );
  }
  if (mention.kind === 'broadcast') return <span className="mention mention--loud">@{mention.range}</span>;
  const name = person(mention.id)?.name ?? mention.name ?? mention.id;
  return (
    <span className={mention.id === snapshot.me ? 'mention mention--loud' : 'mention'}>
      @{name.replace(/^@/, '')}
    </span>
  );
}
