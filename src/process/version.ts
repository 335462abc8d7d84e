import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Package = z.object({ version: z.string() });

/** Compiled files know two more folders above them than sources do. */
const up = import.meta.url.endsWith('.ts') ? '../../' : '../../../';

export function version(): string {
  const text = readFileSync(new URL(`${up}package.json`, import.meta.url), 'utf8');
  return `slipway ${Package.parse(JSON.parse(text)).version}`;
}
