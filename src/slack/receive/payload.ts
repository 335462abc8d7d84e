import { z } from 'zod';

/**
 * The parts that we read of what Slack delivers, kind by kind; everything else is dropped at the door.
 * https://docs.slack.dev/interactivity and https://docs.slack.dev/apis/events-api
 */
const Id = z.string().min(1).max(100);
const Trigger = z.string().min(1).max(500);
const Address = z.string().max(2_000);
const Value = z.string().max(2_000);

export const CommandPayload = z.object({
  command: z.string().max(100),
  text: z.string().max(20_000).default(''),
  user_id: Id,
  user_name: z.string().max(200).default(''),
  team_id: Id,
  channel_id: Id,
  response_url: Address,
  trigger_id: Trigger,
});
export type CommandPayload = z.infer<typeof CommandPayload>;

const Person = z.object({
  id: Id,
  name: z.string().max(200).optional(),
  username: z.string().max(200).optional(),
  team_id: Id.optional(),
});

const Team = z.object({ id: Id }).nullish();
const Place = z.object({ id: Id }).nullish();

const Interaction = { user: Person, team: Team, trigger_id: Trigger.optional() };

export const ClickPayload = z.object({
  ...Interaction,
  channel: Place,
  response_url: Address.optional(),
  container: z.object({ thread_ts: z.string().max(50).optional() }).optional(),
  actions: z
    .array(
      z.object({
        action_id: z.string().max(255),
        action_ts: z.string().max(50).optional(),
        value: Value.optional(),
        selected_option: z.object({ value: Value }).nullish(),
      }),
    )
    .min(1)
    .max(10),
});
export type ClickPayload = z.infer<typeof ClickPayload>;

/** What one input of a form holds, whichever kind it is. */
const Held = z.object({
  value: z.string().max(5_000).nullish(),
  selected_option: z.object({ value: Value }).nullish(),
  selected_options: z.array(z.object({ value: Value })).nullish(),
  /** Seconds since 1970. */
  selected_date_time: z.number().int().min(0).max(9_999_999_999).nullish(),
});

const State = z.object({ values: z.record(z.string(), z.record(z.string(), Held)) });

export const SubmissionPayload = z.object({
  ...Interaction,
  view: z.object({
    id: Id,
    hash: z.string().max(200).optional(),
    callback_id: z.string().max(255),
    private_metadata: z.string().max(3_000).default(''),
    state: State,
  }),
});
export type SubmissionPayload = z.infer<typeof SubmissionPayload>;

/** What a form of ours remembers; it has been outside, so it is judged again. */
export const Origin = z.strictObject({
  command: z.string().max(100),
  channel: Id.nullable(),
  kept: z.record(z.string().max(100), z.string().max(1_000)).default({}),
});

export const OptionsPayload = z.object({
  ...Interaction,
  action_id: z.string().max(255),
  value: z.string().max(500).default(''),
  view: z.object({ private_metadata: z.string().max(3_000).default(''), state: State.optional() }).optional(),
});
export type OptionsPayload = z.infer<typeof OptionsPayload>;

export const ShortcutPayload = z.object({
  ...Interaction,
  callback_id: z.string().max(255),
  channel: Place,
  response_url: Address.optional(),
  message: z
    .object({
      thread_ts: z.string().max(50).optional(),
      metadata: z.unknown().optional(),
      blocks: z.array(z.unknown()).max(100).optional(),
    })
    .optional(),
});
export type ShortcutPayload = z.infer<typeof ShortcutPayload>;

export const EventPayload = z.object({
  event_id: Id,
  team_id: Id.nullish(),
  is_ext_shared_channel: z.boolean().optional(),
  event: z.object({
    type: z.string().max(100),
    subtype: z.string().max(100).optional(),
    user: z.string().max(100).optional(),
    user_team: Id.optional(),
    bot_id: z.string().max(100).nullish(),
    edited: z.unknown().optional(),
    text: z.string().max(40_000).optional(),
    channel: z.string().max(100).optional(),
    channel_type: z.string().max(50).optional(),
    ts: z.string().max(50).optional(),
    thread_ts: z.string().max(50).optional(),
    tab: z.string().max(50).optional(),
  }),
});
export type EventPayload = z.infer<typeof EventPayload>;

/** The values of a form, by field; what was left empty is left out. A ticked box says yes. */
export function valuesOf(state: z.infer<typeof State>): Record<string, string> {
  const entries = Object.entries(state.values).flatMap(([field, byAction]) => {
    const [held] = Object.values(byAction);
    const value =
      held?.value ??
      held?.selected_option?.value ??
      held?.selected_options?.[0]?.value ??
      momentOf(held?.selected_date_time);
    return value === undefined || value === '' ? [] : [[field, value] as const];
  });
  return Object.fromEntries(entries);
}

/** A picked moment as somebody would type it: it stands for the same in every zone. */
function momentOf(seconds: number | null | undefined): string | undefined {
  if (seconds === null || seconds === undefined) return undefined;
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19)}Z`;
}

const Metadata = z.object({
  event_type: z.literal('slipway'),
  event_payload: z.object({ deployment_id: z.string().max(100) }),
});
const ActionsBlock = z.object({ type: z.literal('actions'), elements: z.array(z.unknown()) });
const OurButton = z.object({
  action_id: z.string().startsWith('v'),
  value: z.string().startsWith('d-').max(100),
});

/** Which deployment a message is about: by its metadata, or by the buttons that it carries. */
export function deploymentOf(message: ShortcutPayload['message']): string | null {
  const metadata = Metadata.safeParse(message?.metadata);
  if (metadata.success) return metadata.data.event_payload.deployment_id;
  for (const block of message?.blocks ?? []) {
    const actions = ActionsBlock.safeParse(block);
    const buttons = actions.success ? actions.data.elements : [];
    const ours = buttons.map((element) => OurButton.safeParse(element)).find(({ success }) => success);
    if (ours?.data !== undefined) return ours.data.value;
  }
  return null;
}
