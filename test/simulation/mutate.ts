import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compiled, loadProduction, type Production } from './production.ts';

/** Which piece of the compiled program becomes what. */
export type Change = {
  readonly file: string;
  /** Has to be there exactly once, so that a mistake that has gone stale is noticed. */
  readonly was: string;
  readonly becomes: string;
};

const copied = ['core', 'http', 'engine', 'store/memory', 'gate', 'migration', 'slack/render', 'slack/send'];
/** Of the platforms the engine imports what tells a part of one, and no member. */
const contracts = ['naming', 'restoring', 'router'].map((name) => `platform/${name}.js`);
const seeded = fileURLToPath(new URL('../../dist/seeded/', import.meta.url));

/** The whole program, with mistakes planted in it, in a folder of its own. */
export function withMistakes(name: string, changes: readonly Change[]): Production {
  const folder = join(seeded, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'store'), { recursive: true });
  const loose = readdirSync(join(compiled, 'store')).filter((file) => file.endsWith('.js'));
  for (const each of [...copied, ...contracts, ...loose.map((file) => `store/${file}`)])
    cpSync(join(compiled, each), join(folder, each), { recursive: true });
  for (const { file, was, becomes } of changes) {
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    const places = text.split(was).length - 1;
    if (places !== 1) throw new Error(`${name}: ${file} has ${places} places that read: ${was}`);
    writeFileSync(
      path,
      text.replace(was, () => becomes),
    );
  }
  return loadProduction(folder);
}

export function clearMistakes(): void {
  rmSync(dirname(join(seeded, 'any')), { recursive: true, force: true });
}
