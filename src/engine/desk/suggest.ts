import { serviceNamed, targetOf } from '../../core/catalog.ts';
import { closest } from '../../core/closest.ts';
import type { Suggestion } from '../../core/desk.ts';
import { Failed } from '../../core/failure.ts';
import { targetId } from '../../core/names.ts';
import { may } from '../../core/person.ts';
import type { Visiting } from './visitor.ts';

const RECENT_MAX = 20;

/** Services that fit what was typed, those deployed lately first; only ones that the visitor may see. */
export async function suggestServices(
  { parts, visitor }: Visiting,
  typed: string,
  limit: number,
): Promise<Suggestion[]> {
  const { services, grants } = parts.catalog();
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
  return services
    .filter(({ name }) => may(visitor.actor, 'look', { service: name, environment: null }, grants))
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
  const { grants } = parts.catalog();
  const configured = serviceNamed(parts.catalog(), service);
  const where = environment ?? configured?.targets[0]?.environment ?? null;
  const target = configured === null || where === null ? null : targetOf(configured, where);
  if (target === null || !may(visitor.actor, 'look', { service, environment: where }, grants)) return [];
  try {
    const versions = await parts
      .siteOf({ ...target, id: targetId(service, target.environment) })
      .versions(2 * limit);
    return versions
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
