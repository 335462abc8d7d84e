import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';

// Run by the build: what is not TypeScript belongs beside what was compiled. A file that is the same already is left
// alone, and any other put in its place as a whole: somebody may be reading it.
const scripts = new URL('../../../../src/local/samples/checkout/migrations/', import.meta.url);
const beside = new URL('./checkout/migrations/', import.meta.url);
await mkdir(beside, { recursive: true });
const names = await readdir(scripts);
for (const name of names) {
  const text = await readFile(new URL(name, scripts), 'utf8');
  const there = await readFile(new URL(name, beside), 'utf8').catch(() => null);
  if (there === text) continue;
  const draft = new URL(`${name}.${process.pid}.draft`, beside);
  await writeFile(draft, text);
  await rename(draft, new URL(name, beside));
}
for (const name of await readdir(beside)) {
  if (name.endsWith('.sql') && !names.includes(name)) await rm(new URL(name, beside), { force: true });
}
