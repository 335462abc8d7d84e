import { z } from 'zod';
import { SlipwayFile } from './schema.ts';

/** The JSON Schema of slipway.yml, for editors. What only the program can judge (names, circles, addresses) is not in it. */
export function configurationSchema(): string {
  const schema = z.toJSONSchema(SlipwayFile, { io: 'input', target: 'draft-2020-12' });
  return `${JSON.stringify({ $id: 'slipway.schema.json', title: 'slipway.yml', ...schema }, null, 2)}\n`;
}
