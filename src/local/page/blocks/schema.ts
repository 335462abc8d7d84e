import * as z from 'zod';

/**
 * The shapes of Block Kit that several blocks share, as far as we read them
 * (https://docs.slack.dev/reference/block-kit). A block that does not fit its shape is shown as its JSON.
 */
export const PlainText = z.object({ type: z.literal('plain_text'), text: z.string() });
export const TextObject = z.object({ type: z.enum(['plain_text', 'mrkdwn']), text: z.string() });

export const Confirm = z.object({
  title: TextObject,
  text: TextObject,
  confirm: TextObject.optional(),
  deny: TextObject.optional(),
  style: z.enum(['primary', 'danger']).optional(),
});

export const Option = z.looseObject({
  text: TextObject,
  value: z.string().optional(),
  description: TextObject.optional(),
  url: z.string().optional(),
});

export const Image = z.object({
  image_url: z.string().optional(),
  alt_text: z.string().default(''),
  title: TextObject.optional(),
});

export type TextObject = z.infer<typeof TextObject>;
export type Option = z.infer<typeof Option>;
export type Confirm = z.infer<typeof Confirm>;
