import type { Catalog } from '../../core/catalog.ts';
import type { FlagInReach } from '../../core/kill-switch.ts';
import { type Actor, may } from '../../core/person.ts';

/** Flags by what somebody typed: the key of a flag, or a service that reads some; null is everywhere. */
export type Sought = {
  readonly flag: string | null;
  readonly service: string | null;
  readonly environment: string | null;
};

/** Every flag in every environment that is configured, with all the services that read it there. */
function flagsIn({ services }: Pick<Catalog, 'services'>): FlagInReach[] {
  const found = new Map<string, FlagInReach>();
  for (const { name, flags = [] } of services) {
    for (const { key, at, environments } of flags) {
      for (const [environment, theirs] of Object.entries(environments)) {
        const id = JSON.stringify([at, key, environment, theirs]);
        const known = found.get(id);
        found.set(id, { key, at, environment, theirs, services: [...(known?.services ?? []), name] });
      }
    }
  }
  return [...found.values()];
}

/** Those of services that somebody may see: nobody learns from an answer what exists where they have no business. */
export function flagsSeen(catalog: Pick<Catalog, 'services' | 'grants'>, actor: Actor): FlagInReach[] {
  return flagsIn(catalog).filter(({ services, environment }) =>
    services.some((service) => may(actor, 'look', { service, environment }, catalog.grants)),
  );
}

/** What was meant of them. A word that names a service and a flag means the flag. */
export function flagsMeant(flags: readonly FlagInReach[], sought: Sought): FlagInReach[] {
  const { flag, service, environment } = sought;
  const there = flags.filter((each) => environment === null || each.environment === environment);
  const byKey = there.filter(({ key }) => key === (flag ?? service));
  if (flag !== null || byKey.length > 0) return byKey;
  return there.filter(({ services }) => service !== null && services.includes(service));
}
