import type {
  ChannelView,
  MessageView,
  PersonView,
  Snapshot,
} from '../../src/local/workspace/page-contract.ts';

/** People, channels and commands for checks of the page. Times are of a fixed day. */
export const people: readonly PersonView[] = [
  person('U0ADA', 'ada', 'Ada', 'asks for deployments', '#2f6feb'),
  person('U0BEN', 'ben', 'Ben', 'approves them', '#2da44e'),
  person('U0CLEO', 'cleo', 'Cleo', 'is not allowed to', '#bf5af2'),
  { ...person('U0DANA', 'dana', 'Dana', 'is a guest', '#d4a72c'), isGuest: true },
  { ...person('U0SLIPWAY', 'slipway', 'Slipway', 'the deploy desk', '#1d2b3a'), isBot: true },
];

export const channels: readonly ChannelView[] = [
  { id: 'C0DEPLOYS', name: 'deploys', kind: 'channel', topic: 'Where deployments are asked for and watched' },
  { id: 'C0GENERAL', name: 'general', kind: 'channel', topic: 'Everybody' },
  { id: 'D0ADA', name: '', kind: 'direct', topic: '' },
];

function person(id: string, name: string, realName: string, about: string, colour: string): PersonView {
  return { id, name, realName, about, colour, isBot: false, isGuest: false };
}

export function message(
  ts: string,
  user: string,
  text: string,
  more: Partial<MessageView> = {},
): MessageView {
  return {
    ts,
    channel: 'C0DEPLOYS',
    user,
    text,
    blocks: [],
    threadTs: null,
    replyCount: 0,
    isBroadcast: false,
    isEphemeral: false,
    editedAt: null,
    files: [],
    reactions: [],
    ...more,
  };
}

export function snapshot(me: string, more: Partial<Snapshot> = {}): Snapshot {
  return {
    me,
    people,
    channels,
    messages: {},
    modals: [],
    home: null,
    commands: [
      {
        command: '/deploy-staging',
        description: 'Deploy a service to staging',
        usageHint: '[service] [version] [--strategy rolling]',
      },
      {
        command: '/deploy-status',
        description: 'What runs where, and what is moving',
        usageHint: '[service]',
      },
      {
        command: '/deploy-health',
        description: 'Is a service well?',
        usageHint: '[service] [--env staging]',
      },
      {
        command: '/deploy-logs',
        description: 'The last lines of a service',
        usageHint: '[service] [--grep text]',
      },
      {
        command: '/deploy-rollback',
        description: 'Put back what ran before',
        usageHint: '[service] [--env staging]',
      },
    ],
    shortcuts: [
      { callbackId: 'start_deploy', name: 'Start a deploy', type: 'global' },
      { callbackId: 'roll_back_this', name: 'Roll back this deploy', type: 'message' },
    ],
    faults: {
      latencyMs: 0,
      serverErrorPercent: 0,
      rateLimitPercent: 0,
      dropAfterPercent: 0,
      doubleDelivery: false,
    },
    wire: [],
    connection: { bot: 'connected', since: 1_763_640_000_000 },
    ...more,
  };
}

export const plain = (text: string) => ({ type: 'plain_text', text }) as const;
export const option = (text: string, value: string) => ({ text: plain(text), value }) as const;
const words = (text: string) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});

/** A deployment on its way, as the bot draws it. */
export function card(share: number, isOver = false): readonly unknown[] {
  const status = isOver ? 'complete' : 'in_progress';
  return [
    { type: 'header', block_id: 'head', text: plain('api v2 → staging') },
    {
      type: 'context',
      block_id: 'line',
      elements: [
        {
          type: 'mrkdwn',
          text: `${isOver ? '✅ *Deployed*' : '⏳ *Rolling out*'} · <@U0ADA> · started <!date^1763640300^{date_short_pretty} {time}|2026-11-20 12:05 UTC> · rolling`,
        },
      ],
    },
    {
      type: 'plan',
      block_id: 'plan',
      title: 'Rolling api v2 out to staging',
      tasks: [
        {
          type: 'task_card',
          task_id: 'check',
          title: 'Checks',
          status: 'complete',
          output: words('3 checks passed'),
        },
        {
          type: 'task_card',
          task_id: 'release',
          title: 'Release v2',
          status: 'complete',
          output: words('healthy after 1.2 s'),
        },
        {
          type: 'task_card',
          task_id: 'route',
          title: 'Shift the traffic',
          status,
          output: words(`${share} % · errors 0.00 % (before 0.02 %) · p99 41 ms (39 ms)`),
        },
        {
          type: 'task_card',
          task_id: 'observe',
          title: 'Watch for one minute',
          status: isOver ? 'complete' : 'pending',
        },
        { type: 'task_card', task_id: 'retire', title: 'Retire v1', status: isOver ? 'complete' : 'pending' },
      ],
    },
    {
      type: 'actions',
      block_id: 'buttons',
      elements: [
        { type: 'button', action_id: 'details', text: plain('Details'), value: 'd-7f3a' },
        {
          type: 'button',
          action_id: 'roll_back',
          text: plain('Roll back'),
          value: 'd-7f3a',
          style: 'danger',
          accessibility_label: 'Roll back api on staging',
          confirm: {
            title: plain('Roll back api on staging?'),
            text: { type: 'mrkdwn', text: 'All traffic goes back to *v1*. Nothing else is touched.' },
            confirm: plain('Roll back'),
            deny: plain('Keep v2'),
            style: 'danger',
          },
        },
        {
          type: 'overflow',
          action_id: 'more',
          options: [option('Show logs', 'logs'), option('Compare with before', 'compare')],
        },
      ],
    },
  ];
}
