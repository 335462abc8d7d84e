import type * as z from 'zod';

export type ElementProps<Shape extends z.ZodType> = {
  readonly element: z.infer<Shape>;
  readonly blockId: string;
};
