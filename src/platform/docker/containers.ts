import type { Address } from './address.ts';
import type { Client } from './client.ts';
import type { Container } from './schema.ts';
import { LABEL } from './standing.ts';

/** As many are looked at one by one, newest first. */
const SHOWN = 8;

/** Those of a service, newest first: ours by their label, and one that somebody started by hand under its name. */
export async function containersOf(client: Client, { name }: Address): Promise<readonly Container[]> {
  const lists = await Promise.all([
    client.containers({ label: [`${LABEL.service}=${name}`] }),
    client.containers({ name: [`^/${name}$`] }),
  ]);
  const listed = lists.flat().toSorted((a, b) => b.Created - a.Created);
  // One that runs is never overlooked, however many have ended since.
  const runFirst = listed.toSorted((a, b) => Number(b.State === 'running') - Number(a.State === 'running'));
  const names = new Set(runFirst.flatMap(({ Names }) => Names[0]?.slice(1) ?? []));
  const found = await Promise.all([...names].slice(0, SHOWN).map((each) => client.container(each)));
  return found
    .flatMap((container) => container ?? [])
    .toSorted((a, b) => Date.parse(b.Created) - Date.parse(a.Created));
}
