import { productNamed, type Service, serviceNamed, targetOf } from '../../core/catalog.ts';
import { closest } from '../../core/closest.ts';
import type { Suggestion } from '../../core/desk.ts';
import { Failed } from '../../core/failure.ts';
import { targetId } from '../../core/names.ts';
import { may } from '../../core/person.ts';
import type { Site } from '../../platform/platform.ts';
import type { EngineParts } from '../parts.ts';
import type { Visiting } from './visitor.ts';

const RECENT_MAX = 20;

/** Services that fit what was typed, those deployed lately first; only ones that the visitor may see. */
export async function suggestServices(
  { parts, visitor }: Visiting,
  typed: string,
  limit: number,
): Promise<Suggestion[]> {
  const { services, grants, products = [] } = parts.catalog();
  const isSeen = (name: string) => may(visitor.actor, 'look', { service: name, environment: null }, grants);
  const recent = await parts.store.journal.list({
    service: null,
    environment: null,
    isActive: null,
    limit: RECENT_MAX,
  });
  const order = recent
    .toSorted(
      (a, b) => Number(b.requestedBy === visitor.actor.id) - Number(a.requestedBy === visitor.actor.id),
    )
    .flatMap(({ targets }) => targets.map(({ service }) => service));
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const own = [
    ...products.filter((product) => product.services.every(isSeen)),
    ...services.filter(({ name }) => isSeen(name)),
  ];
  return own
    .filter(({ name }) => fits(name, typed))
    .toSorted((a, b) => place(a.name) - place(b.name))
    .slice(0, limit)
    .map(({ name, summary }) => ({ value: name, label: name, description: summary === '' ? null : summary }));
}

/** Versions of a service that fit what was typed, newest first; none where the platform cannot be asked. */
export async function suggestVersions(
  { parts, visitor }: Visiting,
  service: string,
  environment: string | null,
  typed: string,
  limit: number,
): Promise<Suggestion[]> {
  const catalog = parts.catalog();
  const { grants } = catalog;
  const [first] = productNamed(catalog, service)?.services ?? [service];
  const configured = serviceNamed(catalog, first ?? service);
  const where = environment ?? configured?.targets[0]?.environment ?? null;
  const target = configured === null || where === null ? null : targetOf(configured, where);
  if (configured === null || target === null) return [];
  if (!may(visitor.actor, 'look', { service: configured.name, environment: where }, grants)) return [];
  try {
    const site = parts.siteOf({ ...target, id: targetId(configured.name, target.environment) });
    const versions = await site.versions(2 * limit);
    const names = await namesOf(parts, configured, site, 2 * limit);
    const known = new Set(versions.map(({ name }) => name));
    const more = names.filter((name) => !known.has(name)).map((name) => ({ name, note: null }));
    return [...more, ...versions]
      .filter(({ name }) => fits(name, typed))
      .slice(0, limit)
      .map(({ name, note }) => ({ value: name, label: name, description: note }));
  } catch (error) {
    if (error instanceof Failed) return [];
    throw error;
  }
}

function fits(name: string, typed: string): boolean {
  const wanted = typed.trim().toLowerCase();
  return wanted === '' || name.toLowerCase().includes(wanted) || closest(wanted, [name], 1).length > 0;
}

/** What the source of the code knows, where the platform takes more than it lists. */
async function namesOf(
  parts: EngineParts,
  service: Service,
  site: Site,
  limit: number,
): Promise<readonly string[]> {
  const { takes } = await site.capabilities();
  if (takes === undefined || takes === 'listed') return [];
  return (await parts.sourceOf(service)?.names(limit)) ?? [];
}
