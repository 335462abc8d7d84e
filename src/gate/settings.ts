import { z } from 'zod';

// What the settings of several gates are made of.

/** Nothing may be written beside the name of the gate. */
export const NoSettings = z.strictObject({});
