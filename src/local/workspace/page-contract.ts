/**
 * What the workspace's server and its web page say to each other. The page is a client of the workspace as Slack's own
 * apps are of Slack: it knows nothing of the bot. All paths are below `/page/`; `user` says who somebody is being.
 *
 *   GET  /page/state?user=U…     -> Snapshot (without `user`: of the first person who is not a bot)
 *   GET  /page/events?user=U…    -> server-sent events, each `data:` one Change; a comment line every 15 s
 *   POST /page/act  {user, act: Act} -> Acted
 *   GET  /page/options?user=…&actionId=…&blockId=…&value=…[&viewId=…][&channel=…&messageTs=…]
 *                                -> OptionsAnswer (external_select, as block_suggestion to the bot; `value` is what was typed)
 *   GET  /page/file/<id>?user=…  -> the file's content, when that person may see it
 *   GET  /page/ledger            -> every Web API call, for tests whose workspace runs in a process of its own
 */
export type Snapshot = {
  readonly me: string;
  readonly people: readonly PersonView[];
  readonly channels: readonly ChannelView[];
  /** By channel, oldest first; threads are inside: a reply has `threadTs`. Only what `me` may see. */
  readonly messages: Readonly<Record<string, readonly MessageView[]>>;
  /** The open modal's stack, top last; empty when none is open. */
  readonly modals: readonly ModalView[];
  readonly home: { readonly blocks: readonly unknown[] } | null;
  readonly commands: readonly CommandHint[];
  readonly shortcuts: readonly {
    readonly callbackId: string;
    readonly name: string;
    readonly type: 'global' | 'message';
  }[];
  readonly faults: Faults;
  readonly wire: readonly WireLine[];
  readonly connection: { readonly bot: 'connected' | 'unreachable'; readonly since: number };
};

export type PersonView = {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  /** `asks for deployments`, `approves them`, `is not allowed to`: who to be, in a few words. */
  readonly about: string;
  readonly isBot: boolean;
  readonly isGuest: boolean;
  readonly colour: string;
};

export type ChannelView = {
  readonly id: string;
  readonly name: string;
  readonly kind: 'channel' | 'direct';
  readonly topic: string;
};

export type MessageView = {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks: readonly unknown[];
  readonly threadTs: string | null;
  readonly replyCount: number;
  readonly isBroadcast: boolean;
  /** Only `me` sees it; gone after a reload, as in Slack. */
  readonly isEphemeral: boolean;
  readonly editedAt: number | null;
  readonly files: readonly {
    readonly id: string;
    readonly name: string;
    readonly title: string;
    readonly bytes: number;
  }[];
  readonly reactions: readonly { readonly name: string; readonly users: readonly string[] }[];
  /** The `ref` of what it answers, where the app answered that very thing; several may be on their way at once. */
  readonly answers?: string;
};

export type ModalView = {
  readonly id: string;
  readonly hash: string;
  readonly title: string;
  readonly submit: string | null;
  readonly close: string | null;
  readonly blocks: readonly unknown[];
  /** By block id, after a refused submission. */
  readonly errors: Readonly<Record<string, string>>;
  readonly isBusy: boolean;
};

export type CommandHint = {
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
};

/** What is going wrong on purpose between Slack and the bot, in both directions. */
export type Faults = {
  readonly latencyMs: number;
  /** Share of Web API calls answered with 500, in percent. */
  readonly serverErrorPercent: number;
  /** Share answered with 429 and `Retry-After: 2`, in percent. */
  readonly rateLimitPercent: number;
  /** Share whose work is done and whose connection is then dropped, in percent. */
  readonly dropAfterPercent: number;
  /** Events delivered twice. */
  readonly doubleDelivery: boolean;
};

export type WireLine = {
  readonly seq: number;
  readonly at: number;
  readonly direction: 'to-bot' | 'from-bot';
  /** `POST /slack/events  slash_commands /deploy-staging`, `chat.update`. */
  readonly what: string;
  readonly status: number | null;
  readonly tookMs: number | null;
  readonly body: unknown;
  readonly answer: unknown;
};

export type Change =
  | { readonly kind: 'message'; readonly message: MessageView }
  | { readonly kind: 'message-gone'; readonly channel: string; readonly ts: string }
  | { readonly kind: 'channel'; readonly channel: ChannelView }
  | { readonly kind: 'modals'; readonly modals: readonly ModalView[] }
  | { readonly kind: 'home'; readonly home: Snapshot['home'] }
  | { readonly kind: 'faults'; readonly faults: Faults }
  | { readonly kind: 'wire'; readonly line: WireLine }
  | { readonly kind: 'connection'; readonly connection: Snapshot['connection'] }
  | { readonly kind: 'reset' };

/** Everything that a person can do. `ref` is whatever they call it, so that they know its answers again. */
export type Act =
  /** What was typed into the composer; a leading `/` is a slash command, which Slack refuses in threads. */
  | {
      readonly kind: 'say';
      readonly channel: string;
      readonly text: string;
      readonly threadTs: string | null;
      readonly ref?: string | undefined;
    }
  | {
      readonly kind: 'block-action';
      readonly channel: string | null;
      readonly messageTs: string | null;
      readonly viewId: string | null;
      readonly isHome: boolean;
      readonly blockId: string;
      readonly actionId: string;
      /** The element as rendered, and what was chosen, in Slack's own shape. */
      readonly action: Readonly<Record<string, unknown>>;
      readonly ref?: string | undefined;
    }
  | {
      readonly kind: 'submit';
      readonly viewId: string;
      readonly values: Readonly<Record<string, Record<string, unknown>>>;
    }
  | { readonly kind: 'close-modal'; readonly viewId: string; readonly isCleared: boolean }
  | {
      readonly kind: 'shortcut';
      readonly callbackId: string;
      readonly channel: string | null;
      readonly messageTs: string | null;
      readonly ref?: string | undefined;
    }
  | { readonly kind: 'open-home' }
  | { readonly kind: 'set-faults'; readonly faults: Faults };

export type Acted =
  | { readonly ok: true }
  /** The words that Slack itself would show: `/deploy-staging failed with the error "operation_timeout"`. */
  | { readonly ok: false; readonly error: string };

export type OptionsAnswer = {
  readonly options: readonly {
    readonly text: string;
    readonly value: string;
    readonly description: string | null;
  }[];
};
