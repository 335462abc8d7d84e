import { z } from 'zod';
import { World } from './world.ts';

const Fields = z.record(z.string(), z.unknown());

/** A world like another one, but for what is said. Lists are replaced whole. */
export function like(world: World, changes: Readonly<Record<string, unknown>>): World {
  return World.parse(merged(world, changes));
}

function merged(old: unknown, change: unknown): unknown {
  const before = Fields.safeParse(old);
  const after = Fields.safeParse(change);
  if (!before.success || !after.success || Array.isArray(change)) return change;
  const fields: Record<string, unknown> = { ...before.data };
  for (const [name, value] of Object.entries(after.data)) fields[name] = merged(fields[name], value);
  return fields;
}
