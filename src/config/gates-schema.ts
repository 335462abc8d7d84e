import { z } from 'zod';
import type { ConfiguredGate } from '../core/catalog.ts';
import { Time, Words } from './words.ts';

/** A name, or a name with what the gate shall ask for there; what stands beside `gate` and `within` is its own. */
const Gate = z.union([
  Words.transform((gate): ConfiguredGate => ({ gate, settings: {} })),
  z
    .object({
      gate: Words.describe('Which question, such as checks-passed.'),
      within: Time(1_000, 6 * 3_600_000)
        .optional()
        .describe('How long not knowing is asked again before it means no; a minute when left out.'),
    })
    .catchall(z.json())
    .transform(
      ({ gate, within, ...settings }): ConfiguredGate => ({
        gate,
        settings,
        ...(within === undefined ? {} : { withinMs: within }),
      }),
    ),
]);

export const Gates = z
  .array(Gate)
  .max(20)
  .default([])
  .describe('Questions that must be answered with yes, each a name or a name with settings.');
