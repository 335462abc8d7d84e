import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { without } from '../skips.ts';

/** An OpenAPI 3 or Swagger 2 document, as far as we look into it ourselves. */
export type Description = { readonly [key: string]: unknown; readonly paths: Readonly<Record<string, Node>> };
export type Node = { readonly [key: string]: unknown };

/**
 * The descriptions that platforms publish of themselves. They do not ship with us; a folder of them may be named by
 * SLIPWAY_SPECS.
 */
const FOLDER = process.env['SLIPWAY_SPECS'] ?? '../shared/specs';

/** Null, said aloud at the end of the run, where the description is not on this machine. */
export function descriptionOf(file: string): Description | null {
  const path = join(FOLDER, file);
  if (!existsSync(path)) {
    without(`holding stand-ins against the official ${file}`, `there is no ${path} here (see SLIPWAY_SPECS)`);
    return null;
  }
  const text = readFileSync(path, 'utf8');
  return (file.endsWith('.json') ? JSON.parse(text) : parse(text)) as Description;
}

/** What a pointer names, and where it is in truth once references have been followed. Undefined: nothing is there. */
export function follow(
  description: Description,
  pointer: string,
): { readonly pointer: string; readonly node: Node } | undefined {
  let at = pointer;
  for (let steps = 0; steps < 20; steps++) {
    const node = keysOf(at).reduce<unknown>(
      (inside, key) => (inside as Node | undefined)?.[key],
      description,
    );
    if (node === undefined || node === null || typeof node !== 'object') return undefined;
    const reference = (node as Node)['$ref'];
    if (typeof reference !== 'string') return { pointer: at, node: node as Node };
    at = reference.replace(/^#/, '');
  }
  return undefined;
}

/** A key as one step of a pointer inside an address. */
export function step(key: string | number): string {
  return `/${encodeURIComponent(String(key).replaceAll('~', '~0').replaceAll('/', '~1'))}`;
}

function keysOf(pointer: string): string[] {
  const steps = pointer.split('/').slice(1);
  return steps.map((each) => decodeURIComponent(each).replaceAll('~1', '/').replaceAll('~0', '~'));
}
