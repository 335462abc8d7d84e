import type * as z from 'zod';

/** What every block's view is given: the block as its shape reads it, and the name that Slack knows it by. */
export type BlockProps<Shape extends z.ZodType> = {
  readonly block: z.infer<Shape>;
  readonly blockId: string;
};
